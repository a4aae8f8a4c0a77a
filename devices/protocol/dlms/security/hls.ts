/**
 * High-level authentication with GMAC, mechanism 5 (Green Book 9.2.7.2): each side proves that it has
 * the keys by a tag over the other's challenge.
 */
import { ByteReader } from '../../bytes/byte-reader.ts';
import { TAG_OCTETS } from './gcm-native.ts';
import { initialisationVector, writeCounter } from './system-title.ts';
import type { SecurityKeys } from './types.ts';

/** Security control: authenticated only. */
const CONTROL = 0x10;
const PROOF_OCTETS = 5 + TAG_OCTETS;
const NO_TEXT = new Uint8Array();

/** Whose keys prove what, and over which challenge of the other side. */
export interface GmacProof {
  readonly keys: SecurityKeys;
  /** Of the side that proves itself. */
  readonly systemTitle: Uint8Array;
  /** What the other side sent: StoC for the client's proof, CtoS for the server's. */
  readonly challenge: Uint8Array;
}

/**
 * f(challenge): security control, invocation counter, tag.
 * @param counter one of its own: that of the ciphered APDU around would be used twice
 * @throws CodecError when title or counter do not fit
 */
export function makeGmacProof(proof: GmacProof, counter: number): Uint8Array {
  const iv = initialisationVector(proof.systemTitle, counter);
  const made = new Uint8Array(PROOF_OCTETS);
  made[0] = CONTROL;
  writeCounter(made, 1, counter);
  made.set(proof.keys.cipher.seal(iv, additionalOf(proof), NO_TEXT), 5);
  return made;
}

/**
 * The invocation counter of a proof that is right; null when it is wrong. Whether the counter is new
 * is not decided here.
 * @throws CodecError when the system title does not fit
 */
export function checkGmacProof(proof: GmacProof, sent: Uint8Array): number | null {
  if (sent.length !== PROOF_OCTETS || sent[0] !== CONTROL) return null;
  const counter = new ByteReader(sent.subarray(1)).unsigned('counter', 4, 'big-endian');
  const iv = initialisationVector(proof.systemTitle, counter);
  const isRight = proof.keys.cipher.open(iv, additionalOf(proof), NO_TEXT, sent.subarray(5));
  return isRight ? counter : null;
}

function additionalOf({ keys, challenge }: GmacProof): Uint8Array {
  const key = keys.authenticationKey;
  const additional = new Uint8Array(1 + key.length + challenge.length);
  additional[0] = CONTROL;
  additional.set(key, 1);
  additional.set(challenge, 1 + key.length);
  return additional;
}
