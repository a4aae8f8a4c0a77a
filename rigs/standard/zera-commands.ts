export const CALCULATOR = 'CALCULATE:EC01:0001';
/** Bits of STATUS? of the error calculator (zera-classes, ECALCSTATUS). */
export const CALCULATOR_STATUS = { armed: 1, started: 2, ready: 4, abort: 8 } as const;
