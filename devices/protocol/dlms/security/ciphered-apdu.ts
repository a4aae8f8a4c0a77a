/**
 * Ciphered APDUs, both roles: sealed by who sends them, opened by who gets them. Green Book 9.2.7;
 * service-specific (glo-, ded-) and general forms of `COSEMpdu_GB83.asn`.
 */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { readLength, readOctets, writeLength, writeOctets } from '../axdr.ts';
import { APDU_TAGS } from '../apdu/tags.ts';
import { TAG_OCTETS } from './gcm-native.ts';
import { decodeSecurityControl, encodeSecurityControl, securitySuite } from './security-control.ts';
import { initialisationVector, SYSTEM_TITLE_OCTETS } from './system-title.ts';
import type { CipheredForm, SecurityControl, SecurityKeys } from './types.ts';

/** Tag and length, title with its length, security control, counter and authentication tag. */
export const CIPHERING_OCTETS_MOST = 4 + 9 + 5 + 12;

/** How an APDU is to be protected. */
export interface Protection {
  readonly form: CipheredForm;
  readonly control: SecurityControl;
  readonly keys: SecurityKeys;
  /** Of whom it comes from, eight octets. The general forms carry it. */
  readonly systemTitle: Uint8Array;
  /** Never the same twice under one key. */
  readonly counter: number;
}

/** What stands before the text of a ciphered APDU, and what is known of whom it comes from. */
export interface CipheredHead {
  readonly form: CipheredForm;
  readonly control: SecurityControl;
  readonly counter: number;
  /** The one that it carries, else the keyring's; null when there is neither. */
  readonly systemTitle: Uint8Array | null;
}

/** Where whoever opens an APDU finds what it needs. */
export interface Keyring {
  /** Title of the other side, as AARQ or AARE told: for forms that carry none. */
  readonly systemTitle: Uint8Array | null;
  keys(head: CipheredHead): SecurityKeys | undefined;
}

/**
 * What became of opening an APDU. Whether it is a replay, and whether its protection will do, is not
 * decided here: the head has counter and control.
 */
export type OpenedApdu =
  /** Nothing protects it. */
  | { readonly outcome: 'clear'; readonly apdu: Uint8Array }
  /** Its tag is right, or it is encrypted without one. */
  | (CipheredHead & { readonly outcome: 'good'; readonly apdu: Uint8Array })
  | (CipheredHead & { readonly outcome: Unopened });

export type Unopened =
  /** Another key, another title, or changed under way. */
  | 'bad-tag'
  | 'unknown-key'
  /** It carries no title and none is known. */
  | 'no-title'
  /** Another suite than 0, compression, or no protection at all. */
  | 'unsupported'
  /** Within is another service than its tag says. */
  | 'wrong-service';

const GENERAL_TAGS = { 'general-glo': 0xdb, 'general-ded': 0xdc } as const;

/** Services that have ciphered tags of their own; all others travel in general forms. */
const SERVICE_TAGS = [
  'initiate-request',
  'initiate-response',
  'confirmed-service-error',
  'get-request',
  'set-request',
  'event-notification',
  'action-request',
  'get-response',
  'set-response',
  'action-response',
] as const;
const LOWEST_LN_TAG = 0xc0;

interface TagMeaning {
  readonly form: CipheredForm;
  /** The plain tag that has to stand within; null for a general form. */
  readonly plain: number | null;
}

const MEANINGS: ReadonlyMap<number, TagMeaning> = new Map([
  ...SERVICE_TAGS.flatMap((service): [number, TagMeaning][] => {
    const plain = APDU_TAGS[service];
    return [
      [globalTag(plain), { form: 'glo', plain }],
      [dedicatedTag(plain), { form: 'ded', plain }],
    ];
  }),
  [GENERAL_TAGS['general-glo'], { form: 'general-glo', plain: null }],
  [GENERAL_TAGS['general-ded'], { form: 'general-ded', plain: null }],
]);

function globalTag(plain: number): number {
  return plain + (plain < LOWEST_LN_TAG ? 0x20 : 0x08);
}

function dedicatedTag(plain: number): number {
  return plain + (plain < LOWEST_LN_TAG ? 0x40 : 0x10);
}

/** The form in which a service can travel: one without a tag of its own goes in the general one. */
export function formFor(form: CipheredForm, plain: Uint8Array): CipheredForm {
  const tag = plain[0] ?? 0;
  switch (form) {
    case 'glo':
      return MEANINGS.get(globalTag(tag))?.plain === tag ? form : 'general-glo';
    case 'ded':
      return MEANINGS.get(dedicatedTag(tag))?.plain === tag ? form : 'general-ded';
    case 'general-glo':
    case 'general-ded':
      return form;
  }
}

export function isCiphered(octets: Uint8Array): boolean {
  return MEANINGS.has(octets[0] ?? 0);
}

/**
 * Makes a ciphered APDU of a plain one, which stays as it is.
 * @throws CodecError when the form has no tag for the service, or nothing is to be protected
 */
export function sealApdu(plain: Uint8Array, protection: Protection): Uint8Array {
  const { form, control, keys, systemTitle, counter } = protection;
  if (!isSupported(control)) throw new CodecError('security control: no protection of suite 0');
  const octet = encodeSecurityControl(control);
  const iv = initialisationVector(systemTitle, counter);
  const { text, tag } = ciphered(new Uint8Array(plain), octet, control, keys, iv);

  const writer = new ByteWriter();
  writeHead(writer, form, plain, systemTitle);
  writeLength(writer, 5 + text.length + tag.length);
  return writer
    .octet('security control', octet)
    .unsigned('invocation counter', counter, 4, 'big-endian')
    .bytes(text)
    .bytes(tag)
    .finish();
}

/**
 * Reads an APDU and, when it is ciphered, verifies and deciphers it. The octets stay as they are.
 * @throws CodecError when what begins like a ciphered APDU is none
 */
export function openApdu(octets: Uint8Array, keyring: Keyring): OpenedApdu {
  const meaning = MEANINGS.get(octets[0] ?? 0);
  if (meaning === undefined) return { outcome: 'clear', apdu: octets };
  const reader = new ByteReader(octets);
  reader.octet('APDU tag');
  const carried = meaning.plain === null ? readTitle(reader) : null;
  const content = new ByteReader(reader.view('ciphered service', readLength(reader, 'service')));
  reader.end('ciphered APDU');

  const octet = content.octet('security control');
  const head: CipheredHead = {
    form: meaning.form,
    control: decodeSecurityControl(octet),
    counter: content.unsigned('invocation counter', 4, 'big-endian'),
    systemTitle: carried ?? keyring.systemTitle,
  };
  return opened(head, octet, content, meaning, keyring);
}

function opened(
  head: CipheredHead,
  octet: number,
  content: ByteReader,
  meaning: TagMeaning,
  keyring: Keyring,
): OpenedApdu {
  if (securitySuite(octet) !== 0 || !isSupported(head.control)) {
    return { ...head, outcome: 'unsupported' };
  }
  const tagOctets = head.control.authenticated ? TAG_OCTETS : 0;
  const text = content.bytes('ciphered text', Math.max(0, content.left - tagOctets));
  const tag = content.view('authentication tag', tagOctets);
  if (head.systemTitle === null) return { ...head, outcome: 'no-title' };
  const keys = keyring.keys(head);
  if (keys === undefined) return { ...head, outcome: 'unknown-key' };
  const iv = initialisationVector(head.systemTitle, head.counter);
  if (!deciphered(text, tag, octet, head.control, keys, iv)) return { ...head, outcome: 'bad-tag' };
  if (meaning.plain !== null && text[0] !== meaning.plain) {
    return { ...head, outcome: 'wrong-service' };
  }
  return { ...head, outcome: 'good', apdu: text };
}

function isSupported({ authenticated, encrypted, compressed }: SecurityControl): boolean {
  return (authenticated || encrypted) && !compressed;
}

/** Works on the text in place. */
function ciphered(
  text: Uint8Array,
  octet: number,
  { authenticated, encrypted }: SecurityControl,
  { cipher, authenticationKey }: SecurityKeys,
  iv: Uint8Array,
): { text: Uint8Array; tag: Uint8Array } {
  if (!authenticated) {
    cipher.keyStream(iv, text);
    return { text, tag: NO_OCTETS };
  }
  return encrypted
    ? { text, tag: cipher.seal(iv, additional(octet, authenticationKey, NO_OCTETS), text) }
    : { text, tag: cipher.seal(iv, additional(octet, authenticationKey, text), NO_OCTETS) };
}

/** Works on the text in place. Whether the tag, where there is one, is right. */
function deciphered(
  text: Uint8Array,
  tag: Uint8Array,
  octet: number,
  { authenticated, encrypted }: SecurityControl,
  { cipher, authenticationKey }: SecurityKeys,
  iv: Uint8Array,
): boolean {
  if (!authenticated) {
    cipher.keyStream(iv, text);
    return true;
  }
  return encrypted
    ? cipher.open(iv, additional(octet, authenticationKey, NO_OCTETS), text, tag)
    : cipher.open(iv, additional(octet, authenticationKey, text), NO_OCTETS, tag);
}

const NO_OCTETS = new Uint8Array();

/** Security control and authentication key; and the text, when it is not encrypted. */
function additional(octet: number, authenticationKey: Uint8Array, text: Uint8Array): Uint8Array {
  const octets = new Uint8Array(1 + authenticationKey.length + text.length);
  octets[0] = octet;
  octets.set(authenticationKey, 1);
  octets.set(text, 1 + authenticationKey.length);
  return octets;
}

function writeHead(
  writer: ByteWriter,
  form: CipheredForm,
  plain: Uint8Array,
  systemTitle: Uint8Array,
): void {
  if (form === 'general-glo' || form === 'general-ded') {
    writer.octet('APDU tag', GENERAL_TAGS[form]);
    writeOctets(writer, systemTitle);
    return;
  }
  const tag = plain[0] ?? 0;
  const ownTag = form === 'glo' ? globalTag(tag) : dedicatedTag(tag);
  if (MEANINGS.get(ownTag)?.plain !== tag) {
    throw new CodecError(`${form}-ciphering: the APDU ${tag.toString(16)} has no such tag`);
  }
  writer.octet('APDU tag', ownTag);
}

/** Null when it is left empty, as both sides know it. */
function readTitle(reader: ByteReader): Uint8Array | null {
  const title = readOctets(reader, 'system title');
  if (title.length === 0) return null;
  if (title.length !== SYSTEM_TITLE_OCTETS) {
    throw new CodecError(
      `system title: ${SYSTEM_TITLE_OCTETS} octets wanted, ${title.length} found`,
    );
  }
  return title;
}
