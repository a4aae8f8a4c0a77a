import { messageOf } from '../../devices/domain/error-text.ts';

/** Why no session came about, so that a mismatch is never "meter dead". SEC-05, SEC-06 */
export const TLS_CAUSES = [
  'certificate-expired',
  'not-yet-valid',
  'unknown-authority',
  'wrong-name',
  'certificate-wanted',
  'certificate-refused',
  'protocol-version',
  'no-common-cipher',
  'cleartext',
  'hung-up',
  'refused',
  'silent',
  'other',
] as const;
export type TlsCause = (typeof TLS_CAUSES)[number];

export interface TlsFailure {
  readonly cause: TlsCause;
  /** The library's own words. */
  readonly detail: string;
}

/** Codes of Node and OpenSSL, the first that fits counts. */
const CODES: readonly (readonly [pattern: RegExp, cause: TlsCause])[] = [
  [/CERT_HAS_EXPIRED|CERTIFICATE_EXPIRED/, 'certificate-expired'],
  [/CERT_NOT_YET_VALID/, 'not-yet-valid'],
  [
    /UNABLE_TO_VERIFY_LEAF|UNABLE_TO_GET_ISSUER|SELF_SIGNED_CERT|DEPTH_ZERO_SELF|UNKNOWN_CA|CERT_SIGNATURE_FAILURE/,
    'unknown-authority',
  ],
  [/ALTNAME_INVALID/, 'wrong-name'],
  [/CERTIFICATE_REQUIRED|PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'certificate-wanted'],
  [
    /BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_REVOKED|HANDSHAKE_FAILURE.*CERT/,
    'certificate-refused',
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE/,
    'protocol-version',
  ],
  [/NO_SHARED_CIPHER|NO_CIPHERS_AVAILABLE|HANDSHAKE_FAILURE/, 'no-common-cipher'],
  [/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE/, 'cleartext'],
  [/ECONNREFUSED/, 'refused'],
  [/ECONNRESET|EPIPE|SOCKET.*HANG|DISCONNECTED BEFORE SECURE|CONNECTION CLOSED/, 'hung-up'],
  [/ETIMEDOUT|CONNACK TIMEOUT/, 'silent'],
];

/** Sorts what ended an attempt to connect by who must act. */
export function classifyTlsFailure(error: unknown): TlsFailure {
  const detail = messageOf(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  const text = `${String(code)} ${detail}`
    .toUpperCase()
    .replaceAll(/(?<=SSL|ALERT|UNKNOWN|BAD|WRONG|NO|HAS|NOT) (?=\w)/g, '_');
  const found = CODES.find(
    ([pattern]) => pattern.test(text) || pattern.test(text.replaceAll(' ', '_')),
  );
  return { cause: found?.[1] ?? 'other', detail };
}
