/**
 * How an association is opened and released: AARQ, AARE, RLRQ and RLRE (ISO/IEC 15953; Green Book
 * 9.4.2), in BER.
 */
import { CodecError } from '../bytes/codec-error.ts';
import { BerReader, BerWriter, hexByte } from '../c12-22/ber.ts';
import { nameOf } from './axdr.ts';
import type { Report } from './finding.ts';

/** Last arc of 2.16.756.5.8.1: how objects are named, and whether APDUs are ciphered. */
export const APPLICATION_CONTEXTS = {
  'logical-name': 1,
  'short-name': 2,
  'logical-name-ciphered': 3,
  'short-name-ciphered': 4,
} as const;
/** Last arc of 2.16.756.5.8.2. */
export const MECHANISMS = {
  lowest: 0,
  low: 1,
  high: 2,
  'high-md5': 3,
  'high-sha1': 4,
  'high-gmac': 5,
  'high-sha256': 6,
  'high-ecdsa': 7,
} as const;
export const ASSOCIATION_RESULTS = {
  accepted: 0,
  'rejected-permanent': 1,
  'rejected-transient': 2,
} as const;
/** Diagnostics of the ACSE service user; providers have others: 0 null, 1 no reason, 2 no common version. */
export const USER_DIAGNOSTICS = {
  null: 0,
  'no-reason-given': 1,
  'application-context-name-not-supported': 2,
  'authentication-mechanism-name-not-recognised': 11,
  'authentication-mechanism-name-required': 12,
  'authentication-failure': 13,
  'authentication-required': 14,
} as const;

export type ApplicationContext = keyof typeof APPLICATION_CONTEXTS;
export type Mechanism = keyof typeof MECHANISMS;
export type AssociationResult = keyof typeof ASSOCIATION_RESULTS;

/** Names that are none of the standard's are 'other': a server answers them with a diagnostic. */
export interface Aarq {
  readonly acse: 'aarq';
  readonly context: ApplicationContext | 'other';
  /** Calling-AP-title: eight octets with ciphering. */
  readonly callingSystemTitle: Uint8Array | null;
  /** Null without authentication. */
  readonly mechanism: Mechanism | 'other' | null;
  /** Password or challenge. */
  readonly authenticationValue: Uint8Array | null;
  /** The xDLMS initiate APDU, ciphered or not. */
  readonly userInformation: Uint8Array | null;
}

export interface Aare {
  readonly acse: 'aare';
  readonly context: ApplicationContext | 'other';
  readonly result: AssociationResult;
  readonly diagnostic: { readonly source: 'user' | 'provider'; readonly code: number };
  readonly respondingSystemTitle: Uint8Array | null;
  readonly mechanism: Mechanism | 'other' | null;
  /** The server's challenge. */
  readonly authenticationValue: Uint8Array | null;
  readonly userInformation: Uint8Array | null;
}

/** Release request and response. Reason: 0 normal, 1 urgent or not finished, 30 user defined. */
export interface Release {
  readonly acse: 'rlrq' | 'rlre';
  readonly reason: number | null;
  readonly userInformation: Uint8Array | null;
}

export type AcseApdu = Aarq | Aare | Release;

const APDU_TAGS = { aarq: 0x60, aare: 0x61, rlrq: 0x62, rlre: 0x63 } as const;

/** Elements in the order in which an APDU has them. AARQ and AARE number some of them differently. */
const TAGS = {
  protocolVersion: 0x80,
  context: 0xa1,
  result: 0xa2,
  diagnostic: 0xa3,
  userInformation: 0xbe,
} as const;
const AARQ_TAGS = {
  systemTitle: 0xa6,
  requirements: 0x8a,
  mechanism: 0x8b,
  authenticationValue: 0xac,
} as const;
const AARE_TAGS = {
  systemTitle: 0xa4,
  requirements: 0x88,
  mechanism: 0x89,
  authenticationValue: 0xaa,
} as const;
const REASON_TAG = 0x80;
const OBJECT_IDENTIFIER_TAG = 0x06;
const OCTET_STRING_TAG = 0x04;
/** Authentication-value: the choice of a GraphicString. */
const CHARSTRING_TAG = 0x80;
const DIAGNOSTIC_SOURCES = { user: 0xa1, provider: 0xa2 } as const;
/** ACSE requirements as BIT STRING: seven unused bits, and the one for authentication. */
const AUTHENTICATION_REQUIRED = Uint8Array.of(0x07, 0x80);
/** 2.16.756.5.8 in BER, before the arc of contexts or mechanisms. */
const DLMS_ARCS = [0x60, 0x85, 0x74, 0x05, 0x08] as const;
const CONTEXT_ARC = 1;
const MECHANISM_ARC = 2;

/** Whether these octets begin like an ACSE APDU, rather than one of xDLMS. */
export function isAcse(octets: Uint8Array): boolean {
  const [tag = 0] = octets;
  return tag >= APDU_TAGS.aarq && tag <= APDU_TAGS.rlre;
}

/** @throws CodecError when a value cannot be sent ('other' has no octets) */
export function encodeAcse(apdu: AcseApdu): Uint8Array {
  const writer = new BerWriter();
  switch (apdu.acse) {
    case 'aarq':
      writeUserInformation(writer, apdu.userInformation);
      writeAuthentication(writer, AARQ_TAGS, apdu);
      writeWrapped(writer, AARQ_TAGS.systemTitle, OCTET_STRING_TAG, apdu.callingSystemTitle);
      writeContext(writer, apdu.context);
      break;
    case 'aare':
      writeUserInformation(writer, apdu.userInformation);
      writeAuthentication(writer, AARE_TAGS, apdu);
      writeWrapped(writer, AARE_TAGS.systemTitle, OCTET_STRING_TAG, apdu.respondingSystemTitle);
      writeDiagnostic(writer, apdu.diagnostic);
      writeResult(writer, apdu.result);
      writeContext(writer, apdu.context);
      break;
    case 'rlrq':
    case 'rlre':
      writeUserInformation(writer, apdu.userInformation);
      if (apdu.reason !== null) writeReason(writer, apdu.reason);
      break;
  }
  return writer.wrap(apdu.acse, APDU_TAGS[apdu.acse], 0).finish();
}

/**
 * Reads one ACSE APDU that fills the octets. Elements that are not known are skipped.
 * @param report takes a peer's faults; without it a release response that is broken is refused
 * @throws CodecError
 */
export function decodeAcse(octets: Uint8Array, report?: Report): AcseApdu {
  const reader = new BerReader(octets);
  const tag = reader.peek() ?? reader.octet('ACSE tag');
  const acse = nameOf('ACSE tag', APDU_TAGS, tag);
  try {
    const elements = readElements(reader, acse);
    switch (acse) {
      case 'aarq':
        return readAarq(elements);
      case 'aare':
        return readAare(elements, report);
      case 'rlrq':
      case 'rlre':
        return readRelease(acse, elements);
    }
  } catch (error) {
    if (acse !== 'rlre' || report === undefined || !(error instanceof CodecError)) throw error;
    report({ name: 'broken-release-response', detail: error.message });
    return { acse, reason: null, userInformation: null };
  }
}

/** Elements of an APDU by their tag. */
class Elements {
  readonly #contents: ReadonlyMap<number, Uint8Array>;

  constructor(contents: ReadonlyMap<number, Uint8Array>) {
    this.#contents = contents;
  }

  has(tag: number): boolean {
    return this.#contents.has(tag);
  }

  optional(tag: number): BerReader | null {
    const content = this.#contents.get(tag);
    return content === undefined ? null : new BerReader(content);
  }

  /** @throws CodecError when there is none */
  wanted(field: string, tag: number): BerReader {
    const content = this.optional(tag);
    if (content === null) throw new CodecError(`${field}: element ${hexByte(tag)} is missing`);
    return content;
  }
}

function readElements(reader: BerReader, acse: keyof typeof APDU_TAGS): Elements {
  const body = reader.inside(acse, APDU_TAGS[acse]);
  reader.end(acse);
  const contents = new Map<number, Uint8Array>();
  while (body.left > 0) {
    const { tag, content, offset } = body.element(acse);
    if (contents.has(tag)) {
      throw new CodecError(`${acse}: element ${hexByte(tag)} stands twice, at offset ${offset}`);
    }
    contents.set(tag, content);
  }
  return new Elements(contents);
}

function readAarq(elements: Elements): Aarq {
  return {
    acse: 'aarq',
    context: readContext(elements),
    callingSystemTitle: readWrapped(elements, AARQ_TAGS.systemTitle, OCTET_STRING_TAG),
    mechanism: readMechanism(elements, AARQ_TAGS.mechanism),
    authenticationValue: readWrapped(elements, AARQ_TAGS.authenticationValue, CHARSTRING_TAG),
    userInformation: readWrapped(elements, TAGS.userInformation, OCTET_STRING_TAG),
  };
}

function readAare(elements: Elements, report?: Report): Aare {
  if (elements.has(TAGS.protocolVersion)) {
    report?.({ name: 'aare-with-protocol-version', detail: 'the default is sent' });
  }
  const result = elements.wanted('result', TAGS.result).unsigned('result');
  return {
    acse: 'aare',
    context: readContext(elements),
    result: nameOf('result', ASSOCIATION_RESULTS, result),
    diagnostic: readDiagnostic(elements.wanted('diagnostic', TAGS.diagnostic)),
    respondingSystemTitle: readWrapped(elements, AARE_TAGS.systemTitle, OCTET_STRING_TAG),
    mechanism: readMechanism(elements, AARE_TAGS.mechanism),
    authenticationValue: readWrapped(elements, AARE_TAGS.authenticationValue, CHARSTRING_TAG),
    userInformation: readWrapped(elements, TAGS.userInformation, OCTET_STRING_TAG),
  };
}

function readRelease(acse: Release['acse'], elements: Elements): Release {
  return {
    acse,
    reason: elements.optional(REASON_TAG)?.octet('reason') ?? null,
    userInformation: readWrapped(elements, TAGS.userInformation, OCTET_STRING_TAG),
  };
}

/** Octets that stand with a tag of their own within an element; null without the element. */
function readWrapped(elements: Elements, tag: number, innerTag: number): Uint8Array | null {
  const element = elements.optional(tag);
  if (element === null) return null;
  const field = `content of ${hexByte(tag)}`;
  const inner = element.inside(field, innerTag);
  element.end(field);
  return inner.copy(field, inner.left);
}

function writeWrapped(
  writer: BerWriter,
  tag: number,
  innerTag: number,
  octets: Uint8Array | null,
): void {
  if (octets === null) return;
  const mark = writer.written;
  writer.bytes(octets).wrap('octets', innerTag, mark).wrap('element', tag, mark);
}

function writeUserInformation(writer: BerWriter, octets: Uint8Array | null): void {
  writeWrapped(writer, TAGS.userInformation, OCTET_STRING_TAG, octets);
}

function readContext(elements: Elements): ApplicationContext | 'other' {
  const field = 'application-context-name';
  const element = elements.wanted(field, TAGS.context);
  const identifier = element.inside(field, OBJECT_IDENTIFIER_TAG).rest();
  return nameUnder(CONTEXT_ARC, APPLICATION_CONTEXTS, identifier);
}

function writeContext(writer: BerWriter, context: ApplicationContext | 'other'): void {
  if (context === 'other') throw new CodecError('application-context-name: no name of DLMS');
  const mark = writer.written;
  writeIdentifier(writer, CONTEXT_ARC, APPLICATION_CONTEXTS[context]);
  writer
    .wrap('application-context-name', OBJECT_IDENTIFIER_TAG, mark)
    .wrap('application-context-name', TAGS.context, mark);
}

function readMechanism(elements: Elements, tag: number): Mechanism | 'other' | null {
  const identifier = elements.optional(tag)?.rest();
  return identifier === undefined ? null : nameUnder(MECHANISM_ARC, MECHANISMS, identifier);
}

function writeAuthentication(
  writer: BerWriter,
  tags: typeof AARQ_TAGS | typeof AARE_TAGS,
  { mechanism, authenticationValue }: Aarq | Aare,
): void {
  writeWrapped(writer, tags.authenticationValue, CHARSTRING_TAG, authenticationValue);
  if (mechanism === null) return;
  if (mechanism === 'other') throw new CodecError('mechanism-name: no name of DLMS');
  const mark = writer.written;
  writeIdentifier(writer, MECHANISM_ARC, MECHANISMS[mechanism]);
  writer.wrap('mechanism-name', tags.mechanism, mark);
  const before = writer.written;
  writer.bytes(AUTHENTICATION_REQUIRED).wrap('acse-requirements', tags.requirements, before);
}

function nameUnder<Name extends string>(
  arc: number,
  names: Readonly<Record<Name, number>>,
  identifier: Uint8Array,
): Name | 'other' {
  const expected = [...DLMS_ARCS, arc];
  const isOurs =
    identifier.length === expected.length + 1 &&
    expected.every((octet, index) => identifier[index] === octet);
  if (!isOurs) return 'other';
  for (const name in names) if (names[name] === identifier.at(-1)) return name;
  return 'other';
}

function writeIdentifier(writer: BerWriter, arc: number, last: number): void {
  writer.bytes(Uint8Array.of(...DLMS_ARCS, arc, last));
}

function writeResult(writer: BerWriter, result: AssociationResult): void {
  const mark = writer.written;
  writer.unsigned('result', ASSOCIATION_RESULTS[result]).wrap('result', TAGS.result, mark);
}

function readDiagnostic(element: BerReader): Aare['diagnostic'] {
  const field = 'result-source-diagnostic';
  const { tag, content } = element.element(field);
  return {
    source: nameOf(field, DIAGNOSTIC_SOURCES, tag),
    code: new BerReader(content).unsigned(field),
  };
}

function writeDiagnostic(writer: BerWriter, { source, code }: Aare['diagnostic']): void {
  const mark = writer.written;
  writer
    .unsigned('diagnostic', code)
    .wrap('diagnostic', DIAGNOSTIC_SOURCES[source], mark)
    .wrap('diagnostic', TAGS.diagnostic, mark);
}

function writeReason(writer: BerWriter, reason: number): void {
  const mark = writer.written;
  writer.fixed('reason', reason, 1).wrap('reason', REASON_TAG, mark);
}
