import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * Each case has a capture of its own: the first one of a run takes the plain name, the others that
 * of their case, in which a minus is a word because it tells cases apart.
 * @param key of the case, `<scenario>#<parameters>`
 */
export function capturePathIn(folder: string, key: string): string {
  const plain = path.join(folder, 'capture.pcapng');
  if (!existsSync(plain)) return plain;
  const name = key
    .replace(/#the only case$/, '')
    .replaceAll(/(?<==)-(?=\d)/g, 'minus-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-');
  return path.join(folder, `capture-${name}.pcapng`);
}
