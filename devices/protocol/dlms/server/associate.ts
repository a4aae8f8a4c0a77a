/** What of an AARQ is accepted: names, credentials, and what the client proposes. */
import { CodecError } from '../../bytes/codec-error.ts';
import type { Aarq, ApplicationContext, Mechanism, USER_DIAGNOSTICS } from '../acse.ts';
import { decodeApdu } from '../apdu/decode.ts';
import type { InitiateError, InitiateRequest } from '../apdu/types.ts';
import type { AssociationProfile, CosemHost } from '../cosem/host.ts';
import { DLMS_VERSION } from './negotiation.ts';

export type UserDiagnostic = keyof typeof USER_DIAGNOSTICS;

/** Challenges of HLS have 8 to 64 octets (Green Book 9.2.7). */
const CHALLENGE_OCTETS_MIN = 8;
const CHALLENGE_OCTETS_MAX = 64;
/** Below it nothing can be said (what Gurux C wants, too). */
const PDU_OCTETS_MIN = 12;
const SYSTEM_TITLE_OCTETS = 8;

export function contextOf({ ciphered }: AssociationProfile): ApplicationContext {
  return ciphered ? 'logical-name-ciphered' : 'logical-name';
}

/**
 * Why an AARQ is rejected for its names; null when it is not. Whether its password is right is
 * asked later, when what is ciphered was proved authentic.
 */
export function namesRefused(
  aarq: Aarq,
  association: AssociationProfile,
  ownTitle: Uint8Array,
): UserDiagnostic | null {
  if (aarq.context !== contextOf(association)) return 'application-context-name-not-supported';
  if (needsTitle(association) && !isForeignTitle(aarq.callingSystemTitle, ownTitle)) {
    return 'calling-ap-title-not-recognised';
  }
  return mechanismRefused(aarq, association);
}

/** GMAC and GCM take the client's title into their IV. */
function needsTitle({ ciphered, authentication }: AssociationProfile): boolean {
  return ciphered || authentication === 'high-gmac';
}

/** A client under our own title would have our IVs: what we send could be sent back to us. */
function isForeignTitle(title: Uint8Array | null, ownTitle: Uint8Array): boolean {
  return title?.length === SYSTEM_TITLE_OCTETS && title.some((octet, at) => octet !== ownTitle[at]);
}

function mechanismRefused(
  { mechanism, authenticationValue }: Aarq,
  { authentication }: AssociationProfile,
): UserDiagnostic | null {
  const wanted: Mechanism = authentication;
  if (wanted === 'lowest') {
    const isNone = mechanism === null || mechanism === 'lowest';
    return isNone ? null : 'authentication-mechanism-name-not-recognised';
  }
  if (mechanism === null) {
    return authenticationValue === null
      ? 'authentication-required'
      : 'authentication-mechanism-name-required';
  }
  if (mechanism !== wanted) return 'authentication-mechanism-name-not-recognised';
  return null;
}

/** Whether password or challenge are as they have to be. */
export function isAuthenticated(
  { authenticationValue }: Aarq,
  association: AssociationProfile,
  host: CosemHost,
): boolean {
  const value = authenticationValue ?? new Uint8Array();
  switch (association.authentication) {
    case 'lowest':
      return true;
    case 'low':
      return host.password(association, value);
    case 'high-gmac':
      return value.length >= CHALLENGE_OCTETS_MIN && value.length <= CHALLENGE_OCTETS_MAX;
  }
}

/** The initiate APDU of an AARQ, deciphered. @throws CodecError when it is none */
export function readInitiate(octets: Uint8Array): InitiateRequest {
  const apdu = decodeApdu(octets);
  if (apdu.service === 'initiate-request') return apdu;
  throw new CodecError(`user-information: initiate-request wanted, ${apdu.service} found`);
}

/** @param overhead octets that ciphering adds to an APDU at most */
export function initiateRefused(
  { dlmsVersion, conformance, clientMaxReceivePduSize }: InitiateRequest,
  association: AssociationProfile,
  overhead: number,
): InitiateError | null {
  if (dlmsVersion < DLMS_VERSION) return 'dlms-version-too-low';
  if ((conformance & association.conformance) === 0) return 'incompatible-conformance';
  const isLimited = clientMaxReceivePduSize !== 0;
  return isLimited && clientMaxReceivePduSize < PDU_OCTETS_MIN + overhead
    ? 'pdu-size-too-short'
    : null;
}
