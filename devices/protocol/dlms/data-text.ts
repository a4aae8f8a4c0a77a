import { toHex } from '../bytes/hex.ts';
import type { Data } from './data.ts';
import { DATE_TIME_OCTETS, decodeDateTime, utcMsOf } from './date-time.ts';

/** Data for people: `[1, "ITR0000060000001", 2026-01-05T00:00:00.000Z]`; octets that are no text in hexadecimal. */
export function dataText(data: Data): string {
  switch (data.type) {
    case 'null-data':
    case 'dont-care':
      return '-';
    case 'array':
    case 'structure':
    case 'compact-array':
      return `[${data.items.map(dataText).join(', ')}]`;
    case 'bit-string':
      return data.bits === '' ? '""' : data.bits;
    case 'octet-string':
    case 'bcd':
    case 'date-time':
    case 'date':
    case 'time':
      return octetsText(data.bytes);
    case 'visible-string':
    case 'utf8-string':
      return JSON.stringify(data.text);
    case 'boolean':
    case 'double-long':
    case 'double-long-unsigned':
    case 'integer':
    case 'long':
    case 'unsigned':
    case 'long-unsigned':
    case 'enum':
    case 'float32':
    case 'float64':
    case 'long64':
    case 'long64-unsigned':
      return String(data.value);
  }
}

function octetsText(octets: Uint8Array): string {
  const characters = String.fromCharCode(...octets);
  if (/^[ -~]+$/.test(characters)) return JSON.stringify(characters);
  return instantText(octets) ?? toHex(octets);
}

/** A date-time that names an instant; null for whatever else has twelve octets. */
function instantText(octets: Uint8Array): string | null {
  if (octets.length !== DATE_TIME_OCTETS) return null;
  const atMs = utcMsOf(decodeDateTime(octets));
  return atMs === null ? null : new Date(atMs).toISOString();
}
