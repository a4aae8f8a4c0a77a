import type { OpenedApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { openApdu } from '../../devices/protocol/c12-22/secure-apdu.ts';
import { QuickOpener } from '../../devices/protocol/c12-22/quick-open.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { meterIndexIn, meterIndexOf, type TestCiphers } from '../head-end/test-keys.ts';
import { Heard } from './heard.ts';

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

/**
 * Opens every message of the test fleet and counts what became of them. A module counts its IV up by
 * one with every APDU, so gaps, repetitions and order are known without asking the sender.
 */
export class SinkCounter {
  readonly #ciphers: TestCiphers;
  readonly #quick: QuickOpener;
  /** Whom the APDU that is being opened comes from. */
  #index: number | undefined;
  readonly #heard = new Heard();
  #received = 0;
  #opened = 0;
  #badMac = 0;
  #unknownMeter = 0;
  #malformed = 0;

  constructor(ciphers: TestCiphers) {
    this.#ciphers = ciphers;
    this.#quick = new QuickOpener((bytes, from, to, keyId) => {
      this.#index = meterIndexIn(bytes, from, to);
      if (this.#index === undefined || ciphers.keyIdOf(this.#index) !== keyId) return undefined;
      return ciphers.cipherOf(this.#index);
    });
  }

  /** Takes one message. */
  receive(bytes: Uint8Array): void {
    this.#received++;
    if (!this.#quick.open(bytes)) return this.#receiveOther(bytes);
    if (this.#index !== undefined) this.#take(this.#index, this.#quick.iv);
  }

  /** What is not of the usual shape, or not authentic. */
  #receiveOther(bytes: Uint8Array): void {
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
    const { duplicates, outOfOrder, lost, meters } = this.#heard.counts();
    const once = this.#opened - duplicates;
    return {
      received: this.#received,
      opened: this.#opened,
      badMac: this.#badMac,
      unknownMeter: this.#unknownMeter,
      malformed: this.#malformed,
      duplicates,
      outOfOrder,
      lost,
      sent: once + lost,
      meters,
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
    this.#heard.take(index, iv);
  }
}
