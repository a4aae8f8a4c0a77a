/** The meter's end of an optical port: a pure object, told the time, that answers bytes with bytes. */
import { NS_PER_S } from '../../domain/time.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { withoutPadding } from '../psem/access.ts';
import { decodeRequest, UnknownService } from '../psem/request.ts';
import { encodeResponse } from '../psem/response.ts';
import type { PsemRequest, PsemResponse } from '../psem/service.ts';
import type { TableHost } from '../psem/table-host.ts';
import { LINK_DEFAULTS, OpticalLink } from './link.ts';
import type { LinkEvent, LinkSettings } from './link.ts';
import { PACKET_SIZE_DEFAULT, packetsNeeded } from './packet.ts';
import { SESSION_TRANSITIONS, UNSUPPORTED_SERVICES } from './session.ts';
import type { SessionState } from './session.ts';
import { answerRead, answerWrite } from '../psem/table-services.ts';

export interface OpticalServerSettings extends LinkSettings {
  /** Greatest packet size and number of packets that Negotiate grants. */
  readonly packetSize: number;
  readonly packets: number;
  /** Silence after which the session is over. */
  readonly trafficNs: number;
}

const OPTICAL_SERVER_DEFAULTS: OpticalServerSettings = {
  ...LINK_DEFAULTS,
  packetSize: 1024,
  packets: 255,
  trafficNs: 6 * NS_PER_S,
};

export interface OpticalServer {
  /** Takes bytes that arrived; returns what to send now, in order. */
  receive(nowNs: number, bytes: Uint8Array): Uint8Array[];
  /** Does what is due (retries, time-outs); returns what to send now, in order. */
  wake(nowNs: number): Uint8Array[];
  /** When {@link wake} next has something to do, ns; Infinity when nothing is due. */
  wakeAtNs(): number;
  state(): SessionState;
}

/** Negotiate with one packet of this size could not carry any service. */
const PACKET_SIZE_MINIMUM = 16;
/** The line stays at 9600 bit/s: the answer when none of the offered speeds is taken, too. */
const BAUD_CODE_9600 = 0x06;
const C12_18_DATA_FORMAT = 0;

/** What a session has agreed on; applied when the answer that grants it was acknowledged. */
interface Agreement {
  readonly packetSize: number;
  readonly packets: number;
}

const UNNEGOTIATED: Agreement = { packetSize: PACKET_SIZE_DEFAULT, packets: 1 };

/**
 * Puts a meter behind an optical port.
 * @param host the meter's tables, passwords and clearances
 * @param settings what differs from {@link OPTICAL_SERVER_DEFAULTS}
 */
export function createOpticalServer(
  host: TableHost,
  settings: Partial<OpticalServerSettings> = {},
): OpticalServer {
  return new Server(host, { ...OPTICAL_SERVER_DEFAULTS, ...settings });
}

class Server implements OpticalServer {
  readonly #host: TableHost;
  readonly #settings: OpticalServerSettings;
  readonly #link: OpticalLink;
  #state: SessionState = 'BASE';
  #secured = false;
  #agreed = UNNEGOTIATED;
  #granted: Agreement | null = null;
  #silenceEndsNs = Infinity;
  #waitNs = 0;

  constructor(host: TableHost, settings: OpticalServerSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#link = new OpticalLink(settings);
  }

  receive(nowNs: number, bytes: Uint8Array): Uint8Array[] {
    this.#endSilence(nowNs);
    return this.#follow(nowNs, this.#link.receive(nowNs, bytes));
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
        case 'message':
          this.#waitNs = 0;
          out.push(...this.#serve(nowNs, event.data, event.dataFormat));
          this.#heard(nowNs);
          break;
        case 'delivered':
          this.#delivered();
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
  #delivered(): void {
    if (this.#granted !== null) {
      this.#agreed = this.#granted;
      this.#link.packetSize = this.#granted.packetSize;
      this.#granted = null;
    }
    if (this.#state === 'BASE') this.#link.restart();
  }

  #heard(nowNs: number): void {
    this.#silenceEndsNs =
      this.#state === 'BASE' ? Infinity : nowNs + this.#settings.trafficNs + this.#waitNs;
  }

  /** While an answer is under way the link's own time-outs and retries decide. */
  #silenceDueNs(): number {
    return this.#link.awaitingAck ? Infinity : this.#silenceEndsNs;
  }

  #endSilence(nowNs: number): void {
    if (nowNs >= this.#silenceDueNs()) this.#toBase('abnormally', nowNs);
  }

  #toBase(how: 'normally' | 'abnormally', nowNs: number): void {
    if (this.#state === 'SESSION') this.#host.sessionEnded?.(how, nowNs);
    this.#state = 'BASE';
    this.#secured = false;
    this.#agreed = UNNEGOTIATED;
    this.#granted = null;
    this.#waitNs = 0;
    this.#silenceEndsNs = Infinity;
    if (how === 'abnormally') this.#link.restart();
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
    let request: PsemRequest;
    try {
      request = decodeRequest(message);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return { refused: error instanceof UnknownService ? 'sns' : 'err' };
    }
    if (UNSUPPORTED_SERVICES.has(request.service)) return { refused: 'sns' };
    const next = SESSION_TRANSITIONS[this.#state][request.service];
    if (next === undefined) return { refused: 'isss' };
    const response = this.#perform(nowNs, request);
    if (!('refused' in response)) this.#enter(next, nowNs);
    return response;
  }

  #enter(next: SessionState, nowNs: number): void {
    if (next === 'BASE') {
      this.#toBase('normally', nowNs);
      return;
    }
    if (this.#state === 'SESSION' && next === 'ID') this.#host.sessionEnded?.('normally', nowNs);
    if (this.#state !== next) this.#secured = false;
    this.#state = next;
  }

  #perform(nowNs: number, request: PsemRequest): PsemResponse {
    switch (request.service) {
      case 'identify':
        return { answers: 'identify', identity: this.#host.identity };
      case 'terminate':
      case 'logoff':
        return { answers: request.service };
      case 'negotiate':
        return this.#negotiate(request.packetSize, request.packets);
      case 'wait':
        this.#waitNs = request.seconds * NS_PER_S;
        return { answers: 'wait' };
      case 'logon': {
        const user = String.fromCharCode(...withoutPadding(request.user));
        const code = this.#host.logon(request.userId, user, nowNs);
        return code === 'ok' ? { answers: 'logon' } : { refused: code };
      }
      case 'security':
        // A wrong password is answered with err, and the session goes on as it was.
        if (!this.#host.security(request.password, nowNs)) return { refused: 'err' };
        this.#secured = true;
        return { answers: 'security' };
      case 'read':
        return answerRead(this.#host, request.table, request.part, this.#secured, nowNs);
      case 'write':
        return answerWrite(this.#host, request, this.#secured, nowNs);
      case 'disconnect':
      case 'authenticate':
      case 'timing-setup':
        return { refused: 'sns' };
    }
  }

  /** A responder grants no more than it was asked for, and no more than it has. */
  #negotiate(packetSize: number, packets: number): PsemResponse {
    if (packetSize < PACKET_SIZE_MINIMUM || packets === 0) return { refused: 'err' };
    this.#granted = {
      packetSize: Math.min(packetSize, this.#settings.packetSize),
      packets: Math.min(packets, this.#settings.packets),
    };
    return { answers: 'negotiate', ...this.#granted, baudCode: BAUD_CODE_9600 };
  }
}
