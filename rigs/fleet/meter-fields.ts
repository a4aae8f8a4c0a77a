import type { MeterIdentity } from '../../devices/domain/identity.ts';
import type { MeterSettings } from '../../devices/domain/northbound.ts';
import type { Meters } from '../../devices/meter/columns.ts';
import { moduleSnapshot } from '../../devices/meter/snapshot.ts';
import { parametersText, settingsText } from './canonical-text.ts';
import type { MeterFields } from './fleet.ts';

/** Settings that make the module say something by itself when a value leaves a range. REG-12 */
const THRESHOLDS = [
  'declareAfterMs',
  'restoreAfterMs',
  'clockLowerMs',
  'clockUpperMs',
] as const satisfies readonly (keyof MeterSettings)[];

/** What the module itself holds, of SNAPSHOT_FIELDS.meter. `identity` is what it tells of itself. */
export function meterFields(
  meters: Meters,
  row: number,
  nowNs: number,
  identity: MeterIdentity,
): MeterFields {
  const { state, parameters, settings, registeredTo } = moduleSnapshot(meters, row, nowNs);
  return {
    state,
    serial: identity.serial,
    barcode: identity.barcode,
    iccId: identity.iccId,
    msisdn: identity.msisdn,
    moduleVersion: identity.moduleVersion,
    parametersSet: Object.keys(parameters).length,
    parameters: parametersText(parameters),
    registeredTo: registeredTo ?? '',
    settings: settingsText(settings),
    schedules: settings.pushEveryMinutes > 0 ? 1 : 0,
    thresholds: THRESHOLDS.filter((name) => settings[name] !== null).length,
  };
}
