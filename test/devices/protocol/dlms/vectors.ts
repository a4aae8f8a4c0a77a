import { readFileSync } from 'node:fs';
import { fromHex } from '../../../../devices/protocol/bytes/hex.ts';
import { createGcmCipher } from '../../../../devices/protocol/dlms/security/gcm.ts';
import type { SecurityKeys } from '../../../../devices/protocol/dlms/security/types.ts';

/** Public DLMS vectors; all bytes are upper-case hexadecimal text. */
interface DlmsVectors {
  readonly crypto: readonly CryptoVector[];
  readonly acse: readonly (Named & { readonly apdu: string; readonly response?: string })[];
  readonly apdu: readonly (Named & { readonly apdu: string })[];
  readonly wrapper: readonly (Named & {
    readonly frame: string;
    readonly source_wport: number;
    readonly destination_wport: number;
    readonly length: number;
  })[];
  readonly date_time: readonly { readonly octets: string; readonly means: string }[];
  readonly push: readonly (Named & { readonly frame?: string; readonly pattern?: string })[];
  readonly captured: Readonly<Record<Peer, { readonly exchanges: readonly Exchange[] }>>;
}

interface Named {
  readonly name: string;
}

/** Which fields there are depends on what it is about. */
export interface CryptoVector extends Named {
  readonly ek?: string;
  readonly ak?: string;
  readonly system_title?: string;
  readonly invocation_counter?: string;
  readonly security_control?: string;
  readonly iv?: string;
  readonly aad?: string;
  readonly plaintext?: string;
  readonly apdu?: string;
  readonly challenge?: string;
  readonly f?: string;
  readonly kek?: string;
  readonly key?: string;
  readonly wrapped?: string;
  readonly action_request?: string;
  readonly action_response?: string;
  readonly in_aarq?: string;
}

export type Peer = 'gurux_c_server' | 'jdlms_server' | 'gurux_java_simulator';

export interface Exchange extends Named {
  readonly client: number;
  readonly request: string;
  /** Hexadecimal text, or words in brackets when there was no answer. */
  readonly response: string;
  readonly response_plain?: string;
}

export const DLMS = JSON.parse(
  readFileSync(new URL('../../../vectors/dlms.json', import.meta.url), 'utf8'),
) as DlmsVectors;

/** Keys of the Green Book's examples, which the captured peers were given, too. */
const EK = '000102030405060708090A0B0C0D0E0F';
const AK = 'D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF';

export function keysOf({ ek = EK, ak = AK }: { ek?: string; ak?: string } = {}): SecurityKeys {
  return { cipher: createGcmCipher(fromHex(ek)), authenticationKey: fromHex(ak) };
}

/** @throws when there is none: a test must not pass without its vector */
export function cryptoNamed(name: string): Required<CryptoVector> {
  const found = DLMS.crypto.find((vector) => vector.name.startsWith(name));
  if (found === undefined) throw new Error(`no crypto vector begins with '${name}'`);
  return found as Required<CryptoVector>;
}

export const PEERS: readonly Peer[] = ['gurux_c_server', 'jdlms_server', 'gurux_java_simulator'];

export function exchangesOf(peer: Peer): readonly Exchange[] {
  return DLMS.captured[peer].exchanges;
}

/** Whether an answer is bytes, and not words about what happened instead. */
export function isHex(text: string): boolean {
  return /^(?:[0-9A-F]{2})+$/.test(text);
}
