import type { ApTitle } from './ap-title.ts';
import { ELEMENT_TAGS, IV_LENGTH } from './apdu.ts';
import type { Apdu, SecurityParameters } from './apdu.ts';
import { BerWriter } from './ber.ts';

/** The elements that count as they were sent. */
const AS_SENT: ReadonlySet<number> = new Set([
  ELEMENT_TAGS.applicationContext,
  ELEMENT_TAGS.calledInvocation,
  ELEMENT_TAGS.callingQualifier,
  ELEMENT_TAGS.callingInvocation,
  ELEMENT_TAGS.mechanism,
  ELEMENT_TAGS.authentication,
]);

/**
 * The canonified cleartext, which the MAC of a protected APDU covers. In this order: A1; A2 with
 * its title absolute; A4, A7, A8, 8B and AC as sent; BE up to the EPSEM control byte and with it,
 * its lengths as sent, MAC included; A6 with its title absolute; key id; IV.
 * @param apdu with an EPSEM control byte at least
 * @param parameters those of AC, or those that a session remembers
 * @param services what follows it when the services are authenticated and not ciphered
 * @throws CodecError when key id or IV do not fit
 */
export function canonify(
  apdu: Apdu,
  parameters: SecurityParameters,
  services: Uint8Array = new Uint8Array(),
): Uint8Array {
  const writer = new BerWriter().bytes(services);
  writer.fixed('IV', parameters.iv, IV_LENGTH).fixed('key id', parameters.keyId, 1);
  writeTitle(writer, ELEMENT_TAGS.calling, apdu.calling);
  // An APDU has its elements in the order in which they count, the calling title excepted.
  for (const { tag, raw } of apdu.frame.elements.toReversed()) {
    if (AS_SENT.has(tag)) writer.bytes(raw);
    else if (tag === ELEMENT_TAGS.called) writeTitle(writer, tag, apdu.called);
    else if (tag === ELEMENT_TAGS.userInformation) {
      // EPSEM ends where its element ends; of it only the control byte counts here.
      writer.bytes(raw.subarray(0, raw.length - apdu.epsem.length + 1));
    }
  }
  return writer.finish();
}

function writeTitle(writer: BerWriter, tag: number, title: ApTitle | undefined): void {
  if (title === undefined) return;
  const mark = writer.written;
  writer.bytes(title.absolute).wrap('ApTitle', tag, mark);
}
