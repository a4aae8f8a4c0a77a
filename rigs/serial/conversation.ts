import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';

export interface ConversationOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly answerWithinNs: number;
  /** Silence that the protocol asks for between what came and what is sent next. */
  readonly quietNs?: number;
  /** How bytes are shown in errors; left out, as hexadecimal digits. */
  readonly shown?: (bytes: Uint8Array) => string;
}

export interface Question<T> {
  readonly request: Uint8Array;
  /** For the error: "the state of relay 2". */
  readonly awaited: string;
  /** The answer as soon as the bytes since the request hold one; null while more must come. */
  readonly answerIn: (received: Uint8Array) => Heard<T> | null;
}

/** What the other side said: the answer, or in its own words why it gives none. */
export type Heard<T> = { readonly answer: T } | { readonly refusal: string };

export interface Answered<T> {
  readonly answer: T;
  /** When the request was given to the port. */
  readonly askedAtNs: number;
}

/** Questions and answers over a line, one at a time, each with a limit. */
export class Conversation {
  readonly #options: ConversationOptions;
  readonly #turns = new OneAtATime();
  #received: number[] = [];
  #quietFromNs = 0;
  #lost: string | null = null;
  #stirred: () => void = () => {};

  constructor(options: ConversationOptions) {
    this.#options = options;
    options.channel.listen((bytes, atNs) => {
      this.#received.push(...bytes);
      this.#quietFromNs = atNs + (options.quietNs ?? 0);
      this.#stirred();
    });
    options.channel.onLost((reason) => {
      this.#lost = reason;
      this.#stirred();
    });
  }

  /** @throws BenchError (rig) that names what was awaited, for how long, and what came instead */
  ask<T>(question: Question<T>): Promise<Answered<T>> {
    return this.#turns.run(() => this.#exchange(question));
  }

  close(): Promise<void> {
    return this.#options.channel.close();
  }

  async #exchange<T>({ request, awaited, answerIn }: Question<T>): Promise<Answered<T>> {
    const { channel, clock, answerWithinNs, shown = hex } = this.#options;
    if (this.#quietFromNs > clock.nowNs()) await clock.sleepUntil(this.#quietFromNs);
    this.#received = [];
    const askedAtNs = clock.nowNs();
    await channel.write(request);
    const deadlineNs = clock.nowNs() + answerWithinNs;
    for (;;) {
      const heard = answerIn(Uint8Array.from(this.#received));
      if (heard !== null && 'answer' in heard) return { answer: heard.answer, askedAtNs };
      if (heard !== null) {
        const text = `${channel.name}: awaited ${awaited}, was refused: ${heard.refusal}`;
        throw new BenchError('rig', text);
      }
      if (this.#lost !== null) throw new BenchError('rig', `${this.#lost}; awaited ${awaited}`);
      if (!(await this.#more(deadlineNs))) break;
    }
    const received = Uint8Array.from(this.#received);
    throw new BenchError(
      'rig',
      `${channel.name}: awaited ${awaited} for ${formatDurationNs(answerWithinNs)}, got ${
        received.length === 0 ? 'nothing' : shown(received)
      }`,
    );
  }

  /** Waits until something stirs. @returns false when the deadline came first */
  async #more(deadlineNs: number): Promise<boolean> {
    const wait = new AbortController();
    this.#stirred = () => wait.abort();
    try {
      await this.#options.clock.sleepUntil(deadlineNs, wait.signal);
      return false;
    } catch (error) {
      if (wait.signal.aborted) return true;
      throw error;
    } finally {
      this.#stirred = () => {};
    }
  }
}

/** For the errors of protocols that are text. */
export function asText(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1'));
}

function hex(bytes: Uint8Array): string {
  return toHex(bytes, ' ');
}
