import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { ByteOrder } from '../../devices/protocol/bytes/byte-reader.ts';
import { BAUD_CODE_9600, speedOf } from '../../devices/protocol/c12-18/baud-codes.ts';
import { PACKET_DEFAULTS } from '../../devices/protocol/c12-18/link-settings.ts';
import type { PacketStandard } from '../../devices/protocol/c12-18/link-settings.ts';
import {
  decodeProcedureResponse,
  encodeProcedure,
} from '../../devices/protocol/c12-19/procedures.ts';
import type { Procedure } from '../../devices/protocol/c12-19/procedures.ts';
import {
  clientProof,
  deviceProof,
  offeredTicket,
} from '../../devices/protocol/c12-21/authentication.ts';
import { RESPONSE_CODES } from '../../devices/protocol/psem/response-code.ts';
import type { ReadPart, Timing, WritePart } from '../../devices/protocol/psem/service.ts';
import type { DeviceIdentity } from '../../devices/protocol/psem/table-host.ts';
import { BenchError } from '../port/bench.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import { OpticalLine } from './c12-18-line.ts';
import type { Answer, OpticalLineSettings } from './c12-18-line.ts';
import { MeterRefusal } from '../psem/meter-refusal.ts';
import type { TableClient, TableRead } from '../psem/table-client.ts';
import { ServiceExchange } from './service-exchange.ts';
import type { ServiceExchangeSettings } from './service-exchange.ts';

export interface OpticalClientSettings extends OpticalLineSettings, ServiceExchangeSettings {
  /** Whose times hold until others are set; the services are the same. */
  readonly standard: PacketStandard;
  /** Codes of the speeds that Negotiate offers. */
  readonly baudCodes: readonly number[];
  /** Sends 55 and waits 50 ms before Identify, for heads that several devices share. */
  readonly wakeUp: boolean;
  /** Byte order inside tables until ST0 was read, which declares it. */
  readonly dataOrder: ByteOrder;
}

const OPTICAL_CLIENT_DEFAULTS = {
  standard: 'c12-18',
  baudCodes: [BAUD_CODE_9600],
  echo: 'none',
  wakeUp: false,
  busyPauseNs: 500 * NS_PER_MS,
  dataOrder: 'little-endian',
} as const;

export interface ProcedureRun {
  /** ST8 RESULT_CODE, see PROCEDURE_RESULTS. */
  readonly resultCode: number;
  readonly response: Uint8Array;
  /** Of the write to ST7 that started it. */
  readonly requestedAtNs: number;
  readonly answeredAtNs: number;
}

export interface Negotiated {
  readonly packetSize: number;
  readonly packets: number;
  readonly baudCode: number;
}

const WAKE_UP = Uint8Array.of(0x55);
const WAKE_UP_NS = 50 * NS_PER_MS;
/** For the meter's port to follow to another speed. */
const SPEED_CHANGE_NS = 50 * NS_PER_MS;
const WHOLE = { by: 'whole' } as const;
const PROCEDURE_INITIATE_TABLE = 7;
const PROCEDURE_RESPONSE_TABLE = 8;

/**
 * A C12.18 client on a channel that is open. One call at a time; the channel's listener is the
 * client's until {@link OpticalClient.close}.
 */
export function createOpticalClient(
  channel: ByteChannel,
  clock: Clock,
  settings: Partial<OpticalClientSettings> = {},
): OpticalClient {
  const standard = settings.standard ?? OPTICAL_CLIENT_DEFAULTS.standard;
  const { trafficNs: answerNs, ...times } = PACKET_DEFAULTS[standard];
  return new OpticalClient(channel, clock, {
    ...OPTICAL_CLIENT_DEFAULTS,
    ...times,
    answerNs,
    ...settings,
  });
}

/**
 * All methods throw BenchError: blame 'rig' when the line is silent or garbled, 'dut' when the
 * meter refuses ({@link MeterRefusal}) or breaks the protocol.
 */
export class OpticalClient implements TableClient {
  readonly #clock: Clock;
  readonly #settings: OpticalClientSettings;
  readonly #line: OpticalLine;
  readonly #services: ServiceExchange;
  #dataOrder: ByteOrder;
  #procedureSequence: number;
  #baudCode = BAUD_CODE_9600;
  #features = new Uint8Array();

  constructor(channel: ByteChannel, clock: Clock, settings: OpticalClientSettings) {
    this.#clock = clock;
    this.#settings = settings;
    this.#line = new OpticalLine(channel, clock, settings);
    this.#services = new ServiceExchange(this.#line, clock, settings);
    this.#dataOrder = settings.dataOrder;
    // Not from 0: ST8 may still hold the response to the first start of an earlier client.
    this.#procedureSequence = Math.floor(clock.nowNs() / NS_PER_MS) % 0xff;
  }

  /**
   * Starts a session. A session that somebody left open is ended first: the meter answers isss to
   * Identify until its traffic time-out, but takes a Terminate in every state.
   */
  async identify(): Promise<DeviceIdentity> {
    if (this.#settings.wakeUp) {
      await this.#line.write(WAKE_UP);
      await this.#clock.sleepUntil(this.#clock.nowNs() + WAKE_UP_NS);
    }
    this.#line.restart();
    if (this.#baudCode !== BAUD_CODE_9600) await this.#toFirstSpeed();
    try {
      return await this.#identify();
    } catch (error) {
      if (!(error instanceof MeterRefusal && error.code === 'isss')) throw error;
    }
    await this.terminate();
    return this.#identify();
  }

  async #identify(): Promise<DeviceIdentity> {
    const { identity } = await this.#services.ask('Identify', { service: 'identify' }, isBareOk);
    this.#features = Uint8Array.from(identity.features);
    return identity;
  }

  /**
   * Asks for packets of at most `packetSize` bytes (8 of them overhead), messages of `packets`,
   * and one of the speeds; with no codes at all the speed stays as it is. The line follows to the
   * speed that the meter chose.
   */
  async negotiate(wanted: {
    readonly packetSize: number;
    readonly packets: number;
    readonly baudCodes?: readonly number[];
  }): Promise<Negotiated> {
    const request = {
      service: 'negotiate',
      baudCodes: this.#settings.baudCodes,
      ...wanted,
    } as const;
    const { packetSize, packets, baudCode } = await this.#services.ask('Negotiate', request);
    const speed = speedOf(baudCode);
    const possible = request.baudCodes.length === 0 ? [] : [...request.baudCodes, this.#baudCode];
    if (possible.length > 0 && (speed === undefined || !possible.includes(baudCode))) {
      const wrong = `speed code ${baudCode} granted, ${possible.join(', ')} were possible`;
      throw new BenchError('dut', this.#line.text('Negotiate', wrong));
    }
    this.#line.packetSize = Math.min(packetSize, wanted.packetSize);
    if (possible.length > 0 && speed !== undefined && baudCode !== this.#baudCode) {
      this.#baudCode = baudCode;
      await this.#line.setSpeed(speed);
      await this.#clock.sleepUntil(this.#clock.nowNs() + SPEED_CHANGE_NS);
    }
    return { packetSize, packets, baudCode };
  }

  /** C12.21: asks for other time-outs, which then hold here too. @returns those that were granted */
  async timingSetup(timing: Timing): Promise<Timing> {
    const granted = (await this.#services.ask('Timing setup', { service: 'timing-setup', timing }))
      .timing;
    this.#line.times = {
      interCharacterNs: granted.interCharacterS * NS_PER_S,
      responseNs: granted.responseS * NS_PER_S,
      retries: granted.retries,
    };
    return granted;
  }

  /**
   * C12.21: proves that we hold a key, and checks that the meter does. The key is not sent.
   * @throws BenchError 'dut' when Identify offered no ticket or the meter's own proof is wrong
   */
  async authenticate(keyId: number, key: Uint8Array): Promise<void> {
    const what = 'Authenticate';
    const { cipher, ticket } = this.#services.understood(what, () => offeredTicket(this.#features));
    const [data, expected] = this.#services.encoded(what, () => [
      clientProof(cipher, key, ticket),
      deviceProof(cipher, key, ticket),
    ]);
    const answer = await this.#services.ask(what, { service: 'authenticate', keyId, data });
    const proven =
      answer.data.length === expected.length &&
      answer.data.every((byte, at) => byte === expected[at]);
    if (answer.keyId !== keyId || !proven) {
      throw new BenchError(
        'dut',
        this.#line.text(what, 'the meter did not prove that it holds the key'),
      );
    }
  }

  async logon(userId: number, user: string): Promise<void> {
    const request = { service: 'logon', userId, user: padded('user', user, 10, 0x20) } as const;
    await this.#services.ask('Logon', request);
  }

  /** A password as text (filled up with 00) or as its 20 bytes. */
  async security(password: string | Uint8Array): Promise<void> {
    const request = { service: 'security', password: padded('password', password, 20, 0) } as const;
    await this.#services.ask('Security', request);
  }

  readTable(table: number): Promise<TableRead> {
    return this.#read(`Read of table ${table}`, table, { by: 'whole' });
  }

  readTableByOffset(table: number, offset: number, count: number): Promise<TableRead> {
    const what = `Read of table ${table}, ${count} bytes from ${offset}`;
    return this.#read(what, table, { by: 'offset', offset, count });
  }

  /** `elements` elements of a table, the first of which is at an index path of up to nine levels. */
  readTableByIndex(table: number, index: readonly number[], elements: number): Promise<TableRead> {
    const what = `Read of table ${table}, ${elements} elements from index ${index.join('.')}`;
    return this.#read(what, table, { by: 'index', index, elements });
  }

  async writeTable(table: number, data: Uint8Array, offset?: number): Promise<void> {
    const part = offset === undefined ? WHOLE : ({ by: 'offset', offset } as const);
    await this.#write(`Write of table ${table}`, table, part, data);
  }

  /** Writes the element at an index path, whole. */
  async writeTableByIndex(
    table: number,
    index: readonly number[],
    data: Uint8Array,
  ): Promise<void> {
    const what = `Write of table ${table} at index ${index.join('.')}`;
    await this.#write(what, table, { by: 'index', index }, data);
  }

  /**
   * Writes ST7, reads ST8, and checks that the response is that of this very start.
   * @param procedure a standard procedure's number or name, or a manufacturer's number
   */
  async runProcedure(
    procedure: Procedure,
    parameters: Uint8Array = new Uint8Array(),
  ): Promise<ProcedureRun> {
    this.#procedureSequence = (this.#procedureSequence % 0xff) + 1;
    const sequence = this.#procedureSequence;
    const order = this.#dataOrder;
    const started = await this.#write(
      'Start of procedure',
      PROCEDURE_INITIATE_TABLE,
      WHOLE,
      encodeProcedure(procedure, sequence, parameters, order),
    );
    const read = await this.readTable(PROCEDURE_RESPONSE_TABLE);
    const what = 'Response to procedure';
    const response = this.#services.understood(what, () =>
      decodeProcedureResponse(read.bytes, { procedure, sequence }, order),
    );
    const { requestedAtNs, answeredAtNs } = started;
    return { ...response, requestedAtNs, answeredAtNs };
  }

  /** Asks the meter to bear the next silence this much longer. */
  async wait(seconds: number): Promise<void> {
    await this.#services.ask('Wait', { service: 'wait', seconds });
  }

  async logoff(): Promise<void> {
    await this.#services.ask('Logoff', { service: 'logoff' });
  }

  async terminate(): Promise<void> {
    await this.#services.ask('Terminate', { service: 'terminate' });
    await this.#restart();
  }

  /** C12.22: ends the connection as well; a meter on an optical port answers with sns. */
  async disconnect(): Promise<void> {
    await this.#services.ask('Disconnect', { service: 'disconnect' });
    await this.#restart();
  }

  /** Makes the exchange under way throw the reason. */
  abort(reason: unknown): void {
    this.#line.abort(reason);
  }

  /** Takes the listener off the channel, which stays open. */
  close(): void {
    this.#line.close();
  }

  /** Nothing is agreed any longer. */
  async #restart(): Promise<void> {
    this.#line.restart();
    await this.#toFirstSpeed();
  }

  async #toFirstSpeed(): Promise<void> {
    this.#baudCode = BAUD_CODE_9600;
    await this.#line.setSpeed(this.#settings.bitsPerSecond);
  }

  async #read(what: string, table: number, part: ReadPart): Promise<TableRead> {
    const { data, answer } = await this.#services.ask(what, { service: 'read', table, part });
    if (table === 0 && part.by === 'whole' && data[0] !== undefined) {
      this.#dataOrder = (data[0] & 0x01) === 0 ? 'little-endian' : 'big-endian';
    }
    const { requestedAtNs, answeredAtNs } = answer;
    return { table, bytes: data, requestedAtNs, answeredAtNs };
  }

  async #write(what: string, table: number, part: WritePart, data: Uint8Array): Promise<Answer> {
    return (await this.#services.ask(what, { service: 'write', table, part, data })).answer;
  }
}

/** The answer to the Terminate of an earlier session, whose ACK got lost; an identity is longer. */
function isBareOk(answer: Uint8Array): boolean {
  return answer.length === 1 && answer[0] === RESPONSE_CODES.ok;
}

/** @throws BenchError 'scenario' when the text is too long; its message never shows the text */
function padded(
  field: string,
  value: string | Uint8Array,
  length: number,
  pad: number,
): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (bytes.length > length) {
    throw new BenchError('scenario', `${field}: ${bytes.length} bytes, ${length} is the most`);
  }
  const out = new Uint8Array(length).fill(pad);
  out.set(bytes);
  return out;
}
