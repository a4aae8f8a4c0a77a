import type { Electrical } from '../port/instrument.ts';

/**
 * The stability window: what the standard measures before, while and after a gate was open must
 * stay together, or the gate compared the meter with something that moved.
 */

/** What is watched, as people call it and in the unit in which it is told. */
const WATCHED = [
  ['milliVolts', 'voltage', 1e3, 'V'],
  ['milliAmps', 'current', 1e3, 'A'],
  ['powerFactorPpm', 'power factor', 1e6, ''],
  ['milliHertz', 'frequency', 1e3, 'Hz'],
] as const satisfies readonly (readonly [keyof Electrical, string, number, string])[];

export type Watched = (typeof WATCHED)[number][0];

/** How far one quantity went in one gate. */
export interface Spread {
  readonly quantity: Watched;
  readonly least: number;
  readonly most: number;
  /** Most minus least in proportion to the middle, ppm. */
  readonly ppm: number;
}

/** The spread of each quantity that the standard can measure. */
export function spreadsOf(samples: readonly Electrical[]): readonly Spread[] {
  return WATCHED.flatMap(([quantity]) => {
    const values = samples.flatMap((sample) => sample[quantity] ?? []);
    if (values.length === 0) return [];
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const middle = Math.abs(least + most) / 2;
    const ppm = most === least ? 0 : ((most - least) / middle) * 1e6;
    return [{ quantity, least, most, ppm }];
  });
}

/** Which quantities moved beyond the tolerance, in words; null when none did. */
export function movedText(spreads: readonly Spread[], tolerancePpm: number): string | null {
  const moved = spreads.filter(({ ppm }) => ppm > tolerancePpm);
  return moved.length === 0 ? null : moved.map((spread) => spreadText(spread)).join(', ');
}

function spreadText({ quantity, least, most, ppm }: Spread): string {
  const [, name, scale, unit] = WATCHED.find(([key]) => key === quantity) ?? WATCHED[0];
  const from = `${least / scale} to ${most / scale} ${unit}`.trimEnd();
  return `${name} moved by ${Number((ppm / 1e4).toPrecision(3))} % (${from})`;
}

/** Power follows these; a frequency that moves is no power that moves. */
const IN_POWER: ReadonlySet<Watched> = new Set(['milliVolts', 'milliAmps', 'powerFactorPpm']);

/**
 * Standard uncertainty of the error from the source's movement, ppm: half of what the power can have
 * moved by, rectangular (GUM 4.3.7), as if only one of meter and standard had felt it. That is the
 * most it can do: both see the same source, and mostly feel the same.
 */
export function instabilityPpm(spreads: readonly Spread[]): number {
  const power = spreads.filter(({ quantity }) => IN_POWER.has(quantity));
  return power.reduce((sum, { ppm }) => sum + ppm, 0) / 2 / Math.sqrt(3);
}
