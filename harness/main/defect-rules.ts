import { loadDefect } from './defect-file.ts';

/**
 * What a defect replaces, for threads and processes to which functions cannot be handed: they import
 * this module with the defect's name in its query, `defect-rules.ts?defect=no-last-gasp`.
 */
const named = new URL(import.meta.url).searchParams.get('defect') ?? '';
const { defect } = await loadDefect(named);

export const meterRules = defect.meterRules ?? {};
export const headEndRules = defect.headEndRules ?? {};
export const links = defect.links ?? {};
