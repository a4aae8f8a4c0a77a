import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { OpticalLink } from '../../devices/protocol/c12-18/link.ts';
import type { LinkEvent } from '../../devices/protocol/c12-18/link.ts';
import type { LinkSettings } from '../../devices/protocol/c12-18/link-settings.ts';
import { PACKET_SIZE_DEFAULT } from '../../devices/protocol/c12-18/packet.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { OwnEcho } from './own-echo.ts';
import { SecretMask } from './secret-mask.ts';

/** Line traffic as hexadecimal text with passwords masked, and the bench time in ns. */
export type TraceHook = (direction: 'sent' | 'received', hex: string, atNs: number) => void;

export interface OpticalLineSettings extends LinkSettings {
  /** Longest silence between the ACK of a request and its answer. */
  readonly answerNs: number;
  /** Whether the head hears its own light, which then has to be taken out. */
  readonly echo: 'discard' | 'none';
  readonly trace?: TraceHook | undefined;
}

/** A message that came back, and when. */
export interface Answer {
  readonly bytes: Uint8Array;
  /** The earliest instant at which the request can have been with the meter, bench ns. */
  readonly requestedAtNs: number;
  /** Arrival of the last byte of the answer, bench ns. */
  readonly answeredAtNs: number;
}

interface Arrival {
  readonly bytes: Uint8Array;
  readonly atNs: number;
}

/** Characters of received traffic that an error shows. */
const SHOWN_CHARACTERS = 120;

/** Drives one end of the C12.18 data link over a channel: one request, one answer. */
export class OpticalLine {
  readonly #channel: ByteChannel;
  readonly #clock: Clock;
  readonly #settings: OpticalLineSettings;
  readonly #link: OpticalLink;
  readonly #echo = new OwnEcho();
  readonly #masks = { sent: new SecretMask(), received: new SecretMask() };
  #inbox: Arrival[] = [];
  #sleep: AbortController | null = null;
  #aborted: { readonly reason: unknown } | null = null;
  #busy = false;
  #came = '';
  #faults: string[] = [];

  constructor(channel: ByteChannel, clock: Clock, settings: OpticalLineSettings) {
    this.#channel = channel;
    this.#clock = clock;
    this.#settings = settings;
    this.#link = new OpticalLink('client', settings);
    channel.listen((bytes, atNs) => this.#arrived(bytes, atNs));
  }

  /** Greatest packet that was agreed, overhead included. */
  set packetSize(bytes: number) {
    this.#link.packetSize = bytes;
  }

  /** Other time-outs and retries, as agreed. */
  set times(times: Pick<LinkSettings, 'interCharacterNs' | 'responseNs' | 'retries'>) {
    const { interCharacterNs, responseNs, retries } = times;
    this.#link.settings = { ...this.#link.settings, interCharacterNs, responseNs, retries };
  }

  /** Sets the line to another speed; one that refuses (a pty, a network) goes on at the old one. */
  async setSpeed(bitsPerSecond: number): Promise<void> {
    if (bitsPerSecond === this.#link.settings.bitsPerSecond) return;
    try {
      await this.#channel.setBaudRate(bitsPerSecond);
    } catch (error) {
      if (error instanceof BenchError) return;
      throw error;
    }
    this.#link.settings = { ...this.#link.settings, bitsPerSecond };
  }

  /** Bytes outside of any packet, such as a wake-up. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#settings.echo === 'discard') this.#echo.sent(bytes);
    this.#trace('sent', bytes, this.#clock.nowNs());
    await this.#channel.write(bytes);
  }

  /**
   * Sends a message and waits for the one that answers it.
   * @param isStale tells a message that cannot answer this one: it is left from an earlier session
   * @throws BenchError 'rig' when the line is silent or garbled, 'dut' when the meter took the
   *   request and did not answer at all; the reason of {@link abort}
   */
  async exchange(
    what: string,
    message: Uint8Array,
    isStale: (answer: Uint8Array) => boolean = () => false,
  ): Promise<Answer> {
    if (this.#busy)
      throw new BenchError('harness', this.text(what, 'another exchange is under way'));
    this.#busy = true;
    this.#came = '';
    this.#faults = [];
    this.#aborted = null;
    try {
      await this.#drain();
      const requestedAtNs = this.#clock.nowNs();
      const answer = await this.#converse(what, message, requestedAtNs, isStale);
      return { ...answer, requestedAtNs };
    } catch (error) {
      this.#link.restart();
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /** Makes the exchange under way throw the reason. */
  abort(reason: unknown): void {
    this.#aborted = { reason };
    this.#sleep?.abort();
  }

  /** The session is over: the next one starts with nothing agreed but the speed. */
  restart(): void {
    this.#link.restart();
    this.#link.packetSize = PACKET_SIZE_DEFAULT;
    this.times = this.#settings;
  }

  /** Takes the listener off the channel, which stays open. */
  close(): void {
    this.#channel.listen(null);
  }

  /** A message for people: where, what was asked, what is wrong and what came. */
  text(what: string, wrong: string): string {
    const came = this.#came === '' ? 'nothing' : this.#came;
    const bad = this.#faults.length;
    const packets = bad === 1 ? 'a bad packet' : `${bad} bad packets, the last`;
    const faults = bad > 0 ? ` (${packets}: ${this.#faults.at(-1)})` : '';
    return `${this.#channel.name}: ${what}: ${wrong}; came: ${came}${faults}`;
  }

  async #converse(
    what: string,
    message: Uint8Array,
    startNs: number,
    isStale: (answer: Uint8Array) => boolean,
  ): Promise<Omit<Answer, 'requestedAtNs'>> {
    let answerDueNs = Infinity;
    let atNs = startNs;
    let events = this.#link.send(startNs, message);
    for (;;) {
      let answer: Uint8Array | null = null;
      for (const event of events) {
        switch (event.kind) {
          case 'send':
            await this.write(event.bytes);
            break;
          case 'delivered':
            answerDueNs = this.#clock.nowNs() + this.#settings.answerNs;
            break;
          case 'heard':
            break;
          case 'message':
            // What follows it in the same bytes wants its ACK too.
            if (!isStale(event.data)) answer ??= event.data;
            break;
          case 'gave-up':
            throw new BenchError('rig', this.text(what, this.#noAck(event.reason)));
          case 'bad-packet':
            this.#faults.push(event.reason);
            break;
        }
      }
      if (answer !== null) return { bytes: answer, answeredAtNs: atNs };
      await this.#idle(Math.min(answerDueNs, this.#link.wakeAtNs()));
      const arrival = this.#inbox.shift();
      atNs = arrival?.atNs ?? this.#clock.nowNs();
      if (arrival === undefined && atNs >= answerDueNs) {
        // A meter that answers is not at fault when the line spoils what it says.
        const blame = this.#faults.length > 0 ? 'rig' : 'dut';
        throw new BenchError(blame, this.text(what, this.#noAnswer()));
      }
      if (arrival !== undefined && answerDueNs !== Infinity) {
        answerDueNs = atNs + this.#settings.answerNs;
      }
      events = this.#step(arrival, atNs);
    }
  }

  #step(arrival: Arrival | undefined, atNs: number): LinkEvent[] {
    return arrival === undefined ? this.#link.wake(atNs) : this.#link.receive(atNs, arrival.bytes);
  }

  /** What came between two exchanges: a repeated answer, for example, whose ACK got lost. */
  async #drain(): Promise<void> {
    for (const arrival of this.#inbox.splice(0)) {
      for (const event of this.#link.receive(arrival.atNs, arrival.bytes)) {
        if (event.kind === 'send') await this.write(event.bytes);
      }
    }
    this.#came = '';
  }

  /** Waits for bytes, an abort, or the time. */
  async #idle(untilNs: number): Promise<void> {
    if (this.#inbox.length === 0 && this.#aborted === null) {
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
    if (this.#aborted !== null) throw this.#aborted.reason;
  }

  #arrived(bytes: Uint8Array, atNs: number): void {
    const own = this.#settings.echo === 'discard' ? this.#echo.strip(bytes) : bytes;
    if (own.length === 0) return;
    this.#came = `${this.#came} ${this.#trace('received', own, atNs)}`
      .trim()
      .slice(-SHOWN_CHARACTERS);
    this.#inbox.push({ bytes: own.slice(), atNs });
    this.#sleep?.abort();
  }

  #trace(direction: 'sent' | 'received', bytes: Uint8Array, atNs: number): string {
    const text = this.#masks[direction].mask(bytes);
    this.#settings.trace?.(direction, text, atNs);
    return text;
  }

  #noAck(reason: string): string {
    return `no ACK within ${formatDurationNs(this.#link.settings.responseNs)}, ${reason}`;
  }

  #noAnswer(): string {
    const good = this.#faults.length > 0 ? 'good ' : '';
    const within = formatDurationNs(this.#settings.answerNs);
    return `taken with ACK, but no ${good}answer within ${within}`;
  }
}
