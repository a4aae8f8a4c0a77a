import { readFileSync } from 'node:fs';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';

interface HdlcVector {
  readonly name: string;
  readonly frame?: string;
  readonly frames?: readonly string[];
  readonly control?: string;
  readonly hcs?: string | null;
  readonly fcs?: string;
}

const { hdlc } = JSON.parse(
  readFileSync(new URL('../../../vectors/hdlc.json', import.meta.url), 'utf8'),
) as { readonly hdlc: readonly HdlcVector[] };

/** Frames with both flags, in upper-case hexadecimal digits. */
export const VECTORS = hdlc.flatMap((vector) =>
  (vector.frames ?? [vector.frame ?? '']).map((hex, at) => ({
    ...vector,
    name: vector.frames === undefined ? vector.name : `${vector.name}, ${at + 1}`,
    hex,
  })),
);

export const FRAMES = VECTORS.map(({ hex }) => fromHex(hex));

/** The frame with this name. @throws when there is none: a test must not pass without its vector */
export function frameNamed(name: string): Uint8Array {
  const found = VECTORS.find((vector) => vector.name === name);
  if (found === undefined) throw new Error(`no frame vector is called '${name}'`);
  return fromHex(found.hex);
}
