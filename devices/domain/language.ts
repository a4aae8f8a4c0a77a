/** The languages that a module and its servers can speak, by the names that people write. */
export const LANGUAGES = ['c12-22', 'dlms', 'mqtt'] as const;
export type LanguageName = (typeof LANGUAGES)[number];

/** What is spoken where nothing is said of it. */
export const USUAL_LANGUAGE: LanguageName = 'c12-22';
