/** The languages that a module and its servers can speak, by the names that people write. */
export const LANGUAGES = ['c12-22', 'dlms', 'mqtt'] as const;
export type LanguageName = (typeof LANGUAGES)[number];
