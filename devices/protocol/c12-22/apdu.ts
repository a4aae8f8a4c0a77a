/**
 * The ACSE message that every C12.22 exchange travels in (IEEE 1703-2012 5.3.4), read in two
 * steps: its elements as they are, then what they mean.
 */
import { CodecError } from '../bytes/codec-error.ts';
import { ApTitle } from './ap-title.ts';
import type { BerElement } from './ber.ts';
import { BerReader, BerWriter, hexByte, INTEGER_TAG } from './ber.ts';

/** The tags of the elements, in the order in which an APDU has them. */
export const ELEMENT_TAGS = {
  applicationContext: 0xa1,
  called: 0xa2,
  calledInvocation: 0xa4,
  calling: 0xa6,
  callingQualifier: 0xa7,
  callingInvocation: 0xa8,
  mechanism: 0x8b,
  authentication: 0xac,
  userInformation: 0xbe,
} as const;

export const APDU_TAG = 0x60;
export const EXTERNAL_TAG = 0x28;
export const OCTET_ALIGNED_TAG = 0x81;
/** Authentication value: EXTERNAL, single ASN.1 type, C12.22's own choice, key id, IV. */
export const AUTHENTICATION_TAGS = {
  external: 0xa2,
  single: 0xa0,
  c1222: 0xa1,
  keyId: 0x80,
  iv: 0x81,
};
/** AC as the quick ways have it, its lengths always the same, down to where the key id stands. */
export const AUTHENTICATION_HEAD = Uint8Array.from([
  ELEMENT_TAGS.authentication,
  0x0f,
  AUTHENTICATION_TAGS.external,
  0x0d,
  AUTHENTICATION_TAGS.single,
  0x0b,
  AUTHENTICATION_TAGS.c1222,
  0x09,
  AUTHENTICATION_TAGS.keyId,
  0x01,
]);
const QUALIFIER_BITS = { test: 0x01, urgent: 0x02, notification: 0x04 } as const;
export const IV_LENGTH = 4;

/** Step one: an APDU as the elements that stand in it, known and unknown, in their order. */
export interface ApduFrame {
  readonly bytes: Uint8Array;
  readonly elements: readonly BerElement[];
}

/** What the calling AE qualifier says about the message. */
export interface ApduQualifier {
  readonly test?: boolean;
  readonly urgent?: boolean;
  /** Nobody asked for it: an alarm, for instance. */
  readonly notification?: boolean;
}

/** Which key a protected APDU is under, and the IV that must never repeat with it. */
export interface SecurityParameters {
  /** One byte. */
  readonly keyId: number;
  /** Four bytes as an unsigned number; by the standard, UTC in seconds. */
  readonly iv: number;
}

/** Whom an APDU is for, whom it comes from, and what it is about: all but security and content. */
export interface ApduHead {
  /** Left out, it is 2.16.124.113620.1.22. */
  readonly applicationContext?: ApTitle;
  readonly called?: ApTitle;
  /** In an answer: the invocation id of the request. */
  readonly calledInvocation?: number;
  readonly calling?: ApTitle;
  readonly qualifier?: ApduQualifier;
  readonly callingInvocation?: number;
  /** The object identifier's body, as it stands. */
  readonly mechanism?: Uint8Array;
}

export interface ApduFields extends ApduHead {
  readonly authentication?: SecurityParameters;
  /** The optional integer before the content; {@link canonify} covers it. */
  readonly indirectReference?: number;
  /** Control byte, body and, when protected, MAC. */
  readonly epsem: Uint8Array;
}

/** Step two: what an APDU means, beside the frame that it was read from. */
export interface Apdu extends ApduFields {
  readonly frame: ApduFrame;
}

/**
 * Step one of reading: the elements as they are.
 * @param bytes exactly one APDU, of which the result holds views
 * @throws CodecError when lengths do not add up
 */
export function readFrame(bytes: Uint8Array): ApduFrame {
  const outer = new BerReader(bytes);
  const content = outer.inside('APDU', APDU_TAG);
  outer.end('APDU');
  const elements: BerElement[] = [];
  while (content.left > 0) elements.push(content.element('APDU element'));
  return { bytes, elements };
}

/** Puts elements, as they are and in their order, into one APDU. @throws CodecError over 65535 bytes */
export function writeFrame(elements: readonly Pick<BerElement, 'raw'>[]): Uint8Array {
  const writer = new BerWriter();
  for (const { raw } of elements.toReversed()) writer.bytes(raw);
  return writer.wrap('APDU', APDU_TAG, 0).finish();
}

/**
 * Both steps of reading. Elements that C12.22 has not are left in the frame.
 * @throws CodecError when an element cannot be read, stands twice or out of order, or the
 * user information is missing
 */
export function decodeApdu(bytes: Uint8Array): Apdu {
  const frame = readFrame(bytes);
  const fields: { -readonly [K in keyof ApduFields]?: ApduFields[K] } = {};
  let last = -1;
  for (const element of frame.elements) {
    const rank = RANKS.get(element.tag);
    if (rank === undefined) continue;
    if (rank <= last) {
      throw new CodecError(
        `element ${hexByte(element.tag)} at offset ${element.offset} stands twice or too late`,
      );
    }
    last = rank;
    Object.assign(fields, decodeElement(bytes, element));
  }
  const { epsem } = fields;
  if (epsem === undefined) throw new CodecError('user information (be) is missing in the APDU');
  return { ...fields, epsem, frame };
}

const RANKS = new Map<number, number>(
  Object.values(ELEMENT_TAGS).map((tag, index) => [tag, index]),
);

function decodeElement(bytes: Uint8Array, element: BerElement): Partial<ApduFields> {
  const end = element.offset + element.raw.length;
  const reader = new BerReader(bytes, end - element.content.length, end);
  const fields = decodeMeaning(element.tag, reader);
  reader.end(`element ${hexByte(element.tag)}`);
  return fields;
}

function decodeMeaning(tag: number, reader: BerReader): Partial<ApduFields> {
  switch (tag) {
    case ELEMENT_TAGS.applicationContext:
      return { applicationContext: ApTitle.read(reader, 'application context') };
    case ELEMENT_TAGS.called:
      return { called: ApTitle.read(reader, 'called ApTitle') };
    case ELEMENT_TAGS.calledInvocation:
      return { calledInvocation: reader.unsigned('called invocation id') };
    case ELEMENT_TAGS.calling:
      return { calling: ApTitle.read(reader, 'calling ApTitle') };
    case ELEMENT_TAGS.callingQualifier:
      return { qualifier: decodeQualifier(reader.unsigned('calling AE qualifier')) };
    case ELEMENT_TAGS.callingInvocation:
      return { callingInvocation: reader.unsigned('calling invocation id') };
    case ELEMENT_TAGS.mechanism:
      return { mechanism: reader.rest() };
    case ELEMENT_TAGS.authentication:
      return { authentication: decodeAuthentication(reader) };
    default:
      return decodeUserInformation(reader);
  }
}

function decodeQualifier(bits: number): ApduQualifier {
  return {
    test: (bits & QUALIFIER_BITS.test) !== 0,
    urgent: (bits & QUALIFIER_BITS.urgent) !== 0,
    notification: (bits & QUALIFIER_BITS.notification) !== 0,
  };
}

function decodeAuthentication(reader: BerReader): SecurityParameters {
  const external = reader.inside('authentication value', AUTHENTICATION_TAGS.external);
  const single = external.inside('authentication encoding', AUTHENTICATION_TAGS.single);
  const own = single.inside('C12.22 authentication', AUTHENTICATION_TAGS.c1222);
  const key = own.inside('key id', AUTHENTICATION_TAGS.keyId);
  const keyId = key.octet('key id');
  const vector = own.inside('IV', AUTHENTICATION_TAGS.iv);
  const iv = vector.fixed('IV', IV_LENGTH);
  for (const [part, what] of [
    [key, 'key id'],
    [vector, 'IV'],
    [own, 'C12.22 authentication'],
    [single, 'authentication encoding'],
    [external, 'authentication value'],
  ] as const) {
    part.end(what);
  }
  return { keyId, iv };
}

function decodeUserInformation(reader: BerReader): Partial<ApduFields> {
  const external = reader.inside('user information', EXTERNAL_TAG);
  const reference =
    external.peek() === INTEGER_TAG
      ? { indirectReference: external.unsigned('indirect reference') }
      : {};
  const epsem = external.inside('EPSEM', OCTET_ALIGNED_TAG).rest();
  external.end('user information');
  return { ...reference, epsem };
}

/** The bytes of an APDU, as short as BER has them. @throws CodecError when a value does not fit */
export function encodeApdu(fields: ApduFields): Uint8Array {
  const writer = new BerWriter();
  encodeUserInformation(writer, fields);
  if (fields.authentication !== undefined) encodeAuthentication(writer, fields.authentication);
  if (fields.mechanism !== undefined) {
    const mark = writer.written;
    writer.bytes(fields.mechanism).wrap('mechanism', ELEMENT_TAGS.mechanism, mark);
  }
  encodeInteger(writer, 'callingInvocation', fields.callingInvocation);
  if (fields.qualifier !== undefined) {
    encodeInteger(writer, 'callingQualifier', encodeQualifier(fields.qualifier));
  }
  encodeTitle(writer, 'calling', fields.calling);
  encodeInteger(writer, 'calledInvocation', fields.calledInvocation);
  encodeTitle(writer, 'called', fields.called);
  encodeTitle(writer, 'applicationContext', fields.applicationContext);
  return writer.wrap('APDU', APDU_TAG, 0).finish();
}

function encodeUserInformation(writer: BerWriter, fields: ApduFields): void {
  const { epsem, indirectReference } = fields;
  writer.bytes(epsem).wrap('EPSEM', OCTET_ALIGNED_TAG, 0);
  if (indirectReference !== undefined) writer.unsigned('indirect reference', indirectReference);
  writer.wrap('user information', EXTERNAL_TAG, 0);
  writer.wrap('user information', ELEMENT_TAGS.userInformation, 0);
}

function encodeAuthentication(writer: BerWriter, { keyId, iv }: SecurityParameters): void {
  const tags = AUTHENTICATION_TAGS;
  const mark = writer.written;
  writer.fixed('IV', iv, IV_LENGTH).octet(IV_LENGTH).octet(tags.iv);
  writer.fixed('key id', keyId, 1).octet(1).octet(tags.keyId);
  for (const tag of [tags.c1222, tags.single, tags.external, ELEMENT_TAGS.authentication]) {
    writer.wrap('authentication value', tag, mark);
  }
}

export function encodeQualifier(qualifier: ApduQualifier): number {
  const { test, urgent, notification } = QUALIFIER_BITS;
  return (
    (qualifier.test === true ? test : 0) |
    (qualifier.urgent === true ? urgent : 0) |
    (qualifier.notification === true ? notification : 0)
  );
}

function encodeInteger(
  writer: BerWriter,
  element: 'calledInvocation' | 'callingInvocation' | 'callingQualifier',
  value: number | undefined,
): void {
  if (value === undefined) return;
  const mark = writer.written;
  writer.unsigned(element, value).wrap(element, ELEMENT_TAGS[element], mark);
}

function encodeTitle(
  writer: BerWriter,
  element: 'applicationContext' | 'called' | 'calling',
  title: ApTitle | undefined,
): void {
  if (title === undefined) return;
  const mark = writer.written;
  writer.bytes(title.uid).wrap(element, ELEMENT_TAGS[element], mark);
}

/**
 * The head of the answer to a request: caller and called change places, and the request's
 * invocation id comes back as the called one.
 */
export function answerHead(request: ApduHead, callingInvocation: number): ApduHead {
  return {
    ...(request.calling && { called: request.calling }),
    ...(request.callingInvocation !== undefined && { calledInvocation: request.callingInvocation }),
    ...(request.called && { calling: request.called }),
    callingInvocation,
  };
}
