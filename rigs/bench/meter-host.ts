import { createHash } from 'node:crypto';
import { createMeterHost } from '../../devices/meter/face/table-host.ts';
import type { TableHost } from '../../devices/protocol/psem/table-host.ts';
import type { BenchPhysics } from './physics.ts';

/** The tables of the meter in the socket, for a face that serves them. */
export function hostOfMeter(
  physics: BenchPhysics,
  serial: string,
  password: Uint8Array,
): TableHost {
  return createMeterHost({
    meters: physics.meters,
    row: physics.row,
    serial,
    password,
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    give: (input) => physics.give(input),
  });
}
