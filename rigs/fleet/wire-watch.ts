import type { MeterIdentity } from '../../devices/domain/identity.ts';
import type { Host } from './fleet.ts';

/** Of more meters nobody keeps the last datagram: that would be a copy of the traffic. */
const MOST_WATCHED = 1_000;

/** What a tap beside each meter sees of its datagrams as bytes: whether a name stands in them in clear. */
export class WireWatch {
  readonly #watches: boolean;
  readonly #datagrams: Uint32Array;
  readonly #inClear: Uint32Array;
  readonly #last = new Map<number, { readonly to: Host; readonly bytes: Uint8Array }>();
  readonly #names = new Map<number, readonly Buffer[]>();
  readonly #identityOf: (row: number) => MeterIdentity;

  constructor(count: number, identityOf: (row: number) => MeterIdentity) {
    this.#watches = count <= MOST_WATCHED;
    this.#datagrams = new Uint32Array(this.#watches ? count : 0);
    this.#inClear = new Uint32Array(this.#watches ? count : 0);
    this.#identityOf = identityOf;
  }

  /** A datagram that leaves a module, or reaches it (`to` is null). */
  saw(row: number, to: Host | null, bytes: Uint8Array): void {
    if (!this.#watches) return;
    this.#datagrams[row] = (this.#datagrams[row] ?? 0) + 1;
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#namesOf(row).some((name) => found.includes(name))) {
      this.#inClear[row] = (this.#inClear[row] ?? 0) + 1;
    }
    if (to !== null) this.#last.set(row, { to, bytes: bytes.slice() });
  }

  /** The last one that left; undefined before the first. */
  last(row: number): { readonly to: Host; readonly bytes: Uint8Array } | undefined {
    return this.#last.get(row);
  }

  fields(row: number): { readonly datagrams: number; readonly datagramsInClear: number } {
    return {
      datagrams: this.#datagrams[row] ?? 0,
      datagramsInClear: this.#inClear[row] ?? 0,
    };
  }

  /** Long enough to stand nowhere by chance. SEC-01 */
  #namesOf(row: number): readonly Buffer[] {
    const known = this.#names.get(row);
    if (known !== undefined) return known;
    const { iccId, barcode } = this.#identityOf(row);
    const names = [iccId, barcode].map((name) => Buffer.from(name, 'latin1'));
    this.#names.set(row, names);
    return names;
  }
}
