/**
 * The meter's end of an optical port (C12.18) or of a modem line (C12.21): a pure object, told
 * the time, that answers bytes with bytes.
 */
import { NS_PER_S } from '../../domain/time.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { clientProof, deviceProof, ticketFeature } from '../c12-21/authentication.ts';
import type { Authentication } from '../c12-21/authentication.ts';
import { withoutPadding } from '../psem/access.ts';
import { mayRefuse } from '../psem/permitted-refusals.ts';
import { decodeRequest, UnknownService } from '../psem/request.ts';
import { encodeResponse } from '../psem/response.ts';
import type { PsemRequest, PsemResponse } from '../psem/service.ts';
import type { DeviceIdentity, TableHost } from '../psem/table-host.ts';
import { answerRead, answerWrite } from '../psem/table-services.ts';
import { atSpeedOf, negotiated, timed, timingOf, unnegotiated } from './agreement.ts';
import type { Agreement, Grantable } from './agreement.ts';
import { BAUD_CODE_9600 } from './baud-codes.ts';
import { OpticalLink } from './link.ts';
import type { LinkEvent } from './link.ts';
import { PACKET_DEFAULTS } from './link-settings.ts';
import type { LinkSettings, PacketStandard } from './link-settings.ts';
import { packetsNeeded } from './packet.ts';
import { ANSWERED_WHEN_BUSY, MISSING_SERVICE_CODES, SESSION_TRANSITIONS } from './session.ts';
import type { SessionState } from './session.ts';

export interface OpticalServerSettings extends LinkSettings, Grantable {
  readonly standard: PacketStandard;
  /** Silence after which the session is over. */
  readonly trafficNs: number;
  /** C12.21: who may authenticate; null answers Authenticate with sns. */
  readonly authentication: Authentication | null;
  /** Told whenever the port has to be set to another speed, at the instant at which it holds. */
  readonly speedChanged: (bitsPerSecond: number) => void;
}

const SERVER_DEFAULTS = {
  standard: 'c12-18',
  packetSize: 1024,
  packets: 255,
  baudCodes: [BAUD_CODE_9600],
  authentication: null,
  speedChanged: () => undefined,
} as const;

export interface OpticalServer {
  /** Takes bytes that arrived; returns what to send now, in order. */
  receive(nowNs: number, bytes: Uint8Array): Uint8Array[];
  /** Does what is due (retries, time-outs); returns what to send now, in order. */
  wake(nowNs: number): Uint8Array[];
  /** When {@link wake} next has something to do, ns; Infinity when nothing is due. */
  wakeAtNs(): number;
  state(): SessionState;
}

const C12_18_DATA_FORMAT = 0;
/** What Identify calls C12.21. */
const STANDARD_C12_21 = 2;

/**
 * Puts a meter behind an optical port or a modem.
 * @param host the meter's tables, passwords and clearances
 * @param settings what differs from 1024 bytes x 255 packets at 9600 bit/s and the times of the
 *   standard ({@link PACKET_DEFAULTS})
 */
export function createOpticalServer(
  host: TableHost,
  settings: Partial<OpticalServerSettings> = {},
): OpticalServer {
  const times = PACKET_DEFAULTS[settings.standard ?? SERVER_DEFAULTS.standard];
  return new Server(host, { ...SERVER_DEFAULTS, ...times, ...settings });
}

class Server implements OpticalServer {
  readonly #host: TableHost;
  readonly #settings: OpticalServerSettings;
  readonly #link: OpticalLink;
  #state: SessionState = 'BASE';
  #secured = false;
  #agreed: Agreement;
  #granted: Agreement | null = null;
  #ticket = new Uint8Array();
  #silenceEndsNs = Infinity;
  #waitNs = 0;
  /** Starts of the device when the conversation began. */
  #starts: number | undefined;

  constructor(host: TableHost, settings: OpticalServerSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#link = new OpticalLink('server', settings);
    this.#agreed = unnegotiated(settings, settings.trafficNs);
  }

  receive(nowNs: number, bytes: Uint8Array): Uint8Array[] {
    const out = this.wake(nowNs);
    // Byte by byte: what a packet changes (sizes, an answer that waits for its ACK) holds for the
    // next one, even where both came in at once.
    for (let at = 0; at < bytes.length; at++) {
      out.push(...this.#follow(nowNs, this.#link.receive(nowNs, bytes.subarray(at, at + 1))));
    }
    return out;
  }

  wake(nowNs: number): Uint8Array[] {
    const out = this.#follow(nowNs, this.#link.wake(nowNs));
    this.#endSilence(nowNs);
    return out;
  }

  wakeAtNs(): number {
    return Math.min(this.#link.wakeAtNs(), this.#silenceDueNs());
  }

  state(): SessionState {
    return this.#state;
  }

  #follow(nowNs: number, events: readonly LinkEvent[]): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (const event of events) {
      switch (event.kind) {
        case 'send':
          out.push(event.bytes);
          break;
        case 'heard':
          this.#heard(nowNs);
          break;
        case 'message':
          this.#waitNs = 0;
          out.push(...this.#serve(nowNs, event.data, event.dataFormat));
          this.#heard(nowNs);
          break;
        case 'delivered':
          this.#delivered(event.by);
          this.#heard(nowNs);
          break;
        case 'gave-up':
          this.#toBase('abnormally', nowNs);
          break;
        case 'bad-packet':
          break;
      }
    }
    return out;
  }

  /** What the last answer granted holds from here on. */
  #delivered(by: 'ack' | 'packet'): void {
    if (this.#granted !== null) {
      // A packet that can be read came at the old speed: the client knows nothing of a new one.
      this.#agree(by === 'ack' ? this.#granted : atSpeedOf(this.#granted, this.#agreed));
    }
    if (this.#state !== 'BASE') return;
    this.#agree(unnegotiated(this.#settings, this.#settings.trafficNs));
    if (by === 'ack') this.#link.restart();
  }

  #agree(agreement: Agreement): void {
    const before = this.#agreed.link.bitsPerSecond;
    this.#agreed = agreement;
    this.#granted = null;
    this.#link.packetSize = agreement.packetSize;
    this.#link.settings = agreement.link;
    const { bitsPerSecond } = agreement.link;
    if (bitsPerSecond !== before) this.#settings.speedChanged(bitsPerSecond);
  }

  #heard(nowNs: number): void {
    this.#silenceEndsNs =
      this.#state === 'BASE' ? Infinity : nowNs + this.#agreed.trafficNs + this.#waitNs;
  }

  /** While an answer or a packet is under way the link's own time-outs and retries decide. */
  #silenceDueNs(): number {
    return this.#link.awaitingAck || this.#link.receiving ? Infinity : this.#silenceEndsNs;
  }

  #endSilence(nowNs: number): void {
    if (nowNs >= this.#silenceDueNs()) this.#toBase('abnormally', nowNs);
  }

  /** Speed and sizes stay as they are until the answer to a Terminate has arrived. */
  #toBase(how: 'normally' | 'abnormally', nowNs: number): void {
    if (this.#state === 'SESSION') this.#host.sessionEnded?.(how, nowNs);
    this.#state = 'BASE';
    this.#secured = false;
    this.#granted = null;
    this.#waitNs = 0;
    this.#silenceEndsNs = Infinity;
    if (how === 'normally') return;
    this.#agree(unnegotiated(this.#settings, this.#settings.trafficNs));
    this.#link.restart();
  }

  #serve(nowNs: number, message: Uint8Array, dataFormat: number): Uint8Array[] {
    const response =
      dataFormat === C12_18_DATA_FORMAT
        ? this.#answer(nowNs, message)
        : ({ refused: 'sns' } as const);
    const bytes = this.#fitting(encodeResponse(response));
    return this.#link
      .send(nowNs, bytes)
      .flatMap((event) => (event.kind === 'send' ? [event.bytes] : []));
  }

  /** An answer of more packets than agreed asks to negotiate anew. */
  #fitting(response: Uint8Array): Uint8Array {
    const { packetSize, packets } = this.#agreed;
    if (packetsNeeded(response.length, packetSize) <= packets) return response;
    return encodeResponse({ refused: 'rno' });
  }

  #answer(nowNs: number, message: Uint8Array): PsemResponse {
    const [code = 0] = message;
    if (MISSING_SERVICE_CODES[this.#settings.standard].has(code)) return { refused: 'sns' };
    let request: PsemRequest;
    try {
      request = decodeRequest(message);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return { refused: error instanceof UnknownService ? 'sns' : 'err' };
    }
    if (this.#isOver(nowNs)) this.#toBase('abnormally', nowNs);
    const next = SESSION_TRANSITIONS[this.#state][request.service];
    if (next === undefined) return { refused: 'isss' };
    if (!ANSWERED_WHEN_BUSY.has(request.service) && this.#host.busy?.(nowNs) === true) {
      return { refused: 'bsy' };
    }
    const response = this.#perform(nowNs, request);
    if (!('refused' in response)) this.#enter(next, nowNs);
    return response;
  }

  /** The device has started anew since the session began, and is done with it. */
  #isOver(nowNs: number): boolean {
    if (this.#state === 'BASE' || this.#host.busy?.(nowNs) === true) return false;
    return this.#host.starts?.() !== this.#starts;
  }

  #enter(next: SessionState, nowNs: number): void {
    if (next === 'BASE') {
      this.#toBase('normally', nowNs);
      return;
    }
    if (this.#state === 'SESSION' && next === 'ID') {
      this.#host.sessionEnded?.('normally', nowNs);
      this.#secured = false;
    }
    if (this.#state === 'BASE') this.#starts = this.#host.starts?.();
    this.#state = next;
  }

  #perform(nowNs: number, request: PsemRequest): PsemResponse {
    switch (request.service) {
      case 'identify':
        return { answers: 'identify', identity: this.#identity() };
      case 'terminate':
      case 'logoff':
        return { answers: request.service };
      case 'negotiate':
        return this.#negotiate(request);
      case 'timing-setup':
        this.#granted = timed(this.#agreed, request);
        return { answers: 'timing-setup', timing: timingOf(this.#granted) };
      case 'wait':
        this.#waitNs = request.seconds * NS_PER_S;
        return { answers: 'wait' };
      case 'logon': {
        const user = String.fromCharCode(...withoutPadding(request.user));
        const code = this.#host.logon(request.userId, user, nowNs);
        if (code === 'ok') return { answers: 'logon' };
        return { refused: mayRefuse('logon', code) ? code : 'err' };
      }
      case 'security':
        // A wrong password is answered with err, and the session goes on as it was.
        if (!this.#host.security(request.password, nowNs)) return { refused: 'err' };
        this.#secured = true;
        return { answers: 'security' };
      case 'authenticate':
        return this.#authenticate(request.keyId, request.data);
      case 'read':
        return answerRead(this.#host, request.table, request.part, this.#secured, nowNs);
      case 'write':
        return answerWrite(this.#host, request, this.#secured, nowNs);
      case 'disconnect':
        return { refused: 'sns' };
    }
  }

  /** On C12.21 with a ticket of its own for each Identify, where clients may authenticate. */
  #identity(): DeviceIdentity {
    const { identity } = this.#host;
    const { standard, authentication } = this.#settings;
    if (standard === 'c12-18') return identity;
    if (authentication === null) return { ...identity, standard: STANDARD_C12_21 };
    this.#ticket = Uint8Array.from(authentication.nextTicket());
    const ticket = ticketFeature(authentication.cipher, this.#ticket);
    const features = Uint8Array.of(...identity.features, ...ticket);
    return { ...identity, standard: STANDARD_C12_21, features };
  }

  /** The right proof gives the clearance of a password; in ID it holds for the Logon to come. */
  #authenticate(keyId: number, proof: Uint8Array): PsemResponse {
    const { authentication } = this.#settings;
    if (authentication === null) return { refused: 'sns' };
    const { cipher, keyOf } = authentication;
    const key = keyOf(keyId);
    if (key === undefined) return { refused: 'err' };
    const expected = clientProof(cipher, key, this.#ticket);
    const same =
      expected.length === proof.length && expected.every((byte, at) => byte === proof[at]);
    if (!same) return { refused: 'err' };
    this.#secured = true;
    return { answers: 'authenticate', keyId, data: deviceProof(cipher, key, this.#ticket) };
  }

  #negotiate(request: Extract<PsemRequest, { service: 'negotiate' }>): PsemResponse {
    const granted = negotiated(this.#agreed, request, this.#settings);
    if (granted === null) return { refused: 'err' };
    this.#granted = granted;
    const { packetSize, packets, baudCode } = granted;
    this.#link.expectPacketSize(packetSize);
    return { answers: 'negotiate', packetSize, packets, baudCode };
  }
}
