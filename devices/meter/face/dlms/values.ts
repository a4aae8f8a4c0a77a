import {
  array,
  type Data,
  number,
  type NumberType,
  octetString,
  structure,
} from '../../../protocol/dlms/data.ts';
import { type Obis, obisBytes } from '../../../protocol/dlms/obis.ts';

/** Values as attributes hold them again and again. */

export function text(characters: string): Data {
  return octetString(Uint8Array.from(characters, (character) => character.charCodeAt(0) & 0xff));
}

export function textIn(data: Data | undefined): string | null {
  return data?.type === 'octet-string' ? String.fromCharCode(...data.bytes) : null;
}

export function name(logicalName: Obis): Data {
  return octetString(obisBytes(logicalName));
}

export function flag(value: boolean): Data {
  return { type: 'boolean', value };
}

export const EMPTY_ARRAY = array([]);
export const EMPTY_OCTETS = octetString(new Uint8Array());

const GREATEST: Readonly<Partial<Record<NumberType, number>>> = {
  unsigned: 0xff,
  'long-unsigned': 0xffff,
  'double-long-unsigned': 0xffff_ffff,
};

/** An unsigned number; one that does not fit stands at the end of the scale. */
export function amount(
  type: 'unsigned' | 'long-unsigned' | 'double-long-unsigned',
  value: number,
): Data {
  return number(type, Math.min(Math.max(0, Math.trunc(value)), GREATEST[type] ?? 0));
}

/** A counter that goes on from 0 when it is full, as a register of energy does. */
export function counter(value: number): Data {
  return number('double-long-unsigned', Math.max(0, value) % 2 ** 32);
}

/** Codes of `unit` (Blue Book 4.3.2). */
export const UNIT = {
  second: 7,
  watt: 27,
  wattHour: 30,
  ampere: 33,
  volt: 35,
  hertz: 44,
  perWattHour: 45,
  none: 255,
} as const;

export function scalerUnit(scaler: number, unit: number): Data {
  return structure(number('integer', scaler), number('enum', unit));
}
