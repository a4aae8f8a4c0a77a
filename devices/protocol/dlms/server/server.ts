/** One association of a meter: what one client SAP asks on one connection. Pure, told the time. */
import { CodecError } from '../../bytes/codec-error.ts';
import {
  type Aare,
  type Aarq,
  decodeAcse,
  encodeAcse,
  isAcse,
  type Release,
  USER_DIAGNOSTICS,
} from '../acse.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type {
  ExceptionResponse,
  InitiateError,
  InitiateRequest,
  InitiateResponse,
  StateError,
} from '../apdu/types.ts';
import type { AssociationProfile, CosemHost } from '../cosem/host.ts';
import {
  contextOf,
  initiateRefused,
  isAuthenticated,
  namesRefused,
  readInitiate,
  type UserDiagnostic,
} from './associate.ts';
import {
  ASSOCIATION_TRANSITIONS,
  type AssociationEvent,
  type AssociationState,
} from './association-state.ts';
import { CIPHERING_OCTETS_MOST } from '../security/ciphered-apdu.ts';
import { CipherSession, type Opened, openedPlainly, type Unopened } from './cipher-session.ts';
import { directoryOf } from './directory.ts';
import { DLMS_VERSION, LONGEST_APDU, type Negotiated } from './negotiation.ts';
import { answerService } from './perform.ts';
import { isSameBytes } from '../same-bytes.ts';
import type { HlsExchange } from './reply-to-hls.ts';
import { type Answer, exception, type LongTransfer } from './services.ts';
import type { ServerSettings } from './settings.ts';

export interface DlmsServerOptions {
  readonly host: CosemHost;
  readonly association: AssociationProfile;
  readonly settings: ServerSettings;
  /** A challenge for HLS, 8 to 64 octets, that nobody can foresee. */
  readonly challenge: () => Uint8Array;
  /** The connection is to be closed. */
  readonly close: () => void;
}

/** An association while there is one. */
interface Session {
  readonly negotiated: Negotiated;
  /** Null where nothing is ciphered. */
  readonly cipher: CipherSession | null;
  /** Null without HLS. */
  readonly hls: HlsExchange | null;
  readonly longTransfer: LongTransfer;
}

const EXCEPTION_TAG = 0xd8;
/** Of logical names (Green Book, InitiateResponse). */
const VAA_NAME = 0x0007;

export class DlmsServer {
  readonly #options: DlmsServerOptions;
  #state: AssociationState = 'NONE';
  #session: Session | null = null;

  constructor(options: DlmsServerOptions) {
    this.#options = options;
  }

  get state(): AssociationState {
    return this.#state;
  }

  /**
   * Takes one APDU, whatever it is.
   * @returns the answer, never an empty one; null when none is due
   */
  receive(apdu: Uint8Array, nowNs: number): Uint8Array | null {
    const answer = isAcse(apdu) ? this.#acse(apdu) : this.#xdlms(apdu, nowNs);
    return answer === null || answer instanceof Uint8Array ? answer : encodeApdu(answer);
  }

  // Association.

  #acse(octets: Uint8Array): Answer | null {
    try {
      const apdu = decodeAcse(octets);
      switch (apdu.acse) {
        case 'aarq':
          return this.#associate(apdu);
        case 'rlrq':
          return this.#release(apdu);
        case 'aare':
        case 'rlre':
          return exception(stateErrorIn(this.#state), 'service-not-supported');
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return exception(stateErrorIn(this.#state), 'other-reason');
    }
  }

  #associate(aarq: Aarq): Answer | null {
    const { host, association } = this.#options;
    // Whatever comes of it, what was before is over.
    this.#enter('rejected', null);
    const refused = namesRefused(aarq, association, host.systemTitle);
    if (refused !== null) return this.#reject(refused);
    const cipher = association.ciphered ? this.#cipherFor(aarq) : null;
    const opened = openedInitiate(aarq, cipher);
    if ('refused' in opened) return this.#unopened(opened, 'service-not-allowed');
    const initiate = readInitiate(opened.plain);
    const overhead = cipher === null ? 0 : CIPHERING_OCTETS_MOST;
    const initiateError = initiateRefused(initiate, association, overhead);
    if (initiateError !== null) return this.#rejectInitiate(initiateError, opened);
    if (!isAuthenticated(aarq, association, host)) return this.#reject('authentication-failure');
    return this.#accept(aarq, initiate, cipher, opened);
  }

  #accept(
    aarq: Aarq,
    initiate: InitiateRequest,
    cipher: CipherSession | null,
    opened: Opened,
  ): Uint8Array | null {
    const { host, association, settings, challenge } = this.#options;
    const hls = association.authentication === 'high-gmac' ? hlsExchange(aarq, challenge()) : null;
    // Ends that prove themselves by the same challenge prove nothing.
    if (hls === 'same-challenge') return this.#reject('authentication-failure');
    const limit = initiate.clientMaxReceivePduSize;
    const negotiated = {
      conformance: initiate.conformance & association.conformance,
      clientMaxReceivePduSize: limit === 0 ? LONGEST_APDU : limit,
    };
    if (initiate.dedicatedKey !== null) cipher?.useDedicatedKey(initiate.dedicatedKey);
    const longTransfer = { current: null };
    const session = { negotiated, cipher, hls, longTransfer };
    this.#enter(hls === null ? 'accepted' : 'accepted-pending', session);
    if (!initiate.responseAllowed) return null;
    const response = encodeApdu(initiateResponse(negotiated.conformance, settings));
    return this.#aare({
      result: 'accepted',
      diagnostic: userDiagnostic(hls === null ? 'null' : 'authentication-required'),
      respondingSystemTitle: cipher === null && hls === null ? null : host.systemTitle,
      mechanism: hls === null ? null : 'high-gmac',
      authenticationValue: hls?.serverChallenge ?? null,
      userInformation: opened.seal(response),
    });
  }

  #cipherFor({ callingSystemTitle }: Aarq): CipherSession {
    const { host, association } = this.#options;
    return new CipherSession(host, association, callingSystemTitle ?? new Uint8Array());
  }

  /** The Green Book's example of a rejected AARQ carries what could have been agreed. */
  #reject(diagnostic: UserDiagnostic): Uint8Array {
    const { association, settings } = this.#options;
    const userInformation = association.ciphered
      ? null
      : encodeApdu(initiateResponse(association.conformance, settings));
    return this.#aare({
      result: 'rejected-permanent',
      diagnostic: userDiagnostic(diagnostic),
      userInformation,
    });
  }

  #rejectInitiate(initiateError: InitiateError, opened: Opened): Uint8Array {
    const error = encodeApdu({ service: 'confirmed-service-error', initiateError });
    return this.#aare({
      result: 'rejected-permanent',
      diagnostic: userDiagnostic('no-reason-given'),
      userInformation: opened.seal(error),
    });
  }

  #aare(
    fields: Pick<Aare, 'result' | 'diagnostic' | 'userInformation'> & Partial<Aare>,
  ): Uint8Array {
    return encodeAcse({
      acse: 'aare',
      context: contextOf(this.#options.association),
      respondingSystemTitle: null,
      mechanism: null,
      authenticationValue: null,
      ...fields,
    });
  }

  /**
   * A release that is ciphered has to be authentic; one without user information is taken as well,
   * as whoever could forge it could as well cut the connection.
   */
  #release({ userInformation }: Release): Answer | null {
    const session = this.#session;
    if (session === null) return exception('service-not-allowed', 'service-not-supported');
    const response = initiateResponse(session.negotiated.conformance, this.#options.settings);
    let answered: Uint8Array | null = null;
    if (userInformation !== null) {
      const opened = session.cipher?.open(userInformation) ?? openedPlainly(userInformation);
      if ('refused' in opened) return this.#unopened(opened, 'service-unknown');
      answered = opened.seal(encodeApdu(response));
    }
    this.#enter('released', null);
    return encodeAcse({ acse: 'rlre', reason: 0, userInformation: answered });
  }

  #enter(event: AssociationEvent, session: Session | null): void {
    this.#state = ASSOCIATION_TRANSITIONS[this.#state][event] ?? 'NONE';
    this.#session = session;
  }

  // Services.

  #xdlms(apdu: Uint8Array, nowNs: number): Answer | null {
    // Two ends that answer exceptions with exceptions never come to rest.
    if (apdu[0] === EXCEPTION_TAG) return null;
    const session = this.#session;
    if (session === null) return exception('service-not-allowed', 'service-not-supported');
    const { host, association, settings } = this.#options;
    if (apdu.length > settings.maxReceivePduSize)
      return exception('service-unknown', 'pdu-too-long');
    const opened = session.cipher?.open(apdu) ?? openedPlainly(apdu);
    if ('refused' in opened) return this.#unopened(opened, 'service-unknown');
    const context = {
      ...session,
      host,
      directory: directoryOf(host.objects(association), association),
      call: { association, nowNs },
      maxReceivePduSize: settings.maxReceivePduSize,
      longTransferOctetsMost: settings.longTransferBytesMost,
      room: session.negotiated.clientMaxReceivePduSize - opened.overhead,
    };
    const { answer, event } = answerService(opened.plain, context, this.#state);
    if (event !== null) this.#enter(event, event === 'proved' ? session : null);
    return answer instanceof Uint8Array ? opened.seal(answer) : answer;
  }

  /** What could not be opened is answered in the clear, or not at all. */
  #unopened(unopened: Unopened, stateError: StateError): ExceptionResponse | null {
    switch (unopened.refused) {
      case 'unknown':
        return exception('service-unknown', 'service-not-supported');
      case 'not-ciphered':
        return exception('service-not-allowed', 'deciphering-error');
      case 'not-authentic':
        return exception(stateError, 'deciphering-error');
      case 'old-counter':
        return this.#oldCounter(stateError, unopened.expectedCounter);
    }
  }

  #oldCounter(stateError: StateError, expectedCounter: number): ExceptionResponse | null {
    switch (this.#options.settings.onBadCounter) {
      case 'exception':
        return exception(stateError, 'invocation-counter-error', expectedCounter);
      case 'strict':
        return exception(stateError, 'deciphering-error');
      case 'close':
        this.#enter('rejected', null);
        this.#options.close();
        return null;
      case 'silent':
        return null;
    }
  }
}

/** The initiate APDU of an AARQ, which is ciphered where all is. */
function openedInitiate(
  { userInformation }: Aarq,
  cipher: CipherSession | null,
): Opened | Unopened {
  if (userInformation === null) throw new CodecError('AARQ: user-information is missing');
  return cipher?.open(userInformation) ?? openedPlainly(userInformation);
}

/** Challenges of both ends; their lengths were looked at. */
function hlsExchange(
  { callingSystemTitle, authenticationValue }: Aarq,
  serverChallenge: Uint8Array,
): HlsExchange | 'same-challenge' {
  const clientChallenge = authenticationValue ?? new Uint8Array();
  if (isSameBytes(clientChallenge, serverChallenge)) return 'same-challenge';
  const clientTitle = callingSystemTitle ?? new Uint8Array();
  return { clientTitle, clientChallenge, serverChallenge };
}

function initiateResponse(
  conformance: number,
  { maxReceivePduSize }: ServerSettings,
): InitiateResponse {
  return {
    service: 'initiate-response',
    dlmsVersion: DLMS_VERSION,
    conformance,
    serverMaxReceivePduSize: maxReceivePduSize,
    vaaName: VAA_NAME,
  };
}

function userDiagnostic(diagnostic: UserDiagnostic): Aare['diagnostic'] {
  return { source: 'user', code: USER_DIAGNOSTICS[diagnostic] };
}

/** How an exception names where it happened: outside of an association nothing is allowed. */
function stateErrorIn(state: AssociationState): StateError {
  return state === 'NONE' ? 'service-not-allowed' : 'service-unknown';
}
