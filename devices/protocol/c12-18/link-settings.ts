import { NS_PER_MS, NS_PER_S } from '../../domain/time.ts';

/** Which of the two standards is spoken over packets of this shape: an optical port, or a modem. */
export type PacketStandard = 'c12-18' | 'c12-21';

/** What both ends of a line go by; `bitsPerSecond` is what time-outs allow for a packet's length. */
export interface LinkSettings {
  readonly interCharacterNs: number;
  readonly responseNs: number;
  readonly retries: number;
  readonly bitsPerSecond: number;
  /**
   * C12.21 with several devices on a line: the number of the one that is spoken with. Packets of
   * other numbers are then not heard. Null: two on a line, the identity byte is sent as 00 and
   * not looked at.
   */
  readonly deviceNumber: number | null;
}

/** Times until something else is agreed [Elster, NIST]; `trafficNs` is the silence that ends a session. */
export const PACKET_DEFAULTS: Readonly<
  Record<PacketStandard, LinkSettings & { readonly trafficNs: number }>
> = {
  'c12-18': {
    interCharacterNs: 500 * NS_PER_MS,
    responseNs: 2 * NS_PER_S,
    trafficNs: 6 * NS_PER_S,
    retries: 3,
    bitsPerSecond: 9600,
    deviceNumber: null,
  },
  'c12-21': {
    interCharacterNs: NS_PER_S,
    responseNs: 4 * NS_PER_S,
    trafficNs: 30 * NS_PER_S,
    retries: 3,
    bitsPerSecond: 9600,
    deviceNumber: null,
  },
};
