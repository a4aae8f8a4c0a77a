import { quantityIn } from '../../devices/domain/quantity.ts';
import type { Prompt } from '../port/operator.ts';

/**
 * What a text comes to as the answer to a prompt.
 * @returns the answer (a number without its unit, a choice as the prompt spells it), or null when it
 *   is none
 */
export function usableAnswer(wants: Prompt['wants'], given: string): string | null {
  const text = given.trim();
  switch (wants.kind) {
    case 'done':
      return text === '' || /^(done|ok|yes|y)$/i.test(text) ? 'done' : null;
    case 'text':
      return text === '' ? null : text;
    case 'number':
      return numberIn(text, wants.unit);
    case 'choice':
      return wants.among.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? null;
  }
}

/** What a prompt wants, for people: "a number in °C", "one of red, green". */
export function wantedText(wants: Prompt['wants']): string {
  switch (wants.kind) {
    case 'done':
      return '"done"';
    case 'text':
      return 'a text';
    case 'number':
      return `a number in ${wants.unit}`;
    case 'choice':
      return `one of ${wants.among.join(', ')}`;
  }
}

/** A decimal number, with its unit or without; many write a comma. */
function numberIn(text: string, unit: string): string | null {
  const [, number, given = unit] = /^([+-]?\d+(?:[.,]\d+)?)\s*(\S+)?$/.exec(text) ?? [];
  if (number === undefined || given !== unit) return null;
  const plain = number.replace(',', '.');
  return quantityIn(Number(plain), unit) === undefined ? null : plain;
}
