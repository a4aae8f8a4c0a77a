import { CodecError } from '../bytes/codec-error.ts';
import type { BerReader } from './ber.ts';
import { BerWriter, hexByte } from './ber.ts';

/** The tags that a UID may have; drafts of C12.22 marked relative ones with 0D. */
export const UID_TAGS = { absolute: 0x06, relative: 0x80, draftRelative: 0x0d } as const;

/** What relative titles are relative to, 2.16.124.113620.1.22.0, as the body of an identifier. */
export const C12_22_ROOT = Uint8Array.of(0x60, 0x7c, 0x86, 0xf7, 0x54, 0x01, 0x16, 0x00);

/**
 * A universal identifier (UID) of C12.22: the title of a node, or another object identifier. It
 * keeps the bytes it was sent as; which node it names is told by {@link ApTitle.absolute}.
 */
export class ApTitle {
  /** Tag, length and body as transmitted. */
  readonly uid: Uint8Array;
  readonly #body: Uint8Array;
  readonly #relative: boolean;
  #absolute: Uint8Array | undefined;

  private constructor(uid: Uint8Array, body: Uint8Array, relative: boolean) {
    this.uid = uid;
    this.#body = body;
    this.#relative = relative;
  }

  /**
   * Of a text: '1.3.6.1.4.1.33507' is absolute, '.123.4' relative to 2.16.124.113620.1.22.0.
   * @throws CodecError when the text is no object identifier
   */
  static of(text: string): ApTitle {
    const relative = text.startsWith('.');
    const arcs = (relative ? text.slice(1) : text).split('.').map((arc) => {
      if (!/^(?:0|[1-9]\d*)$/.test(arc)) {
        throw new CodecError(`title: numbers between points wanted, '${text.slice(0, 80)}' given`);
      }
      return BigInt(arc);
    });
    const body = encodeArcs(relative ? arcs : joinFirstTwo(arcs, text));
    return ApTitle.#written(relative ? UID_TAGS.relative : UID_TAGS.absolute, body);
  }

  /** Relative, of arcs as numbers: what a fleet names its meters with, without a text on the way. */
  static ofArcs(...arcs: readonly number[]): ApTitle {
    const bytes: number[] = [];
    for (const arc of arcs) pushArc(bytes, arc);
    const uid = Uint8Array.of(UID_TAGS.relative, bytes.length, ...bytes);
    return new ApTitle(uid, uid.subarray(2), true);
  }

  /** The next UID, copied. @throws CodecError */
  static read(reader: BerReader, field: string): ApTitle {
    const { tag, offset, raw, content } = reader.element(field);
    const known = Object.values(UID_TAGS).find((one) => one === tag);
    if (known === undefined) {
      throw new CodecError(`${field}: 06 or 80 wanted, ${hexByte(tag)} found at offset ${offset}`);
    }
    if (!isBody(content)) {
      throw new CodecError(
        `${field}: an object identifier wanted, ${content.length} bytes at offset ${offset} are none`,
      );
    }
    const uid = new Uint8Array(raw);
    const body = uid.subarray(uid.length - content.length);
    return new ApTitle(uid, body, known !== UID_TAGS.absolute);
  }

  static #written(tag: number, body: Uint8Array): ApTitle {
    const writer = new BerWriter().bytes(body).wrap('title', tag, 0);
    return new ApTitle(writer.finish(), body, tag !== UID_TAGS.absolute);
  }

  /** The canonical form: an absolute identifier, 06 in front. Equal for titles of one node. */
  get absolute(): Uint8Array {
    return (this.#absolute ??= this.#relative
      ? ApTitle.#written(UID_TAGS.absolute, concatenated(C12_22_ROOT, this.#body)).uid
      : ApTitle.#written(UID_TAGS.absolute, this.#body).uid);
  }

  /** As {@link ApTitle.of} reads it: relative titles begin with a point. */
  toString(): string {
    return this.#relative ? `.${arcsOf(this.#body).join('.')}` : absoluteText(this.#body);
  }

  /** The same text for all titles of one node, fit as a key: '2.16.124.113620.1.22.0.123.4'. */
  toAbsoluteString(): string {
    return absoluteText(this.#relative ? concatenated(C12_22_ROOT, this.#body) : this.#body);
  }

  /** Whether both name one node, in whatever form each was sent. */
  isSameAs(other: ApTitle): boolean {
    const [one, two] = [this.absolute, other.absolute];
    return one.length === two.length && one.every((byte, index) => byte === two[index]);
  }
}

/** Arcs of seven bits a byte: none begins with 80 (X.690 8.19.2), and the last one is complete. */
export function isBody(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  let starts = true;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (starts && byte === 0x80) return false;
    starts = byte < 0x80;
  }
  return starts && to > from;
}

function arcsOf(body: Uint8Array): bigint[] {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of body) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  return arcs;
}

/** The first two arcs share one number, 40 times the first plus the second (X.690 8.19.4). */
function absoluteText(body: Uint8Array): string {
  const [joined = 0n, ...others] = arcsOf(body);
  const first = joined < 40n ? 0n : joined < 80n ? 1n : 2n;
  return [first, joined - 40n * first, ...others].join('.');
}

function joinFirstTwo(arcs: readonly bigint[], text: string): bigint[] {
  const [first, second, ...others] = arcs;
  if (first === undefined || second === undefined || first > 2n || (first < 2n && second > 39n)) {
    throw new CodecError(`title: '${text}' does not begin like an object identifier`);
  }
  return [40n * first + second, ...others];
}

function encodeArcs(arcs: readonly bigint[]): Uint8Array {
  const bytes: number[] = [];
  for (const arc of arcs) {
    const groups = [Number(arc & 0x7fn)];
    for (let left = arc >> 7n; left > 0n; left >>= 7n) {
      groups.unshift(Number(left & 0x7fn) | 0x80);
    }
    bytes.push(...groups);
  }
  return Uint8Array.from(bytes);
}

/** @throws CodecError for what is no arc, or one beyond 2^53 */
function pushArc(bytes: number[], arc: number): void {
  if (!Number.isSafeInteger(arc) || arc < 0) throw new CodecError(`title: ${arc} is no arc`);
  let groups = 1;
  for (let left = Math.floor(arc / 0x80); left > 0; left = Math.floor(left / 0x80)) groups++;
  for (let group = groups - 1; group >= 0; group--) {
    const bits = Math.floor(arc / 0x80 ** group) % 0x80;
    bytes.push(group === 0 ? bits : bits | 0x80);
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** Whether a text is a title: a module could not register with anything else. */
export function isTitle(text: string): boolean {
  try {
    ApTitle.of(text);
    return true;
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}
