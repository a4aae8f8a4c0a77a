/**
 * A C12.22 node that is asked: a pure object, told the time, that answers APDUs with APDUs, in
 * sessions and without, in the clear, authenticated and ciphered.
 */
import { NS_PER_S } from '../../../domain/time.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { toHex } from '../../bytes/hex.ts';
import type { C1222Response } from '../../psem/network-service.ts';
import { encodeResponse } from '../../psem/response.ts';
import type { Refusal } from '../../psem/response-code.ts';
import type { TableHost } from '../../psem/table-host.ts';
import { answerHead, type Apdu, type SecurityParameters } from '../apdu.ts';
import type { EaxPrimeCipher } from '../eax-prime.ts';
import { type EpsemContent, MAC_LENGTH, type SecurityMode } from '../epsem.ts';
import { type OpenedApdu, openApdu, type Protection, sealApdu } from '../secure-apdu.ts';
import { type Caller, type NodeIdentity, performService } from './perform.ts';
import { ReplayMemory } from './replay-memory.ts';

export interface NodeSettings {
  /** Modes in which the node lets itself be asked. */
  readonly accepts: ReadonlySet<SecurityMode>;
  /** How far below the highest IV of a caller a message may be. */
  readonly ivWindow: number;
  readonly sessions: number;
  /** Longest idle time-out of a session that is granted, seconds. */
  readonly idleTimeoutMostS: number;
  /** Greatest APDU, taken and sent, bytes. */
  readonly apduBytesMost: number;
}

const NODE_DEFAULTS: NodeSettings = {
  accepts: new Set(['clear', 'authenticated', 'ciphered']),
  // Callers that take UTC seconds as IV may be 15 minutes off (IEEE 1703).
  ivWindow: 900,
  sessions: 8,
  idleTimeoutMostS: 600,
  apduBytesMost: 0xffff,
};

export interface NodeOptions {
  readonly host: TableHost;
  readonly identity: NodeIdentity;
  /** The cipher under a key id; undefined when there is none. */
  readonly cipherOf: (keyId: number) => EaxPrimeCipher | undefined;
  /** Never the same twice for one key, not even after a restart. */
  readonly nextIv: () => number;
  readonly settings?: Partial<NodeSettings>;
}

/** What became of the APDUs that came. */
export interface NodeCounters {
  received: number;
  answered: number;
  malformed: number;
  badMac: number;
  replays: number;
  /** Exact repetitions of a caller's last message, answered again without being done again. */
  repeated: number;
}

/** A session, or what is remembered of a caller without one. */
interface CallerRecord extends Caller {
  /** Where it came from: another way by the same caller begins anew. */
  readonly path: string;
  parameters: SecurityParameters | null;
  endsNs: number;
  /** Starts of the device when the session began. */
  readonly starts: number | undefined;
  /** Highest invocation id of the session's messages without AC. */
  invocation: number;
}

interface LastExchange {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly answer: Uint8Array | null;
}

/** Callers whose last exchange is remembered. */
const EXCHANGES_MOST = 64;

export class C1222Node {
  readonly counters: NodeCounters = {
    received: 0,
    answered: 0,
    malformed: 0,
    badMac: 0,
    replays: 0,
    repeated: 0,
  };
  readonly #options: NodeOptions;
  readonly #settings: NodeSettings;
  readonly #sessions = new Map<string, CallerRecord>();
  readonly #replays = new Map<string, ReplayMemory>();
  readonly #exchanges = new Map<string, LastExchange>();
  #invocation = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#settings = { ...NODE_DEFAULTS, ...options.settings };
  }

  /**
   * Takes exactly one APDU. @param path what its sender is reached by: an address, a connection
   * @returns the answer; null when none is due
   */
  receive(nowNs: number, path: string, bytes: Uint8Array): Uint8Array | null {
    this.counters.received++;
    this.#endOver(nowNs);
    let opened: OpenedApdu;
    try {
      opened = openApdu(bytes, {
        cipher: (keyId) => this.#options.cipherOf(keyId),
        session: (apdu) => this.#sessionOf(apdu, path)?.parameters ?? undefined,
      });
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.counters.malformed++;
      return null;
    }
    const answer = this.#answer(nowNs, path, bytes, opened);
    if (answer !== null) this.counters.answered++;
    return answer;
  }

  /** The way is gone (a connection closed): its sessions end. */
  pathLost(nowNs: number, path: string): void {
    for (const [key, session] of this.#sessions) {
      if (session.path === path) this.#endSession(key, nowNs);
    }
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  // Who is believed.

  #answer(nowNs: number, path: string, bytes: Uint8Array, opened: OpenedApdu): Uint8Array | null {
    switch (opened.outcome) {
      case 'bad-mac':
      case 'unknown-key':
      case 'short-cleartext':
        this.counters.badMac++;
        return this.#refuse(opened.apdu, 'sme');
      case 'no-parameters':
        // Only the follow-up of a session may come without AC, and there is no such session.
        return this.#refuse(opened.apdu, 'isss');
      case 'clear':
        if (!this.#settings.accepts.has('clear')) return this.#refuse(opened.apdu, 'sme');
        return this.#serve(nowNs, path, opened.apdu, opened.content, null);
      case 'good': {
        const { apdu, control, content, parameters } = opened;
        if (!this.#settings.accepts.has(control.security)) return this.#refuse(apdu, 'sme');
        if (!this.#isNew(path, opened)) return this.#again(apdu, path, bytes);
        const answer = this.#serve(nowNs, path, apdu, content, {
          mode: control.security === 'ciphered' ? 'ciphered' : 'authenticated',
          parameters,
        });
        this.#remember(callerKey(apdu, path), { path, bytes: bytes.slice(), answer });
        return answer;
      }
    }
  }

  #isNew(path: string, { apdu, parameters, parametersFrom }: GoodApdu): boolean {
    const key = callerKey(apdu, path);
    if (parametersFrom === 'session') {
      // One IV for the whole session: its messages are told apart by their invocation ids.
      const session = this.#sessions.get(key);
      const invocation = apdu.callingInvocation ?? -1;
      if (session === undefined || invocation <= session.invocation) return false;
      session.invocation = invocation;
      return true;
    }
    const memoryKey = `${key} ${parameters.keyId}`;
    const memory = this.#replays.get(memoryKey) ?? new ReplayMemory(this.#settings.ivWindow);
    this.#replays.set(memoryKey, memory);
    return memory.take({ iv: parameters.iv, mac: toHex(apdu.epsem.subarray(-MAC_LENGTH)) });
  }

  /**
   * A replay is not heard. The same bytes from the same place once more are a caller that did not
   * get the answer: it gets that one again, and nothing is done twice.
   */
  #again(apdu: Apdu, path: string, bytes: Uint8Array): Uint8Array | null {
    const last = this.#exchanges.get(callerKey(apdu, path));
    if (last === undefined || last.path !== path || !isSame(last.bytes, bytes)) {
      this.counters.replays++;
      return null;
    }
    this.counters.repeated++;
    return last.answer;
  }

  #remember(key: string, exchange: LastExchange): void {
    this.#exchanges.delete(key);
    this.#exchanges.set(key, exchange);
    const [oldest] = this.#exchanges.keys();
    if (this.#exchanges.size > EXCHANGES_MOST && oldest !== undefined) {
      this.#exchanges.delete(oldest);
    }
  }

  // What is done.

  #serve(
    nowNs: number,
    path: string,
    apdu: Apdu,
    content: EpsemContent,
    security: AnswerSecurity | null,
  ): Uint8Array | null {
    const refusal = this.#notForHere(path, apdu, security);
    const responses =
      refusal === null
        ? this.#perform(nowNs, path, apdu, content.services, security)
        : content.services.map(() => refusal);
    const isRefused = responses.some((response) => 'refused' in response);
    const wanted = content.response ?? 'always';
    if (wanted === 'never' || (wanted === 'on-exception' && !isRefused)) return null;
    return this.#sealed(apdu, responses, security);
  }

  /** Why none of an APDU's services is looked at; null when they are. */
  #notForHere(path: string, apdu: Apdu, security: AnswerSecurity | null): C1222Response | null {
    const { apduBytesMost } = this.#settings;
    if (apdu.frame.bytes.length > apduBytesMost) return { refused: 'rqtl', maximum: apduBytesMost };
    if (!this.#isCalled(apdu)) return { refused: 'uat' };
    // A session that began under a key is not gone on with in the clear or under another one.
    const agreed = this.#sessionOf(apdu, path)?.parameters?.keyId;
    const isAsAgreed = agreed === undefined || agreed === security?.parameters.keyId;
    return isAsAgreed ? null : { refused: 'sme' };
  }

  /** On a line of its own a node need not be called by its title. */
  #isCalled({ called }: Apdu): boolean {
    return called === undefined || called.isSameAs(this.#options.identity.title);
  }

  #perform(
    nowNs: number,
    path: string,
    apdu: Apdu,
    services: readonly Uint8Array[],
    security: AnswerSecurity | null,
  ): C1222Response[] {
    const { host, identity } = this.#options;
    const { idleTimeoutMostS } = this.#settings;
    const key = callerKey(apdu, path);
    const session = this.#sessionOf(apdu, path);
    const caller = session ?? newCaller(path, host.starts?.());
    caller.waitS = 0;
    const mayLogOn =
      this.#sessions.size - Number(this.#sessions.has(key)) < this.#settings.sessions;
    const context = { host, identity, nowNs, mayLogOn, idleTimeoutMostS };
    const responses = services.map((service) => {
      const before = caller.state;
      const response = performService(service, caller, context);
      if (before === 'IDLE' && caller.state === 'SESSION') {
        caller.parameters = security?.parameters ?? null;
        // The messages without AC that follow count from 0, whatever the logon's own id was.
        caller.invocation = -1;
      }
      return response;
    });
    if (caller.state === 'SESSION') {
      // A caller that logs on by another way has lost the session that it had.
      if (this.#sessions.get(key) !== caller) this.#endSession(key, nowNs);
      caller.endsNs = nowNs + (caller.idleTimeoutS + caller.waitS) * NS_PER_S;
      this.#sessions.set(key, caller);
    } else if (session !== undefined) this.#sessions.delete(key);
    return responses;
  }

  #sessionOf(apdu: Apdu, path: string): CallerRecord | undefined {
    const session = this.#sessions.get(callerKey(apdu, path));
    return session?.path === path ? session : undefined;
  }

  /** Ends sessions that were silent for too long, and those of an earlier start of the device. */
  #endOver(nowNs: number): void {
    const { host } = this.#options;
    const starts = host.busy?.(nowNs) === true ? undefined : host.starts?.();
    for (const [key, session] of this.#sessions) {
      const isEarlier = starts !== undefined && session.starts !== starts;
      if (nowNs >= session.endsNs || isEarlier) this.#endSession(key, nowNs);
    }
  }

  #endSession(key: string, nowNs: number): void {
    if (this.#sessions.delete(key)) this.#options.host.sessionEnded?.('abnormally', nowNs);
  }

  // How it is answered.

  /** Says no in the clear: whoever cannot be believed is told nothing but that. */
  #refuse(apdu: Apdu, refused: Refusal): Uint8Array | null {
    if ((apdu.epsem[0] ?? 0) % 4 === NEVER) return null;
    return this.#sealed(apdu, [{ refused }], null);
  }

  #sealed(
    apdu: Apdu,
    responses: readonly C1222Response[],
    security: AnswerSecurity | null,
  ): Uint8Array {
    const { apduBytesMost } = this.#settings;
    const answer = this.#apdu(apdu, responses, security);
    if (answer.length <= apduBytesMost) return answer;
    const tooLarge = { refused: 'rstl', maximum: apduBytesMost } as const;
    return this.#apdu(
      apdu,
      responses.map(() => tooLarge),
      security,
    );
  }

  #apdu(
    apdu: Apdu,
    responses: readonly C1222Response[],
    security: AnswerSecurity | null,
  ): Uint8Array {
    this.#invocation = (this.#invocation + 1) >>> 0;
    const swapped = answerHead(apdu, this.#invocation);
    const { title } = this.#options.identity;
    const head = this.#isCalled(apdu) ? swapped : { ...swapped, calling: title };
    const content = { services: responses.map((response) => encodeResponse(response)) };
    return sealApdu(head, content, security === null ? undefined : this.#protection(security));
  }

  /** Under the caller's key, in the caller's mode, with an IV of the node's own. */
  #protection({ mode, parameters: { keyId } }: AnswerSecurity): Protection {
    const cipher = this.#options.cipherOf(keyId);
    if (cipher === undefined) throw new CodecError(`key ${keyId}: it was there, and is gone`);
    return {
      mode,
      cipher,
      parameters: { keyId, iv: this.#options.nextIv() },
      parametersFrom: 'apdu',
    };
  }
}

type GoodApdu = Extract<OpenedApdu, { outcome: 'good' }>;

interface AnswerSecurity {
  readonly mode: Protection['mode'];
  readonly parameters: SecurityParameters;
}

/** Response control "never" in the two low bits of the EPSEM control byte. */
const NEVER = 2;

/** A caller is its title, in whatever form it was sent; without one, the way it came. */
function callerKey({ calling }: Apdu, path: string): string {
  return calling?.toAbsoluteString() ?? path;
}

function newCaller(path: string, starts: number | undefined): CallerRecord {
  return {
    path,
    starts,
    state: 'IDLE',
    secured: false,
    idleTimeoutS: 0,
    waitS: 0,
    parameters: null,
    endsNs: Infinity,
    invocation: -1,
  };
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
