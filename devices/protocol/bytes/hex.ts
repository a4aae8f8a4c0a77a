import { CodecError } from './codec-error.ts';

/** Lower-case hexadecimal digits, two a byte, with an optional separator between bytes. */
export function toHex(bytes: Uint8Array, separator = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(separator);
}

/** Reads hexadecimal digits; white space is skipped. @throws CodecError */
export function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) {
    throw new CodecError(`'${text.slice(0, 40)}' is no string of hexadecimal byte pairs`);
  }
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}
