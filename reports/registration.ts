import type { LoadKind } from '../devices/domain/load-kind.ts';

/** An average registration with the formula by which it was made. */
interface AverageRegistration {
  readonly formula: string;
  readonly percent: number;
}

/** Percent registration of each kind of load point; a kind that was not measured is absent. */
type Registrations = ReadonlyMap<LoadKind, number>;

/** Registration is 100 % plus the error. */
export function registrationPercent(errorPpm: number): number {
  return 100 + errorPpm / 1e4;
}

/**
 * The averages that utilities quote, as far as their load points were measured: the methods that 04
 * NCAC 11 R08-11 takes from ANSI C12.1. FL is full load, LL light load, PF 0.5 lag.
 */
export function averageRegistrations(registrations: Registrations): readonly AverageRegistration[] {
  const full = registrations.get('full load');
  const light = registrations.get('light load');
  const lag = registrations.get('0.5 lag');
  if (full === undefined || light === undefined) return [];
  return [
    { formula: '(4 FL + LL)/5', percent: (4 * full + light) / 5 },
    { formula: '(FL + LL)/2', percent: (full + light) / 2 },
    ...(lag === undefined
      ? []
      : [{ formula: '(4 FL + 2 LL + PF)/7', percent: (4 * full + 2 * light + lag) / 7 }]),
  ];
}
