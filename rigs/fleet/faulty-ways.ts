import { seedOf } from '../../devices/domain/chance.ts';
import { FaultyLink, type LinkFaultsBothWays } from '../wrap/faulty-link.ts';
import type { Host } from './fleet.ts';

/** Where datagrams go between a shard's carrier and its socket. */
export interface Ways {
  readonly toHost: (index: number, to: Host, bytes: Uint8Array) => void;
  readonly toCarrier: (index: number, attach: number | null, from: Host, bytes: Uint8Array) => void;
}

interface Up {
  readonly index: number;
  readonly to: Host;
  readonly bytes: Uint8Array;
}

interface Down {
  readonly index: number;
  readonly attach: number | null;
  readonly from: Host;
  readonly bytes: Uint8Array;
}

/** The same ways with faults of the network in between; each meter has an order of its own. */
export function withFaults(ways: Ways, faults: LinkFaultsBothWays, seed: number): Ways {
  const up = new FaultyLink<Up>(
    faults.up ?? {},
    seedOf(seed, 'faults up'),
    ({ index, to, bytes }) => ways.toHost(index, to, bytes),
    ({ index }) => index,
  );
  const down = new FaultyLink<Down>(
    faults.down ?? {},
    seedOf(seed, 'faults down'),
    ({ index, attach, from, bytes }) => ways.toCarrier(index, attach, from, bytes),
    ({ index }) => index,
  );
  return {
    toHost: (index, to, bytes) => up.pass({ index, to, bytes }),
    toCarrier: (index, attach, from, bytes) => down.pass({ index, attach, from, bytes }),
  };
}
