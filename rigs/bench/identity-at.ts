import { type MeterIdentity, testIdentity } from '../../devices/domain/identity.ts';
import type { RigPosition } from '../rig-file.ts';

/** The test fleet's first meter, with the nameplate that the rig file tells of. */
export function identityAt({ dut }: RigPosition): MeterIdentity {
  const barcode = dut.barcode ?? `CENTRON-${dut.serial}`;
  return { ...testIdentity(0), serial: dut.serial, barcode };
}
