import { at } from './clock.ts';
import type { Meters } from './columns.ts';
import { MODE, type ModeName } from './end-device-columns.ts';

const MODE_NAMES = Object.keys(MODE) as readonly ModeName[];

/** Mode of a meter; one without the column group only meters. */
export function modeOf(meters: Meters, row: number): ModeName {
  const mode = meters.endDevice === null ? MODE.metering : at(meters.endDevice.mode, row);
  return MODE_NAMES.find((name) => MODE[name] === mode) ?? 'metering';
}

export function isMetering(meters: Meters, row: number): boolean {
  return meters.endDevice === null || at(meters.endDevice.mode, row) === MODE.metering;
}
