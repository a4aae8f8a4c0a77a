import { NS_PER_S } from '../../domain/time.ts';
import type { PsemRequest, Timing } from '../psem/service.ts';
import { BAUD_CODE_9600, fastestCommon, speedOf } from './baud-codes.ts';
import type { LinkSettings } from './link-settings.ts';
import { PACKET_SIZE_DEFAULT, PACKET_SIZE_MAXIMUM } from './packet.ts';

/** What holds in a session; what a service grants holds once its answer was acknowledged. */
export interface Agreement {
  readonly packetSize: number;
  readonly packets: number;
  readonly baudCode: number;
  readonly link: LinkSettings;
  /** Silence after which the session is over. */
  readonly trafficNs: number;
}

/** What a device has to give. */
export interface Grantable {
  /** Greatest packet size and number of packets. */
  readonly packetSize: number;
  readonly packets: number;
  /** Speeds that its port can be set to. */
  readonly baudCodes: readonly number[];
}

/** Negotiate with one packet of this size could not carry any service. */
const PACKET_SIZE_MINIMUM = 16;

/** What holds before anything was agreed, and after every session. */
export function unnegotiated(link: LinkSettings, trafficNs: number): Agreement {
  const baudCode = BAUD_CODE_9600;
  return { packetSize: PACKET_SIZE_DEFAULT, packets: 1, baudCode, link, trafficNs };
}

/**
 * What Negotiate grants: no more than was asked for and no more than there is. Without a speed
 * that both have, or without any code in the request, the speed stays as it is.
 * @returns null when what was asked for cannot carry any service
 */
export function negotiated(
  present: Agreement,
  asked: Extract<PsemRequest, { service: 'negotiate' }>,
  device: Grantable,
): Agreement | null {
  if (asked.packetSize < PACKET_SIZE_MINIMUM || asked.packets === 0) return null;
  const baudCode = fastestCommon(asked.baudCodes, device.baudCodes) ?? present.baudCode;
  const bitsPerSecond = speedOf(baudCode) ?? present.link.bitsPerSecond;
  return {
    ...present,
    packetSize: Math.min(asked.packetSize, device.packetSize, PACKET_SIZE_MAXIMUM),
    packets: Math.min(asked.packets, device.packets),
    baudCode,
    link: { ...present.link, bitsPerSecond },
  };
}

/** What Timing setup grants: what was asked for, but no time of 0 s, in which nothing can happen. */
export function timed(present: Agreement, { timing }: { readonly timing: Timing }): Agreement {
  const { trafficS, interCharacterS, responseS, retries } = timing;
  return {
    ...present,
    trafficNs: Math.max(1, trafficS) * NS_PER_S,
    link: {
      ...present.link,
      interCharacterNs: Math.max(1, interCharacterS) * NS_PER_S,
      responseNs: Math.max(1, responseS) * NS_PER_S,
      retries,
    },
  };
}

/** The times of an agreement as the answer to Timing setup tells them. */
export function timingOf({ trafficNs, link }: Agreement): Timing {
  return {
    trafficS: trafficNs / NS_PER_S,
    interCharacterS: link.interCharacterNs / NS_PER_S,
    responseS: link.responseNs / NS_PER_S,
    retries: link.retries,
  };
}

/** An agreement at the speed of another. */
export function atSpeedOf(agreement: Agreement, { baudCode, link }: Agreement): Agreement {
  const { bitsPerSecond } = link;
  return { ...agreement, baudCode, link: { ...agreement.link, bitsPerSecond } };
}
