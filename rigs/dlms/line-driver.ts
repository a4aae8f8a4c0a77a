import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';

/** One end of a line as a pure object: bytes and time in, events out. */
interface LineMachine<Event> {
  receive(nowNs: number, bytes: Uint8Array): Event[];
  wake(nowNs: number): Event[];
  wakeAtNs(): number;
}

type LineEvent = { readonly kind: string } | Sending;
interface Sending {
  readonly kind: 'send';
  readonly bytes: Uint8Array;
}

interface Arrival {
  readonly bytes: Uint8Array;
  readonly atNs: number;
}

/** Gives machines a channel and a clock, one conversation at a time. */
export class LineDriver {
  readonly name: string;
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  /** Takes what comes while no conversation is under way. */
  readonly #idle: (bytes: Uint8Array, atNs: number) => void;
  #inbox: Arrival[] = [];
  #isConversing = false;
  #sleep: AbortController | null = null;
  #lost: string | null = null;
  #onLost: (reason: string) => void = () => {};
  /** Octets that came in this conversation. */
  #octets = 0;

  constructor(channel: ByteChannel, clock: Clock, idle: (bytes: Uint8Array, atNs: number) => void) {
    this.name = channel.name;
    this.#channel = channel;
    this.#clock = clock;
    this.#idle = idle;
    channel.listen((bytes, atNs) => this.#arrived(bytes, atNs));
    channel.onLost((reason) => {
      this.#lost = reason;
      this.#sleep?.abort();
      this.#onLost(reason);
    });
  }

  /** Octets that came since the conversation began. */
  get octets(): number {
    return this.#octets;
  }

  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
  }

  /**
   * Carries out what a machine wants until one of its events has a meaning, or the time is over.
   * @param start the machine's first events, given the time
   * @param meaning of an event that is no 'send'; null for none
   * @returns the meaning; null when it did not come by `dueNs`
   * @throws BenchError 'rig' when the line is gone or cannot be written to
   */
  async converse<Event extends LineEvent, Meaning>(
    machine: LineMachine<Event>,
    start: (nowNs: number) => readonly Event[],
    dueNs: number,
    meaning: (event: Event) => Meaning | null,
  ): Promise<Meaning | null> {
    this.#isConversing = true;
    this.#octets = 0;
    this.#inbox = [];
    try {
      let events = start(this.#clock.nowNs());
      for (;;) {
        const end = await this.#perform(events, meaning);
        if (end !== null) return end;
        await this.#untilSomething(Math.min(dueNs, machine.wakeAtNs()));
        const arrival = this.#inbox.shift();
        const nowNs = arrival?.atNs ?? this.#clock.nowNs();
        if (arrival === undefined && nowNs >= dueNs) return null;
        events =
          arrival === undefined ? machine.wake(nowNs) : machine.receive(nowNs, arrival.bytes);
      }
    } finally {
      this.#isConversing = false;
      for (const { bytes, atNs } of this.#inbox.splice(0)) this.#idle(bytes, atNs);
    }
  }

  async close(): Promise<void> {
    this.#onLost = () => {};
    this.#channel.listen(null);
    await this.#channel.close();
  }

  /** What a machine says after its end wants to be said, too. */
  async #perform<Event extends LineEvent, Meaning>(
    events: readonly Event[],
    meaning: (event: Event) => Meaning | null,
  ): Promise<Meaning | null> {
    let end: Meaning | null = null;
    for (const event of events) {
      if (isSending(event)) await this.#channel.write(event.bytes);
      else end = meaning(event) ?? end;
    }
    return end;
  }

  /** Waits for bytes, the end of the line, or the time. */
  async #untilSomething(untilNs: number): Promise<void> {
    if (this.#inbox.length === 0 && this.#lost === null) {
      const sleep = new AbortController();
      this.#sleep = sleep;
      try {
        await this.#clock.sleepUntil(untilNs, sleep.signal);
      } catch (error) {
        if (!sleep.signal.aborted) throw error;
      } finally {
        this.#sleep = null;
      }
    }
    if (this.#inbox.length === 0 && this.#lost !== null) throw new BenchError('rig', this.#lost);
  }

  #arrived(bytes: Uint8Array, atNs: number): void {
    if (!this.#isConversing) return this.#idle(bytes, atNs);
    this.#octets += bytes.length;
    this.#inbox.push({ bytes, atNs });
    this.#sleep?.abort();
  }
}

function isSending(event: LineEvent): event is Sending {
  return event.kind === 'send';
}
