/** What a load point is to the formulas of average registration. */
export const LOAD_KINDS = ['full load', 'light load', '0.5 lag', 'load'] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];
