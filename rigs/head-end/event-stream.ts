/** Follows a stream of server-sent events over restarts of who sends it. */
import { setTimeout as delay } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { messageOf } from '../../devices/domain/error-text.ts';

/** How long to wait before connecting again: short, because a deaf observer decides nothing. */
const RECONNECT_AFTER_MS = 50;
/** The sender writes a comment at least so often; a connection without one is given up. */
const SILENCE_MS = 60_000;
/** An event longer than this is not read into memory. */
const MOST_EVENT_CHARACTERS = 1024 * 1024;

export interface EventStreamOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told: its first event is called `ready`, as the reference head-end's is. */
  readonly readyWhen?: 'told' | 'connected';
  /** Every message once, in order, with the time at which its bytes came. */
  readonly onMessage: (message: EventSourceMessage, receivedAtNs: number) => void;
  readonly nowNs: () => number;
}

/** One listener's view of a stream; after a break it resumes behind the last event it was given. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #closing = new AbortController();
  readonly #following: Promise<void>;
  #lastEventId: string | null = null;
  #lastFault = 'no answer yet';
  #announce: () => void = () => {};
  /** Resolves when the first connection stands and its sender said from where on it tells. */
  readonly ready: Promise<void>;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.ready = new Promise((resolve) => {
      this.#announce = resolve;
    });
    this.#following = this.#follow();
  }

  /** Why it has no connection, or had none before this one. */
  get lastFault(): string {
    return this.#lastFault;
  }

  /** Ends the connection. @throws what `onMessage` threw */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#connection();
      await delay(RECONNECT_AFTER_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection, until it breaks; what `onMessage` throws comes through. */
  async #connection(): Promise<void> {
    const broken = new AbortController();
    const silence = setTimeout(() => {
      broken.abort(new Error(`silent for ${SILENCE_MS} ms`));
    }, SILENCE_MS);
    const parser = createParser({ maxBufferSize: MOST_EVENT_CHARACTERS, onEvent: this.#take });
    try {
      for await (const text of this.#texts(
        AbortSignal.any([this.#closing.signal, broken.signal]),
      )) {
        silence.refresh();
        parser.feed(text);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  /** What comes over one connection. Ends, and never throws, when it breaks. */
  async *#texts(signal: AbortSignal): AsyncGenerator<string> {
    const last = this.#lastEventId;
    try {
      const headers = {
        accept: 'text/event-stream',
        ...this.#options.headers,
        ...(last && { 'last-event-id': last }),
      };
      const response = await fetch(this.#options.url, { headers, signal });
      if (!response.ok || response.body === null) {
        this.#lastFault = `answered ${response.status}: ${(await response.text()).slice(0, 200)}`;
        return;
      }
      if (this.#options.readyWhen === 'connected') this.#announce();
      yield* response.body.pipeThrough(new TextDecoderStream());
      this.#lastFault = 'the sender ended the connection';
    } catch (error) {
      this.#lastFault = faultOf(error);
    }
  }

  readonly #take = (message: EventSourceMessage): void => {
    const receivedAtNs = this.#options.nowNs();
    this.#lastEventId = message.id ?? this.#lastEventId;
    if (message.event === 'ready') this.#announce();
    else this.#options.onMessage(message, receivedAtNs);
  };
}

/** What went wrong on a connection: fetch says only "fetch failed", its cause says more. */
export function faultOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
