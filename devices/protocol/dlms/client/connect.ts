/** How a client opens an association and lets it go. */
import { CodecError } from '../../bytes/codec-error.ts';
import { type Aare, type Aarq, decodeAcse, encodeAcse, isAcse } from '../acse.ts';
import { decodeApdu } from '../apdu/decode.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type {
  ActionRequest,
  ExceptionResponse,
  InitiateError,
  InitiateRequest,
  InitiateResponse,
  XdlmsApdu,
} from '../apdu/types.ts';
import { octetString } from '../data.ts';
import { checkGmacProof, makeGmacProof } from '../security/hls.ts';
import { ClientCipher } from './cipher.ts';
import type { Exchange, Refused } from './exchange.ts';
import type { ClientSecurity, DlmsClientOptions } from './options.ts';
import type { ClientNegotiated, ClientSession } from './session.ts';
import { isSameBytes } from '../same-bytes.ts';

export type Connected =
  | ({ readonly outcome: 'associated' } & ClientNegotiated)
  /** The AARE says no. */
  | {
      readonly outcome: 'rejected';
      readonly result: Exclude<Aare['result'], 'accepted'>;
      readonly diagnostic: Aare['diagnostic'];
      readonly initiateError: InitiateError | null;
    }
  /** The server did not prove that it has the keys, or did not believe that we have. */
  | { readonly outcome: 'not-proved'; readonly reason: NotProved }
  | Refused;

export type NotProved =
  /** It challenges us with our own challenge: whoever reflects it proves nothing. */
  | 'same-challenge'
  /** It refused our proof. */
  | 'own-proof-refused'
  /** Its proof is wrong, or missing. */
  | 'wrong-proof';

const DLMS_VERSION = 6;
const CURRENT_ASSOCIATION = '0.0.40.0.0.255';
const ASSOCIATION_CLASS = 15;
const REPLY_TO_HLS = 1;
/** authentication-required: passes 3 and 4 of HLS are due. */
const HLS_PENDING = 14;

/** Opens the association, with passes 3 and 4 of HLS where they are due. */
export function* connect(session: ClientSession): Exchange<Connected> {
  session.forget();
  const { authentication } = session.options;
  const challenge = authentication.mechanism === 'high-gmac' ? authentication.challenge() : null;
  const { cipher, initiate } = proposal(session);
  const plain = encodeApdu(initiate);
  const aarq = (): Uint8Array =>
    encodeAcse(aarqOf(session, challenge, cipher?.seal(plain, true) ?? plain));
  let answer = yield* associationAnswer(session, aarq());
  if (answer.acse === 'none' && session.adopted(answer.exception)) {
    answer = yield* associationAnswer(session, aarq());
  }
  if (answer.acse === 'none') return { outcome: 'refused', exception: answer.exception };
  const { respondingSystemTitle } = answer;
  if (cipher !== null && respondingSystemTitle !== null) cipher.serverTitle = respondingSystemTitle;
  if (answer.result !== 'accepted') return rejected(answer, answer.result, cipher);
  const { conformance, serverMaxReceivePduSize } = initiateResponse(answer, cipher);
  session.negotiated = { conformance, serverMaxReceivePduSize };
  session.cipher = cipher;
  const proved = challenge === null ? null : yield* proveBoth(session, answer, challenge);
  if (proved === null) return { outcome: 'associated', ...session.negotiated };
  session.forget();
  return proved;
}

interface Proposal {
  /** Null without ciphering. */
  readonly cipher: ClientCipher | null;
  readonly initiate: InitiateRequest;
}

function proposal({ options }: ClientSession): Proposal {
  const { security, ciphering } = options;
  const dedicatedKey =
    ciphering !== null && 'dedicatedKey' in ciphering ? ciphering.dedicatedKey() : null;
  return {
    cipher: ciphering === null ? null : new ClientCipher(wanted(security), ciphering, dedicatedKey),
    initiate: initiateRequest(options, dedicatedKey),
  };
}

export function initiateRequest(
  { conformance, maxReceivePduSize }: DlmsClientOptions,
  dedicatedKey: Uint8Array | null,
): InitiateRequest {
  return {
    service: 'initiate-request',
    dedicatedKey,
    responseAllowed: true,
    dlmsVersion: DLMS_VERSION,
    conformance,
    clientMaxReceivePduSize: maxReceivePduSize,
  };
}

function wanted(security: ClientSecurity | null): ClientSecurity {
  if (security === null) throw new CodecError('GMAC and ciphering want keys, and there are none');
  return security;
}

function aarqOf(
  { options }: ClientSession,
  challenge: Uint8Array | null,
  userInformation: Uint8Array,
): Aarq {
  const { authentication, security, ciphering } = options;
  const { mechanism } = authentication;
  return {
    acse: 'aarq',
    context: ciphering === null ? 'logical-name' : 'logical-name-ciphered',
    callingSystemTitle: security?.systemTitle ?? null,
    mechanism: mechanism === 'lowest' ? null : mechanism,
    authenticationValue: mechanism === 'low' ? authentication.password : challenge,
    userInformation,
  };
}

type AssociationAnswer = Aare | { readonly acse: 'none'; readonly exception: ExceptionResponse };

function* associationAnswer(session: ClientSession, aarq: Uint8Array): Exchange<AssociationAnswer> {
  const octets = yield* session.exchange(aarq);
  if (!isAcse(octets)) {
    const apdu = decodeApdu(octets, { report: session.report });
    if (apdu.service === 'exception-response') return { acse: 'none', exception: apdu };
    throw new CodecError(`AARE wanted, ${apdu.service} came`);
  }
  const acse = decodeAcse(octets, session.report);
  if (acse.acse === 'aare') return acse;
  throw new CodecError(`AARE wanted, ${acse.acse} came`);
}

function rejected(
  { diagnostic, userInformation }: Aare,
  result: Exclude<Aare['result'], 'accepted'>,
  cipher: ClientCipher | null,
): Connected {
  const apdu = userInformation === null ? null : initiateAnswer(userInformation, cipher);
  const initiateError = apdu?.service === 'confirmed-service-error' ? apdu.initiateError : null;
  return { outcome: 'rejected', result, diagnostic, initiateError };
}

/** What a server that accepts has to say, as protected as what it was asked. */
function initiateResponse(
  { userInformation }: Aare,
  cipher: ClientCipher | null,
): InitiateResponse {
  if (userInformation === null) throw new CodecError('AARE: user-information is missing');
  const arrived = cipher?.open(userInformation);
  if (arrived !== undefined && arrived.is !== 'deciphered') {
    throw new CodecError(`AARE: initiate-response deciphered wanted, ${arrived.is} came`);
  }
  const apdu = decodeApdu(arrived?.apdu ?? userInformation);
  if (apdu.service === 'initiate-response') return apdu;
  throw new CodecError(`AARE: initiate-response wanted, ${apdu.service} came`);
}

/** A rejection may come in the clear: whoever rejects may have no key. */
function initiateAnswer(octets: Uint8Array, cipher: ClientCipher | null): XdlmsApdu | null {
  const arrived = cipher?.open(octets) ?? ({ is: 'clear', apdu: octets } as const);
  return arrived.is === 'replay' ? null : decodeApdu(arrived.apdu);
}

/** Passes 3 and 4 of HLS. Null when each end has proved itself to the other. */
function* proveBoth(
  session: ClientSession,
  { diagnostic, authenticationValue, respondingSystemTitle }: Aare,
  ownChallenge: Uint8Array,
): Exchange<Exclude<Connected, { outcome: 'associated' }> | null> {
  if (diagnostic.code !== HLS_PENDING) {
    session.report({ name: 'hls-not-announced', detail: `diagnostic ${diagnostic.code}` });
  }
  const security = wanted(session.options.security);
  const serverTitle = respondingSystemTitle ?? security.serverTitle;
  if (authenticationValue === null || serverTitle === null) {
    throw new CodecError('AARE: challenge or system title is missing, which GMAC wants');
  }
  if (isSameBytes(authenticationValue, ownChallenge)) return notProved('same-challenge');
  const keys = security.keys();
  const { systemTitle } = security;
  const own = { keys, systemTitle, challenge: authenticationValue };
  const answer = yield* session.ask(
    replyToHls(session, makeGmacProof(own, security.nextCounter())),
  );
  if (answer.service === 'exception-response') return { outcome: 'refused', exception: answer };
  if (answer.kind !== 'normal' || answer.answer.result !== 'success') {
    return notProved('own-proof-refused');
  }
  const { returned } = answer.answer;
  const theirs = { keys, systemTitle: serverTitle, challenge: ownChallenge };
  const isRight =
    returned?.result === 'data' &&
    returned.data.type === 'octet-string' &&
    checkGmacProof(theirs, returned.data.bytes) !== null;
  return isRight ? null : notProved('wrong-proof');
}

function notProved(reason: NotProved): Exclude<Connected, { outcome: 'associated' }> {
  return { outcome: 'not-proved', reason };
}

function replyToHls(session: ClientSession, proof: Uint8Array): ActionRequest {
  return {
    service: 'action-request',
    kind: 'normal',
    invokeId: session.nextInvokeId(),
    method: {
      classId: ASSOCIATION_CLASS,
      logicalName: CURRENT_ASSOCIATION,
      method: REPLY_TO_HLS,
    },
    parameters: octetString(proof),
  };
}
