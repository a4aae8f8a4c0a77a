import { expect, test } from 'vitest';
import { classifyTlsFailure, TLS_CAUSES, type TlsCause } from '../../../rigs/mqtt/tls-failure.ts';

/** As Node and OpenSSL say it, code and words. */
const SEEN: readonly (readonly [cause: TlsCause, code: string, words: string])[] = [
  ['certificate-expired', 'CERT_HAS_EXPIRED', 'certificate has expired'],
  [
    'certificate-expired',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'sslv3 alert certificate expired',
  ],
  ['not-yet-valid', 'CERT_NOT_YET_VALID', 'certificate is not yet valid'],
  [
    'unknown-authority',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
  ],
  [
    'unknown-authority',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'unable to verify the first certificate',
  ],
  ['unknown-authority', 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca'],
  ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID', "IP: 127.0.0.1 is not in the cert's list"],
  [
    'certificate-wanted',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'tlsv13 alert certificate required',
  ],
  ['certificate-refused', 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'sslv3 alert bad certificate'],
  ['protocol-version', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tlsv1 alert protocol version'],
  ['no-common-cipher', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'sslv3 alert handshake failure'],
  ['cleartext', 'ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number'],
  ['hung-up', 'ECONNRESET', 'read ECONNRESET'],
  ['hung-up', '', 'connection closed'],
  ['refused', 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'],
  ['silent', '', 'connack timeout'],
  ['other', 'ERR_SOMETHING', 'nobody knows'],
];

test.each(SEEN)('%s: %s %s', (cause, code, words) => {
  const error = Object.assign(new Error(words), code === '' ? {} : { code });
  expect(classifyTlsFailure(error)).toEqual({ cause, detail: words });
});

test('every cause has an example, and what is no error is told too', () => {
  expect(new Set(SEEN.map(([cause]) => cause))).toEqual(new Set(TLS_CAUSES));
  expect(classifyTlsFailure('odd').cause).toBe('other');
});
