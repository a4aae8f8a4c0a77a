import { z } from 'zod';
import { quantityIn, type Unit } from '../../../devices/domain/quantity.ts';
import type { Yielding } from './verb.ts';

/** In which unit a number is read or typed, as it is spelt. */
export const readUnit = z.enum(['V', 'mV', 'A', 'mA', '°C', '%', 's', 'ms', 'Wh']);

/** The unit inside for a spelling; null when there is none. */
export function unitIn(spelling: string | undefined): Unit | null {
  return spelling === undefined ? null : (quantityIn(0, spelling)?.unit ?? null);
}

/** What is known under a name whose unit may be written: a number in it, or a text. */
export function textOrMeasurement(spelling: unknown): Yielding {
  const unit = typeof spelling === 'string' ? unitIn(spelling) : null;
  return unit === null ? { kind: 'text' } : { kind: 'measurement', unit };
}
