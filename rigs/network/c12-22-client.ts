import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { ByteOrder } from '../../devices/protocol/bytes/byte-reader.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { toHex } from '../../devices/protocol/bytes/hex.ts';
import type { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import {
  Association,
  type AssociationOptions,
} from '../../devices/protocol/c12-22/node/association.ts';
import type { C1222Request, C1222Response } from '../../devices/protocol/psem/network-service.ts';
import { encodeRequest } from '../../devices/protocol/psem/request.ts';
import { decodeResponse } from '../../devices/protocol/psem/response.ts';
import type { ReadPart, WritePart } from '../../devices/protocol/psem/service.ts';
import { BenchError } from '../port/bench.ts';
import type { Clock } from '../port/clock.ts';
import type { TableClient, TableRead } from '../psem/table-client.ts';
import { MeterRefusal, refusalText } from '../psem/meter-refusal.ts';
import type { ApduChannel } from './apdu-channel.ts';

export interface NetworkClientSettings {
  /** Longest wait for the answer to one APDU. */
  readonly answerNs: number;
  /** How often an APDU is sent again on a way that loses, and a busy node is asked again. */
  readonly retries: number;
  /** Pause before a service that was answered with bsy or dnr is asked again. */
  readonly busyPauseNs: number;
  /** Gives the password in each APDU in front of the services; null: none is given. */
  readonly password: { readonly bytes: Uint8Array; readonly userId: number } | null;
  /** APDUs of a session leave out key id and IV after the logon. */
  readonly leavesOutParameters: boolean;
  /** Each APDU as hexadecimal text, the password masked. */
  readonly trace?:
    | ((direction: 'sent' | 'received', hex: string, atNs: number) => void)
    | undefined;
}

const DEFAULTS: NetworkClientSettings = {
  answerNs: 5 * NS_PER_S,
  retries: 3,
  busyPauseNs: 500 * NS_PER_MS,
  password: null,
  leavesOutParameters: false,
};

type Answered = Exclude<C1222Response, { readonly refused: unknown }>;
type AnswerTo<K> = Extract<Answered, { readonly answers: K }>;

/**
 * Asks one C12.22 node. One call at a time. All methods throw BenchError: blame 'rig' when nothing
 * comes, 'dut' when the node refuses ({@link MeterRefusal}) or breaks the protocol.
 */
export class NetworkClient implements TableClient {
  readonly #channel: ApduChannel;
  readonly #clock: Clock;
  readonly #association: Association;
  readonly #settings: NetworkClientSettings;
  #arrived: ((apdu: Uint8Array) => void) | null = null;
  #lost: string | null = null;
  #inSession = false;
  #order: ByteOrder = 'little-endian';

  constructor(
    channel: ApduChannel,
    clock: Clock,
    association: AssociationOptions,
    settings: Partial<NetworkClientSettings> = {},
  ) {
    this.#channel = channel;
    this.#clock = clock;
    this.#association = new Association(association);
    this.#settings = { ...DEFAULTS, ...settings };
    channel.listen((apdu) => {
      this.#settings.trace?.('received', toHex(apdu, ' '), clock.nowNs());
      this.#arrived?.(apdu);
    });
    channel.onLost((reason) => {
      this.#lost = reason;
      this.#arrived?.(new Uint8Array());
    });
  }

  /** Byte order of tables, as ST0 declared it when it was read. */
  get dataOrder(): ByteOrder {
    return this.#order;
  }

  async identify() {
    return (await this.#one('Identify', { service: 'identify' })).identity;
  }

  /** Begins a session, with the password when there is one. */
  async logon(userId: number, user: string, idleTimeoutS: number): Promise<number | undefined> {
    const bytes = new Uint8Array(10).fill(0x20);
    bytes.set(new TextEncoder().encode(user).subarray(0, bytes.length));
    const answer = await this.#one('Logon', {
      service: 'logon',
      userId,
      user: bytes,
      idleTimeoutS,
    });
    this.#inSession = true;
    if (this.#settings.leavesOutParameters) this.#association.rememberParameters();
    const { password } = this.#settings;
    if (password !== null) {
      await this.#one('Security', { service: 'security', password: password.bytes });
    }
    return answer.idleTimeoutS;
  }

  async readTable(table: number): Promise<TableRead> {
    return this.readPart(table, { by: 'whole' });
  }

  async readPart(table: number, part: ReadPart): Promise<TableRead> {
    const requestedAtNs = this.#clock.nowNs();
    const { data } = await this.#one(`Read of table ${table}`, { service: 'read', table, part });
    if (table === 0 && part.by === 'whole') {
      this.#order = ((data[0] ?? 0) & 1) === 0 ? 'little-endian' : 'big-endian';
    }
    return { table, bytes: data, requestedAtNs, answeredAtNs: this.#clock.nowNs() };
  }

  async writeTable(table: number, data: Uint8Array, part: WritePart = { by: 'whole' }) {
    await this.#one(`Write of table ${table}`, { service: 'write', table, part, data });
  }

  async wait(seconds: number): Promise<void> {
    await this.#one('Wait', { service: 'wait', seconds });
  }

  async disconnect(): Promise<void> {
    await this.#one('Disconnect', { service: 'disconnect' });
    this.#sessionOver();
  }

  async logoff(): Promise<void> {
    await this.#one('Logoff', { service: 'logoff' });
    this.#sessionOver();
  }

  async terminate(): Promise<void> {
    await this.#one('Terminate', { service: 'terminate' });
    this.#sessionOver();
  }

  /** The native address of the node that has a title. */
  async resolve(title: ApTitle): Promise<Uint8Array> {
    return (await this.#one('Resolve', { service: 'resolve', title })).nativeAddress;
  }

  /** The titles of the nodes on the way. */
  async trace(): Promise<readonly ApTitle[]> {
    return (await this.#one('Trace', { service: 'trace', titles: [] })).titles;
  }

  async deregister(title: ApTitle): Promise<void> {
    await this.#one('Deregister', { service: 'deregister', title });
  }

  async register(registration: Extract<C1222Request, { service: 'register' }>['registration']) {
    return (await this.#one('Register', { service: 'register', registration })).registered;
  }

  /**
   * Several services in one APDU, which has as many responses; refusals are returned, not thrown.
   * The password goes first, and its response is left out when it is ok.
   */
  async ask(what: string, requests: readonly C1222Request[]): Promise<readonly C1222Response[]> {
    const { password } = this.#settings;
    const isSecured = password === null || this.#inSession;
    const all: readonly C1222Request[] = isSecured
      ? requests
      : [{ service: 'security', password: password.bytes, userId: password.userId }, ...requests];
    const services = await this.#exchange(what, all);
    const responses = all.map((request, at) => this.#understood(what, services[at], request));
    if (isSecured) return responses;
    const [first, ...others] = responses;
    if (first !== undefined && 'refused' in first) throw this.#refusal(`${what}: Security`, first);
    return others;
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  #sessionOver(): void {
    this.#inSession = false;
    this.#association.forgetParameters();
  }

  /** One service and its answer; bsy and dnr are asked again, any other refusal is thrown. */
  async #one<K extends C1222Request['service']>(
    what: string,
    request: C1222Request & { readonly service: K },
  ): Promise<AnswerTo<K>> {
    for (let repeats = 0; ; repeats++) {
      const [response] = await this.ask(what, [request]);
      if (response === undefined) throw this.#error('dut', what, 'answered without a response');
      if (!('refused' in response)) return response as AnswerTo<K>;
      const isPassing = response.refused === 'bsy' || response.refused === 'dnr';
      if (!isPassing || repeats >= this.#settings.retries) {
        throw this.#refusal(what, response, repeats);
      }
      await this.#clock.sleepUntil(this.#clock.nowNs() + this.#settings.busyPauseNs);
    }
  }

  #refusal(
    what: string,
    { refused }: Extract<C1222Response, { refused: unknown }>,
    repeats = 0,
  ): MeterRefusal {
    const where = `${this.#channel.name}: ${what}`;
    return new MeterRefusal(refused, `${where}: ${refusalText(refused, repeats)}`);
  }

  #understood(what: string, bytes: Uint8Array | undefined, request: C1222Request): C1222Response {
    try {
      return decodeResponse(bytes ?? new Uint8Array(), request.service);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw this.#error('dut', what, `answered, but ${error.message}`);
    }
  }

  async #exchange(what: string, requests: readonly C1222Request[]): Promise<readonly Uint8Array[]> {
    const apdu = this.#sealed(what, requests);
    const others: string[] = [];
    const tries = this.#channel.isLossy ? this.#settings.retries + 1 : 1;
    for (let attempt = 0; attempt < tries; attempt++) {
      // The same bytes: a node that did it already answers again and does nothing twice.
      const services = await this.#attempt(apdu, others);
      if (services !== null) {
        // A node that cannot believe an APDU answers it with one response, whatever was asked.
        if (services.length === requests.length || isRefusal(services)) {
          return requests.map((_, at) => services[Math.min(at, services.length - 1)] ?? NOTHING);
        }
        const count = `${services.length} responses to ${requests.length} services`;
        throw this.#error('dut', what, `answered with ${count}`);
      }
      if (this.#lost !== null) throw new BenchError('rig', `${what}: ${this.#lost}`);
    }
    const came = others.length === 0 ? 'nothing' : others.join('; ');
    const within = formatDurationNs(this.#settings.answerNs);
    const times = tries > 1 ? ` ${tries} times` : '';
    throw this.#error('rig', what, `no answer within ${within}${times}; came: ${came}`);
  }

  /** Sends, and waits for the answer; null when it did not come. */
  async #attempt(apdu: Uint8Array, others: string[]): Promise<readonly Uint8Array[] | null> {
    const answered = new AbortController();
    let services: readonly Uint8Array[] | null = null;
    this.#arrived = (bytes) => {
      if (this.#lost === null) {
        const arrived = this.#association.accept(bytes);
        if (arrived.is === 'other') return void others.push(arrived.reason);
        services = arrived.services;
      }
      answered.abort();
    };
    try {
      this.#settings.trace?.('sent', this.#shown(apdu), this.#clock.nowNs());
      await this.#channel.send(apdu);
      const dueNs = this.#clock.nowNs() + this.#settings.answerNs;
      await this.#clock.sleepUntil(dueNs, answered.signal).catch(() => undefined);
      return services;
    } finally {
      this.#arrived = null;
    }
  }

  /** What is not ciphered shows the password. */
  #shown(apdu: Uint8Array): string {
    const { password } = this.#settings;
    const hex = toHex(apdu, ' ');
    if (password === null) return hex;
    const secret = toHex(password.bytes, ' ');
    return hex.replaceAll(secret, secret.replaceAll(/[0-9a-f]/g, '*'));
  }

  #sealed(what: string, requests: readonly C1222Request[]): Uint8Array {
    try {
      return this.#association.ask({ services: requests.map((one) => encodeRequest(one)) });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw this.#error('harness', what, error.message);
    }
  }

  #error(blame: 'rig' | 'dut' | 'harness', what: string, wrong: string): BenchError {
    return new BenchError(blame, `${this.#channel.name}: ${what}: ${wrong}`);
  }
}

const NOTHING = new Uint8Array();

/** One response that says no. */
function isRefusal(services: readonly Uint8Array[]): boolean {
  return services.length === 1 && services[0]?.[0] !== 0;
}
