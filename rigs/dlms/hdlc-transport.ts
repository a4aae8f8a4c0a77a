import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { messageOf } from '../../devices/domain/error-text.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { HdlcClientSettings } from '../../devices/protocol/hdlc/client-settings.ts';
import { HdlcClient, type HdlcClientEvent } from '../../devices/protocol/hdlc/client.ts';
import {
  ModeEClient,
  type ModeEClientSettings,
  SIGN_ON_BAUD,
} from '../../devices/protocol/hdlc/mode-e.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { OneAtATime } from '../wrap/one-at-a-time.ts';
import { apduText, type ApduTransport, awaitedText } from './apdu-transport.ts';
import { LineDriver } from './line-driver.ts';

export interface HdlcTransportOptions {
  /** A serial line or a serial server; it is closed with the transport. */
  readonly channel: ByteChannel;
  readonly clock: Clock;
  /** What differs from HDLC_CLIENT_DEFAULTS. */
  readonly client?: Partial<HdlcClientSettings>;
  /** For meters that want a sign-on of IEC 62056-21 first; null for those that do not. */
  readonly modeE?: Partial<ModeEClientSettings> | null;
}

/** Longest sign-on: the meter's identification may trickle in at 300 Bd. */
const SIGN_ON_NS = 30 * NS_PER_S;
/** The client's own retries end far sooner. */
const CONNECT_NS = 60 * NS_PER_S;
const DISCONNECT_NS = 5 * NS_PER_S;

type HdlcEnd = Exclude<HdlcClientEvent, { kind: 'send' | 'unsolicited' | 'fault' }>;

/** APDUs of one client with one server over HDLC. */
export class HdlcTransport implements ApduTransport {
  readonly name: string;
  readonly #options: HdlcTransportOptions;
  readonly #driver: LineDriver;
  readonly #turns = new OneAtATime();
  #client: HdlcClient;
  #unsolicited: (apdu: Uint8Array) => void = () => {};
  #onLost: (reason: string) => void = () => {};
  #lost: string | null = null;
  /** What was wrong with what came in this conversation. */
  #faults: string[] = [];

  private constructor(options: HdlcTransportOptions) {
    this.#options = options;
    this.name = options.channel.name;
    this.#client = new HdlcClient(options.client);
    this.#driver = new LineDriver(options.channel, options.clock, (bytes, atNs) => {
      // A push; what else comes while nobody is asked is late.
      for (const event of this.#client.receive(atNs, bytes)) this.#meaning(event);
    });
    this.#driver.onLost((reason) => this.#gone(reason));
  }

  /**
   * Signs on where that is wanted, and connects. When it fails, the channel is closed.
   * @throws BenchError 'rig' when nobody answers, 'dut' when the meter refuses, with what came instead
   */
  static async open(options: HdlcTransportOptions): Promise<HdlcTransport> {
    const transport = new HdlcTransport(options);
    try {
      const { modeE = null } = options;
      if (modeE !== null) await transport.#signOn(modeE);
      await transport.#connect();
      return transport;
    } catch (error) {
      await transport.#driver.close();
      throw error;
    }
  }

  exchange(apdu: Uint8Array | null, timeoutMs: number): Promise<Uint8Array> {
    return this.#turns.run(async () => {
      const awaited = awaitedText(apdu, timeoutMs);
      const start = (nowNs: number) =>
        apdu === null ? this.#client.poll(nowNs) : this.#client.ask(nowNs, apdu);
      const end = await this.#converse(awaited, timeoutMs * NS_PER_MS, start);
      if (end.kind !== 'answer') throw new BenchError('rig', `${awaited}, ${end.kind} came`);
      return end.apdu;
    });
  }

  send(apdu: Uint8Array, timeoutMs: number): Promise<void> {
    return this.#turns.run(async () => {
      const withinNs = timeoutMs * NS_PER_MS;
      const awaited = `awaited that ${apduText(apdu)}, arrive for ${formatDurationNs(withinNs)}`;
      await this.#converse(awaited, withinNs, (nowNs) => this.#client.tell(nowNs, apdu));
    });
  }

  listen(listener: (apdu: Uint8Array) => void): void {
    this.#unsolicited = listener;
  }

  onLost(listener: (reason: string) => void): void {
    this.#onLost = listener;
  }

  /** Disconnects, when there is still somebody to say it to, and closes the line. */
  close(): Promise<void> {
    return this.#turns.run(async () => {
      this.#onLost = () => {};
      try {
        if (this.#lost === null) {
          await this.#converse('awaited UA', DISCONNECT_NS, (nowNs) =>
            this.#client.disconnect(nowNs),
          );
        }
      } catch (error) {
        // Who does not answer DISC is left by its own inactivity time-out.
        if (!(error instanceof BenchError)) throw error;
      } finally {
        await this.#driver.close();
      }
    });
  }

  async #signOn(settings: Partial<ModeEClientSettings>): Promise<void> {
    const { channel, clock } = this.#options;
    const modeE = new ModeEClient(settings);
    await channel.setBaudRate(SIGN_ON_BAUD);
    const end = await this.#driver.converse(
      modeE,
      (nowNs) => modeE.start(nowNs),
      clock.nowNs() + SIGN_ON_NS,
      (event) => (event.kind === 'send' ? null : event),
    );
    const where = `${this.name}: sign-on of IEC 62056-21, mode E`;
    if (end === null) {
      const within = formatDurationNs(SIGN_ON_NS);
      throw new BenchError('rig', `${where}: not done within ${within}`);
    }
    if (end.kind === 'refused') {
      const came = end.came === '' ? 'nothing' : JSON.stringify(end.came);
      const blame = end.came === '' ? 'rig' : 'dut';
      throw new BenchError(blame, `${where}: ${end.reason}; came: ${came}`);
    }
    const { bitsPerSecond } = end;
    await channel.setBaudRate(bitsPerSecond);
    this.#client = new HdlcClient({ ...this.#options.client, bitsPerSecond });
  }

  async #connect(): Promise<void> {
    await this.#converse('awaited UA', CONNECT_NS, (nowNs) => this.#client.connect(nowNs));
  }

  /** @throws BenchError with what was awaited and what came instead */
  async #converse(
    awaited: string,
    withinNs: number,
    start: (nowNs: number) => readonly HdlcClientEvent[],
  ): Promise<Exclude<HdlcEnd, { kind: 'failed' }>> {
    if (this.#lost !== null) throw new BenchError('rig', this.#lost);
    this.#faults = [];
    const dueNs = this.#options.clock.nowNs() + withinNs;
    const end = await this.#driver
      .converse(this.#client, start, dueNs, (event) => this.#meaning(event))
      .catch((error: unknown) => {
        throw new BenchError('rig', `${messageOf(error)}; ${awaited}`, { cause: error });
      });
    if (end !== null && end.kind !== 'failed') return end;
    // What the meter has of what was under way is not known: the connection is of no use any more.
    this.#client.abandon();
    const why = end === null ? '' : `${end.reason}; `;
    const text = `${this.name}: ${why}${awaited}, came: ${this.#came()}`;
    this.#gone(text);
    throw new BenchError('rig', text);
  }

  #meaning(event: HdlcClientEvent): HdlcEnd | null {
    switch (event.kind) {
      case 'send':
        return null;
      case 'unsolicited':
        this.#unsolicited(event.apdu);
        return null;
      case 'fault':
        this.#faults.push(event.reason);
        return null;
      case 'connected':
      case 'disconnected':
      case 'answer':
      case 'delivered':
      case 'failed':
        return event;
    }
  }

  /** Octets are counted, not shown: a head that hears itself would show a password. */
  #came(): string {
    const { octets } = this.#driver;
    if (octets === 0) return 'nothing';
    const faults = this.#faults.length === 0 ? '' : ` (${this.#faults.at(-1)})`;
    return `${octets} octets${faults}`;
  }

  #gone(reason: string): void {
    if (this.#lost !== null) return;
    this.#lost = reason;
    this.#onLost(reason);
  }
}
