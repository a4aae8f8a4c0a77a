import type { OpenedApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { openApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { meterIndexOf, type TestCiphers } from '../head-end/test-keys.ts';

/** What a sink makes of the datagrams that reach it. */
export interface SinkCounts {
  readonly received: number;
  /** Authentic, deciphered and read. */
  readonly opened: number;
  readonly badMac: number;
  readonly unknownMeter: number;
  /** No APDU, or one in the clear. */
  readonly malformed: number;
  /** The same message again, seen by its IV. */
  readonly duplicates: number;
  /** Messages that came after a later one of the same meter. */
  readonly outOfOrder: number;
  /** IVs between the first and the last of a meter that never came. */
  readonly lost: number;
  /** What was sent between the first and the last of each meter: opened once, and lost. */
  readonly sent: number;
  readonly meters: number;
}

/** A sender that starts again takes a new block of IVs: a leap this long is not a loss. */
const NEW_BLOCK = 4096;

/** Messages of one meter by their IVs, which a module gives out without gaps. */
interface Heard {
  first: number;
  highest: number;
  readonly gaps: Set<number>;
}

/**
 * Opens every message of the test fleet and counts what became of them. A module counts its IV up by
 * one with every APDU, so gaps, repetitions and order are known without asking the sender.
 */
export class SinkCounter {
  readonly #ciphers: TestCiphers;
  readonly #heard = new Map<number, Heard>();
  #received = 0;
  #opened = 0;
  #badMac = 0;
  #unknownMeter = 0;
  #malformed = 0;
  #duplicates = 0;
  #outOfOrder = 0;

  constructor(ciphers: TestCiphers) {
    this.#ciphers = ciphers;
  }

  /** Takes one datagram. */
  receive(bytes: Uint8Array): void {
    this.#received++;
    const opened = this.#open(bytes);
    if (opened === null) return;
    const { calling } = opened.apdu;
    const index = calling === undefined ? undefined : meterIndexOf(calling);
    if (index === undefined || opened.outcome === 'unknown-key') this.#unknownMeter++;
    else if (opened.outcome === 'good') this.#take(index, opened.parameters.iv);
    else if (opened.outcome === 'bad-mac') this.#badMac++;
    else this.#malformed++;
  }

  counts(): SinkCounts {
    let lost = 0;
    for (const { gaps } of this.#heard.values()) lost += gaps.size;
    const once = this.#opened - this.#duplicates;
    return {
      received: this.#received,
      opened: this.#opened,
      badMac: this.#badMac,
      unknownMeter: this.#unknownMeter,
      malformed: this.#malformed,
      duplicates: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      lost,
      sent: once + lost,
      meters: this.#heard.size,
    };
  }

  #open(bytes: Uint8Array): OpenedApdu | null {
    try {
      return openApdu(bytes, {
        cipher: (keyId, apdu) => {
          const index = apdu.calling === undefined ? undefined : meterIndexOf(apdu.calling);
          if (index === undefined || this.#ciphers.keyIdOf(index) !== keyId) return undefined;
          return this.#ciphers.cipherOf(index);
        },
      });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#malformed++;
      return null;
    }
  }

  #take(index: number, iv: number): void {
    this.#opened++;
    const heard = this.#heard.get(index);
    if (heard === undefined) {
      this.#heard.set(index, { first: iv, highest: iv, gaps: new Set() });
      return;
    }
    if (iv > heard.highest + NEW_BLOCK) {
      heard.first = iv;
      heard.highest = iv;
    } else if (iv > heard.highest) {
      for (let gap = heard.highest + 1; gap < iv; gap++) heard.gaps.add(gap);
      heard.highest = iv;
    } else if (iv < heard.first) {
      for (let gap = iv + 1; gap < heard.first; gap++) heard.gaps.add(gap);
      heard.first = iv;
      this.#outOfOrder++;
    } else if (heard.gaps.delete(iv)) this.#outOfOrder++;
    else this.#duplicates++;
  }
}
