import { readFileSync } from 'node:fs';
import { messageOf } from '../../devices/domain/error-text.ts';
import { fromHex } from '../../devices/protocol/bytes/hex.ts';
import {
  createEaxPrimeCipher,
  type EaxPrimeCipher,
} from '../../devices/protocol/c12-22/eax-prime.ts';
import { EXIT, Refusal } from './exit.ts';

const KEY = /^[0-9a-f]{32}$/i;

/**
 * The ciphers of a file of keys: a table in CSV with the columns `keyId` (0 to 255) and `key` (32
 * hexadecimal digits) among others, as `meterbench keys --format csv` writes it. Keys are never
 * taken from a command line, and no message shows one.
 * @throws Refusal
 */
export function ciphersFromFile(option: string, path: string): Map<number, EaxPrimeCipher> {
  const lines = textOf(option, path)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const columns = (lines.shift() ?? '').split(',').map((name) => name.trim());
  const [idAt, keyAt] = [columns.indexOf('keyId'), columns.indexOf('key')];
  if (idAt < 0 || keyAt < 0) {
    throw new Refusal(EXIT.file, `${option} ${path}: the columns keyId and key are wanted`);
  }
  const ciphers = new Map<number, EaxPrimeCipher>();
  for (const [at, line] of lines.entries()) {
    const cells = line.split(',').map((cell) => cell.trim());
    const [id, key] = [Number(cells[idAt] || Number.NaN), cells[keyAt] ?? ''];
    if (!Number.isInteger(id) || id < 0 || id > 0xff || !KEY.test(key)) {
      throw new Refusal(
        EXIT.file,
        `${option} ${path}: line ${at + 2}: a key id from 0 to 255 and a key of 32 hexadecimal digits are wanted`,
      );
    }
    ciphers.set(id, createEaxPrimeCipher(fromHex(key)));
  }
  return ciphers;
}

function textOf(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(EXIT.file, `${option} ${path}: ${messageOf(error)}`);
  }
}
