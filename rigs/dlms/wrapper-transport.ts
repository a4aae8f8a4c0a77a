import { messageOf } from '../../devices/domain/error-text.ts';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { encodeWpdu, type Wpdu } from '../../devices/protocol/dlms/wrapper.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';
import {
  apduText,
  type ApduTransport,
  awaitedText,
  isNotification,
  type TransportFinding,
} from './apdu-transport.ts';
import type { WrapperChannel } from './wrapper-channel.ts';

export interface WrapperTransportOptions {
  readonly channel: WrapperChannel;
  readonly clock: Clock;
  readonly clientSap: number;
  readonly serverSap: number;
  readonly report?: ((finding: TransportFinding) => void) | undefined;
}

/** What came for an exchange that waits. */
interface Waiting {
  readonly arrived: AbortController;
  answer: Uint8Array | null;
  /** What else came, for the error. */
  readonly others: string[];
}

/** APDUs of one client with one server over TCP or UDP, whoever opened the way. */
export class WrapperTransport implements ApduTransport {
  readonly name: string;
  readonly #options: WrapperTransportOptions;
  readonly #turns = new OneAtATime();
  #waiting: Waiting | null = null;
  #lost: string | null = null;
  #unsolicited: (apdu: Uint8Array) => void = () => {};
  #onLost: (reason: string) => void = () => {};

  constructor(options: WrapperTransportOptions) {
    this.#options = options;
    const { channel } = options;
    this.name = channel.name;
    channel.listen((unit) => this.#heard(unit));
    channel.onLost((reason) => {
      // A socket tells of its error and then of its end: the first says why.
      if (this.#lost !== null) return;
      this.#lost = reason;
      this.#waiting?.arrived.abort();
      this.#onLost(reason);
    });
  }

  exchange(apdu: Uint8Array | null, timeoutMs: number): Promise<Uint8Array> {
    return this.#turns.run(() => this.#exchange(apdu, timeoutMs));
  }

  send(apdu: Uint8Array): Promise<void> {
    return this.#turns.run(() => this.#send(apdu));
  }

  listen(listener: (apdu: Uint8Array) => void): void {
    this.#unsolicited = listener;
  }

  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
  }

  close(): Promise<void> {
    return this.#options.channel.close();
  }

  async #exchange(apdu: Uint8Array | null, timeoutMs: number): Promise<Uint8Array> {
    const { clock } = this.#options;
    const waiting: Waiting = { arrived: new AbortController(), answer: null, others: [] };
    this.#waiting = waiting;
    try {
      if (apdu !== null) await this.#send(apdu);
      if (this.#lost === null) {
        const dueNs = clock.nowNs() + timeoutMs * NS_PER_MS;
        await clock.sleepUntil(dueNs, waiting.arrived.signal).catch(() => undefined);
      }
    } finally {
      this.#waiting = null;
    }
    if (waiting.answer !== null) return waiting.answer;
    const came = waiting.others.length === 0 ? 'nothing' : waiting.others.join('; ');
    const text = `${this.name}: ${awaitedText(apdu, timeoutMs)}, came: ${came}`;
    if (this.#lost === null) throw new BenchError('rig', text);
    const detail = `${this.#lost}; ${awaitedText(apdu, timeoutMs)}`;
    this.#options.report?.({ name: 'closed-without-answer', detail });
    throw new BenchError('rig', detail);
  }

  async #send(apdu: Uint8Array): Promise<void> {
    const { channel, clientSap: source, serverSap: destination } = this.#options;
    if (this.#lost !== null) throw new BenchError('rig', this.#lost);
    try {
      await channel.send(encodeWpdu({ source, destination, apdu }));
    } catch (error) {
      const why = this.#lost ?? `${this.name}: ${messageOf(error)}`;
      throw new BenchError('rig', `${why}; ${apduText(apdu)} was not sent`, { cause: error });
    }
  }

  #heard({ source, destination, apdu }: Wpdu): void {
    const waiting = this.#waiting;
    if (waiting === null || waiting.answer !== null || isNotification(apdu)) {
      return this.#unsolicited(apdu);
    }
    const { clientSap, serverSap } = this.#options;
    const isAnswer = source === serverSap && destination === clientSap;
    const isSwapped = source === clientSap && destination === serverSap;
    if (!isAnswer && !isSwapped) {
      waiting.others.push(`${apduText(apdu)}, from ${source} to ${destination}`);
      return;
    }
    if (!isAnswer) {
      const detail = `an answer from ${source} to ${destination}, not back`;
      this.#options.report?.({ name: 'swapped-saps', detail });
    }
    waiting.answer = apdu;
    waiting.arrived.abort();
  }
}
