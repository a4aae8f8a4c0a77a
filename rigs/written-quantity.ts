import { z } from 'zod';
import { parseQuantity, spellingsOf } from '../devices/domain/quantity.ts';
import type { Unit } from '../devices/domain/quantity.ts';

const USUAL = {
  ns: 's',
  ppm: '%',
  mA: 'A',
  mV: 'V',
  mWh: 'Wh',
  mdegC: '°C',
  count: 'pulses',
} as const;

/** A text such as "240 V" in a rig file or a profile; the output is a whole number of `unit`. */
export function written(unit: Unit) {
  const example = `write a number with its unit, one of ${spellingsOf(unit).join(', ')}`;
  return z
    .string({
      error: ({ input }) =>
        typeof input === 'number'
          ? `${input} has no unit: "${input} ${USUAL[unit]}"? (${example})`
          : example,
    })
    .refine((text) => parseQuantity(text)?.unit === unit, {
      error: ({ input }) => `"${String(input)}" is no quantity here: ${example}`,
    })
    .transform((text) => parseQuantity(text)?.value ?? 0);
}

/** A text such as "1.2 F" in a unit that no scenario computes with; the output is the number. */
export function writtenIn(unit: string) {
  const pattern = new RegExp(String.raw`^\d+(\.\d+)? ${unit}$`);
  return z
    .string({ error: () => `write a number and its unit, e.g. "1.5 ${unit}"` })
    .regex(pattern, { error: () => `write a number and its unit, e.g. "1.5 ${unit}"` })
    .transform((text) => Number.parseFloat(text));
}
