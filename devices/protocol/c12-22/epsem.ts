/** EPSEM, the envelope of services inside an APDU (IEEE 1703-2012 5.3.2 and 5.3.3). */
import { CodecError } from '../bytes/codec-error.ts';
import { BerReader, BerWriter, hexByte } from './ber.ts';

/** How the services travel: as they are, with a MAC, or ciphered and with a MAC. */
export type SecurityMode = 'clear' | 'authenticated' | 'ciphered';
/** When the sender wants an answer. */
export type ResponseControl = 'always' | 'on-exception' | 'never';

const SECURITY_MODES: readonly SecurityMode[] = ['clear', 'authenticated', 'ciphered'];
const RESPONSE_CONTROLS: readonly ResponseControl[] = ['always', 'on-exception', 'never'];

const CONTROL_BITS = { always: 0x80, recovery: 0x40, proxy: 0x20, edClass: 0x10 } as const;
const SECURITY_SHIFT = 2;
const TWO_BITS = 0b11;
const ED_CLASS_LENGTH = 4;
/** The MAC at the end of the two protected modes. */
export const MAC_LENGTH = 4;

/** The first byte: it is never ciphered. */
export interface EpsemControl {
  readonly security: SecurityMode;
  readonly response: ResponseControl;
  readonly recoverySession: boolean;
  readonly proxyService: boolean;
  readonly hasEdClass: boolean;
}

/** What the envelope holds once it is open. */
export interface EpsemContent {
  /** When an answer is wanted; left out, always. */
  readonly response?: ResponseControl;
  readonly recoverySession?: boolean;
  readonly proxyService?: boolean;
  /** The four bytes of the end device class. */
  readonly edClass?: Uint8Array;
  /** PSEM requests, or as many responses, as bytes. */
  readonly services: readonly Uint8Array[];
}

/** Reads the control byte. @throws CodecError when bits have no meaning */
export function decodeControl(byte: number): EpsemControl {
  const security = SECURITY_MODES[(byte >> SECURITY_SHIFT) & TWO_BITS];
  const response = RESPONSE_CONTROLS[byte & TWO_BITS];
  if ((byte & CONTROL_BITS.always) === 0 || security === undefined || response === undefined) {
    throw new CodecError(`EPSEM control: ${hexByte(byte)} is none of C12.22`);
  }
  return {
    security,
    response,
    recoverySession: (byte & CONTROL_BITS.recovery) !== 0,
    proxyService: (byte & CONTROL_BITS.proxy) !== 0,
    hasEdClass: (byte & CONTROL_BITS.edClass) !== 0,
  };
}

/** The control byte of this content in this mode. */
export function encodeControl(content: EpsemContent, security: SecurityMode): number {
  return (
    CONTROL_BITS.always |
    (content.recoverySession === true ? CONTROL_BITS.recovery : 0) |
    (content.proxyService === true ? CONTROL_BITS.proxy : 0) |
    (content.edClass === undefined ? 0 : CONTROL_BITS.edClass) |
    (SECURITY_MODES.indexOf(security) << SECURITY_SHIFT) |
    RESPONSE_CONTROLS.indexOf(content.response ?? 'always')
  );
}

/**
 * Reads what follows the control byte, deciphered and without MAC. A length of 0 ends the list;
 * what stands behind it is padding. The end device class is read as a part of the protected
 * bytes, where Elster's clients and Wireshark have it.
 * @throws CodecError
 */
export function decodeContent(control: EpsemControl, body: Uint8Array): EpsemContent {
  const { response, recoverySession, proxyService } = control;
  const reader = new BerReader(body);
  const edClass = control.hasEdClass ? reader.view('ED class', ED_CLASS_LENGTH) : undefined;
  const services: Uint8Array[] = [];
  while (reader.left > 0) {
    const length = reader.length('service');
    if (length === 0) break;
    services.push(reader.view('service', length));
  }
  const content = { response, recoverySession, proxyService, services };
  return edClass === undefined ? content : { ...content, edClass };
}

/**
 * Control byte and services as they are, and in the protected modes four zero bytes, in which
 * the MAC will stand.
 * @throws CodecError for an empty service or an end device class of another length than four
 */
export function encodeEpsem(content: EpsemContent, security: SecurityMode): Uint8Array {
  const writer = new BerWriter();
  if (security !== 'clear') writer.bytes(new Uint8Array(MAC_LENGTH));
  for (const service of content.services.toReversed()) {
    if (service.length === 0) throw new CodecError('service: an empty one would end the list');
    const mark = writer.written;
    writer.bytes(service).length('service', mark);
  }
  if (content.edClass !== undefined) {
    if (content.edClass.length !== ED_CLASS_LENGTH) {
      throw new CodecError(`ED class: 4 bytes wanted, ${content.edClass.length} given`);
    }
    writer.bytes(content.edClass);
  }
  return writer.octet(encodeControl(content, security)).finish();
}
