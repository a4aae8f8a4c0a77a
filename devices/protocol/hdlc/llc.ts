/** The LLC sub-layer of DLMS over HDLC (IEC 62056-46, 5.3): three octets in front of each APDU. */
import { CodecError } from '../bytes/codec-error.ts';
import { concatenate } from '../bytes/concatenate.ts';
import { toHex } from '../bytes/hex.ts';

/** Destination SAP, source SAP, quality: the fixed octets of a command and of a response. */
const HEADERS = {
  command: Uint8Array.of(0xe6, 0xe6, 0x00),
  response: Uint8Array.of(0xe6, 0xe7, 0x00),
} as const;

export type LlcHeader = keyof typeof HEADERS;

export function withLlc(header: LlcHeader, apdu: Uint8Array): Uint8Array {
  return concatenate([HEADERS[header], apdu]);
}

/** The APDU behind its header. @throws CodecError when the header is none of those that are allowed */
export function withoutLlc(allowed: readonly LlcHeader[], information: Uint8Array): Uint8Array {
  const header = information.subarray(0, HEADERS.command.length);
  const isAllowed = allowed.some((name) =>
    HEADERS[name].every((octet, at) => header[at] === octet),
  );
  if (isAllowed) return information.slice(header.length);
  const wanted = allowed.map((name) => toHex(HEADERS[name])).join(' or ');
  throw new CodecError(`LLC header: ${toHex(header)} came, ${wanted} was awaited`);
}
