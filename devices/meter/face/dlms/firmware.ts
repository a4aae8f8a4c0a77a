import { at } from '../../clock.ts';
import type { Meters } from '../../columns.ts';

/** The firmware that runs as it was announced; the factory's by version and revision, as in ST1. */
export function activeFirmware(meters: Meters, row: number): string {
  const announced = meters.downloads?.active[row] ?? null;
  if (announced !== null || meters.endDevice === null) return announced ?? '';
  const { firmwareVersion, firmwareRevision } = meters.endDevice;
  return `${at(firmwareVersion, row)}.${at(firmwareRevision, row)}`;
}
