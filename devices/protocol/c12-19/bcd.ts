/** Binary coded decimals: two digits a byte. */
import { CodecError } from '../bytes/codec-error.ts';

/** Two decimal digits of one byte. @throws CodecError when it holds others */
export function fromBcd(field: string, byte: number): number {
  const high = byte >> 4;
  const low = byte & 0x0f;
  if (high > 9 || low > 9) throw new CodecError(`${field}: ${byte.toString(16)} is no BCD`);
  return high * 10 + low;
}

/** The inverse of {@link fromBcd}. @throws CodecError */
export function toBcd(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 99) {
    throw new CodecError(`${field}: ${value} does not fit into two BCD digits`);
  }
  return Math.floor(value / 10) * 16 + (value % 10);
}
