/**
 * Sees each datagram between a meter and a server: when (ns of the run), whose, which way, and
 * which server's.
 */
export type Tap = (
  atNs: number,
  index: number,
  direction: 'up' | 'down',
  host: 'head-end' | 'configuration-server',
  bytes: Uint8Array,
) => void;
