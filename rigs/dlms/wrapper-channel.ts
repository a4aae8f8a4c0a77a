import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { decodeWpdu, type Wpdu, WrapperReceiver } from '../../devices/protocol/dlms/wrapper.ts';
import type { UdpAddress } from '../fleet/udp-link.ts';
import { type MessageChannel, openMessageChannel } from '../network/apdu-channel.ts';

/** A way that carries DLMS APDUs in their wrapper (IEC 62056-47). */
export type WrapperChannel = MessageChannel<Wpdu>;

/** Dials out. @throws BenchError when nobody is there */
export function openWrapperTcp(address: UdpAddress): Promise<WrapperChannel> {
  return openMessageChannel(address, new WrapperReceiver());
}

/** The unit that fills a datagram; null when it does not. */
export function wpduIn(datagram: Uint8Array): Wpdu | null {
  try {
    return decodeWpdu(datagram);
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
