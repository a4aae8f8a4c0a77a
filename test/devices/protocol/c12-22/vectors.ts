import { readFileSync } from 'node:fs';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import type { SecurityParameters } from '../../../../devices/protocol/c12-22/apdu.ts';
import { createEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime.ts';
import type { Keyring } from '../../../../devices/protocol/c12-22/secure-apdu.ts';

/** Bytes are hexadecimal text throughout. */
interface C1222Vectors {
  readonly eax_prime: readonly EaxPrimeVector[];
  readonly c1222_apdus: readonly (ClearVector | ProtectedVector)[];
  readonly c1222_clear_services: {
    readonly apdus: Readonly<Record<string, ServiceVector>>;
  };
}

export interface EaxPrimeVector {
  readonly name: string;
  readonly key: string;
  readonly cleartext: string;
  readonly plaintext: string;
  readonly ciphertext: string;
  readonly mac: string;
  readonly L: string;
  readonly D: string;
  readonly Q: string;
}

interface ClearVector {
  readonly name: string;
  readonly apdu: string;
  readonly mode: 'clear';
  readonly epsemControl: string;
  readonly called: string;
  readonly calling: string;
  readonly calledInvocation?: number;
  readonly callingInvocation: number;
  /** The services, deciphered, without control byte and MAC. */
  readonly epsem: string;
}

export interface ProtectedVector extends Omit<ClearVector, 'mode'> {
  readonly mode: 'auth' | 'cipher+auth';
  readonly key: string;
  readonly keyId: number;
  readonly iv: string;
  readonly canonified: string;
  readonly mac: string;
}

interface ServiceVector {
  readonly apdu: string;
  readonly called: string;
  readonly calling: string;
  readonly invocation: number;
  /** With the length before it. */
  readonly service: string;
}

const VECTORS = JSON.parse(
  readFileSync(new URL('../../../vectors/ansi-c12.json', import.meta.url), 'utf8'),
) as C1222Vectors;

export const EAX_PRIME = VECTORS.eax_prime;
export const APDUS = VECTORS.c1222_apdus;
export const PROTECTED_APDUS = APDUS.filter((one): one is ProtectedVector => one.mode !== 'clear');
export const CLEAR_SERVICES = Object.entries(VECTORS.c1222_clear_services.apdus).map(
  ([name, vector]) => ({ name, ...vector }),
);

export function parametersOf({ keyId, iv }: ProtectedVector): SecurityParameters {
  return { keyId, iv: Number.parseInt(iv, 16) };
}

/** A keyring that has this key for every node, and remembers the vector's key id and IV. */
export function keyringOf(vector: ProtectedVector, key = vector.key): Keyring {
  return {
    cipher: (keyId) => (keyId === vector.keyId ? createEaxPrimeCipher(fromHex(key)) : undefined),
    session: () => parametersOf(vector),
  };
}

/** The key with one bit turned over. */
export function wrongKey(key: string): string {
  return `${key.slice(0, -1)}${(Number.parseInt(key.slice(-1), 16) ^ 1).toString(16)}`;
}
