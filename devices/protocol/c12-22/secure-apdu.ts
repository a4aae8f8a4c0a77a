/** Both roles of C12.22 security: an APDU is sealed by who sends it and opened by who gets it. */
import { CodecError, ShortRead } from '../bytes/codec-error.ts';
import { decodeApdu, encodeApdu, readFrame } from './apdu.ts';
import type { Apdu, ApduHead, SecurityParameters } from './apdu.ts';
import { canonify } from './canonify.ts';
import type { EaxPrimeCipher } from './eax-prime.ts';
import { decodeContent, decodeControl, encodeEpsem, MAC_LENGTH } from './epsem.ts';
import type { EpsemContent, EpsemControl, SecurityMode } from './epsem.ts';
import { canSealQuickly, sealQuickly } from './quick-seal.ts';

/**
 * EAX' can be forged when its cleartext is a single block (Minematsu, Lucks, Morita, Iwata, FSE
 * 2013): nothing so short is sealed, and nothing so short is believed.
 */
const CLEARTEXT_TOO_SHORT = 16;

type ProtectedMode = Exclude<SecurityMode, 'clear'>;

/** How an APDU is to be protected. */
export interface Protection {
  readonly mode: ProtectedMode;
  readonly cipher: EaxPrimeCipher;
  readonly parameters: SecurityParameters;
  /** 'apdu': key id and IV travel in AC. 'session': both sides remember them since the logon. */
  readonly parametersFrom: ParametersFrom;
}

export type ParametersFrom = 'apdu' | 'session';

/**
 * Makes an APDU of head and services.
 * @param protection left out, it travels in the clear
 * @throws CodecError when a value does not fit, or the head is too short for EAX' to be safe
 */
export function sealApdu(
  head: ApduHead,
  content: EpsemContent,
  protection?: Protection,
): Uint8Array {
  return protection !== undefined && canSealQuickly(head, content, protection)
    ? sealQuickly(head, content, protection)
    : sealGenerally(head, content, protection);
}

/** As {@link sealApdu}, for whatever shape; the oracle of the quick way. */
export function sealGenerally(
  head: ApduHead,
  content: EpsemContent,
  protection?: Protection,
): Uint8Array {
  const epsem = encodeEpsem(content, protection?.mode ?? 'clear');
  if (protection === undefined) return encodeApdu({ ...head, epsem });
  const { mode, cipher, parameters, parametersFrom } = protection;
  const authentication = parametersFrom === 'apdu' ? { authentication: parameters } : {};
  const bytes = encodeApdu({ ...head, ...authentication, epsem });
  // The MAC covers the bytes as they are sent, whose last ones are EPSEM's.
  const sent = bytes.subarray(bytes.length - epsem.length);
  const apdu = { ...head, epsem: sent, frame: readFrame(bytes) };
  const { cleartext, text } = covered(apdu, mode, parameters, servicesOf(apdu));
  if (cleartext.length <= CLEARTEXT_TOO_SHORT) {
    throw new CodecError(
      `canonified cleartext: more than ${CLEARTEXT_TOO_SHORT} bytes wanted, ${cleartext.length} given`,
    );
  }
  cipher.seal(cleartext, text, macOf(apdu));
  return bytes;
}

/** Where whoever opens an APDU finds keys, and what its sessions agreed on. */
export interface Keyring {
  /** The cipher under this key id for the nodes of this APDU; undefined when there is none. */
  cipher(keyId: number, apdu: Apdu): EaxPrimeCipher | undefined;
  /** Key id and IV of the session that an APDU without AC belongs to; undefined without one. */
  session?(apdu: Apdu): SecurityParameters | undefined;
}

/**
 * What became of opening an APDU. Whether it is a replay is not decided here; what that rule
 * needs is in `parameters.iv` and `apdu.callingInvocation`.
 */
export type OpenedApdu =
  /** Nothing protects it. */
  | { readonly outcome: 'clear'; readonly apdu: Apdu; readonly content: EpsemContent }
  /** Its MAC is right under the key that its key id names. */
  | (Protected & { readonly outcome: 'good'; readonly content: EpsemContent })
  /** Its MAC is wrong: another key, another IV in the session, or changed under way. */
  | (Protected & { readonly outcome: 'bad-mac' })
  /** The keyring has no key under its key id. */
  | (Protected & { readonly outcome: 'unknown-key' })
  /** Too little stands before its services for EAX' to prove anything. */
  | (Protected & { readonly outcome: 'short-cleartext' })
  /** It has no AC and belongs to no session. */
  | { readonly outcome: 'no-parameters'; readonly apdu: Apdu; readonly control: EpsemControl };

interface Protected {
  readonly apdu: Apdu;
  readonly control: EpsemControl;
  readonly parameters: SecurityParameters;
  readonly parametersFrom: ParametersFrom;
}

/**
 * Reads an APDU and, when it is protected, verifies and deciphers it. The bytes stay as they are.
 * @param bytes exactly one APDU, of which the result holds views
 * @throws CodecError when the bytes are no APDU, or its services (once its MAC is right) no list
 */
export function openApdu(bytes: Uint8Array, keyring: Keyring): OpenedApdu {
  const apdu = decodeApdu(bytes);
  const [first] = apdu.epsem;
  if (first === undefined) throw new ShortRead('EPSEM control', 1, 0, bytes.length);
  const control = decodeControl(first);
  if (control.security === 'clear') {
    return { outcome: 'clear', apdu, content: decodeContent(control, apdu.epsem.subarray(1)) };
  }
  const services = servicesOf(apdu);
  const parameters = apdu.authentication ?? keyring.session?.(apdu);
  if (parameters === undefined) return { outcome: 'no-parameters', apdu, control };
  const parametersFrom: ParametersFrom = apdu.authentication === undefined ? 'session' : 'apdu';
  const known = { apdu, control, parameters, parametersFrom };

  const { cleartext, text } = covered(apdu, control.security, parameters, services);
  if (cleartext.length <= CLEARTEXT_TOO_SHORT) return { outcome: 'short-cleartext', ...known };
  const cipher = keyring.cipher(parameters.keyId, apdu);
  if (cipher === undefined) return { outcome: 'unknown-key', ...known };
  // Not slice(): that of a Buffer is no copy, and received bytes must stay as they are.
  const deciphered = new Uint8Array(text);
  if (!cipher.open(cleartext, deciphered, macOf(apdu))) return { outcome: 'bad-mac', ...known };
  const body = control.security === 'ciphered' ? deciphered : services;
  return { outcome: 'good', ...known, content: decodeContent(control, body) };
}

/** What stands between control byte and MAC. @throws ShortRead */
function servicesOf({ epsem, frame }: Apdu): Uint8Array {
  const left = epsem.length - 1;
  if (left < MAC_LENGTH) {
    throw new ShortRead('MAC', MAC_LENGTH, left, frame.bytes.length - left);
  }
  return epsem.subarray(1, -MAC_LENGTH);
}

function macOf({ epsem }: Apdu): Uint8Array {
  return epsem.subarray(-MAC_LENGTH);
}

/**
 * What the MAC is made over. Services that are authenticated only are a part of the cleartext,
 * and the text to be ciphered is empty.
 */
function covered(
  apdu: Apdu,
  mode: ProtectedMode,
  parameters: SecurityParameters,
  services: Uint8Array,
): { cleartext: Uint8Array; text: Uint8Array } {
  switch (mode) {
    case 'authenticated':
      return { cleartext: canonify(apdu, parameters, services), text: new Uint8Array() };
    case 'ciphered':
      return { cleartext: canonify(apdu, parameters), text: services };
  }
}
