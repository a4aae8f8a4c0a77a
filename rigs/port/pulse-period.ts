import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { ActionOf } from './action.ts';
import { type Connection, connectionOf } from './connection.ts';

/**
 * Nominal time between two pulses of the test LED, ns: Kh x 3600 / P, P = elements x V x I x PF.
 * Null where no power flows.
 */
export function pulsePeriodNs(
  load: ActionOf<'apply-load'> | null,
  profile: MeterProfile,
  connection: Connection | undefined,
): number | null {
  if (load === null) return null;
  const seen = (load.currentMilliAmps * load.voltageMilliVolts * load.powerFactorPpm) / 1e12;
  const watts = seen * connectionOf(connection, profile).elements;
  return watts > 0 ? (profile.khWattHours * 3600e9) / watts : null;
}
