/** How a client lets an association go. */
import { CodecError } from '../../bytes/codec-error.ts';
import { decodeAcse, encodeAcse, isAcse } from '../acse.ts';
import { decodeApdu } from '../apdu/decode.ts';
import { encodeApdu } from '../apdu/encode.ts';
import type { ClientCipher } from './cipher.ts';
import { initiateRequest } from './connect.ts';
import type { Exchange, Refused } from './exchange.ts';
import type { ClientSession } from './session.ts';

export type Released = { readonly outcome: 'released' } | Refused;

/**
 * Releases the association; with ciphering both APDUs carry an initiate APDU, so that nobody else
 * can do it. An RLRE that cannot be read is a release, and a finding.
 */
export function* release(session: ClientSession): Exchange<Released> {
  const { cipher } = session;
  const userInformation =
    cipher?.seal(encodeApdu(initiateRequest(session.options, null)), true) ?? null;
  const octets = yield* session.exchange(encodeAcse({ acse: 'rlrq', reason: 0, userInformation }));
  if (!isAcse(octets)) {
    const apdu = decodeApdu(octets, { report: session.report });
    if (apdu.service === 'exception-response') return { outcome: 'refused', exception: apdu };
    throw new CodecError(`RLRE wanted, ${apdu.service} came`);
  }
  const apdu = decodeAcse(octets, session.report);
  if (apdu.acse !== 'rlre') throw new CodecError(`RLRE wanted, ${apdu.acse} came`);
  if (cipher !== null && apdu.userInformation !== null) {
    inspect(session, cipher, apdu.userInformation);
  }
  session.forget();
  return { outcome: 'released' };
}

/** What a peer says goodbye with changes nothing any more. */
function inspect({ report }: ClientSession, cipher: ClientCipher, octets: Uint8Array): void {
  try {
    cipher.open(octets);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    report({ name: 'broken-release-response', detail: error.message });
  }
}
