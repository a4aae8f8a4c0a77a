import { z } from 'zod';
import { parseQuantity } from '../../devices/domain/quantity.ts';
import type { Unit } from '../../devices/domain/quantity.ts';

const date = z.iso.date({ error: () => 'a date, year first: 2026-02-01' });

export const instrumentBlock = z
  .strictObject({
    make: z.string().min(1),
    model: z.string().min(1),
    serial: z.string().min(1),
    certificate: z.string().min(1).optional(),
    calibrated: date.optional(),
    due: date.optional(),
    U: z
      .string({ error: () => 'the expanded uncertainty with its unit, e.g. "0.02 %"' })
      .refine((text) => parseQuantity(text) !== undefined, {
        error: () => 'the expanded uncertainty with its unit, e.g. "0.02 %"',
      })
      .optional()
      .describe('Expanded uncertainty with its unit.'),
    k: z.number().positive().optional().describe('Coverage factor of U.'),
  })
  .refine((block) => (block.U === undefined) === (block.k === undefined), {
    error: () => 'U and k belong together',
  })
  .transform((block): InstrumentDescription => ({
    make: block.make,
    model: block.model,
    serial: block.serial,
    certificate: block.certificate ?? null,
    calibrated: block.calibrated ?? null,
    due: block.due ?? null,
    uncertainty: uncertaintyOf(block.U, block.k),
  }));

/** An instrument as its certificate describes it. */
export interface InstrumentDescription {
  readonly make: string;
  readonly model: string;
  readonly serial: string;
  readonly certificate: string | null;
  /** ISO dates. */
  readonly calibrated: string | null;
  readonly due: string | null;
  /** Expanded uncertainty U in `unit` with its coverage factor k. */
  readonly uncertainty: {
    readonly expanded: number;
    readonly unit: Unit;
    readonly coverageFactor: number;
  } | null;
}

function uncertaintyOf(
  text: string | undefined,
  coverageFactor: number | undefined,
): InstrumentDescription['uncertainty'] {
  const quantity = text === undefined ? undefined : parseQuantity(text);
  if (quantity === undefined || coverageFactor === undefined) return null;
  return { expanded: quantity.value, unit: quantity.unit, coverageFactor };
}

/** Expanded uncertainty (k = 2) of the instants that an instrument gives, ns: as its block declares it, or as assumed. */
export function instantUncertaintyNs(
  instrument: InstrumentDescription | null,
  assumedNs: number,
): number {
  const declared = instrument?.uncertainty ?? null;
  if (declared?.unit !== 'ns') return assumedNs;
  return (2 * declared.expanded) / declared.coverageFactor;
}
