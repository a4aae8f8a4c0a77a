import { clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import { loseConfiguration } from './configuration.ts';
import { startDemand } from './demand.ts';
import { onCancelDownload } from './download.ts';
import { MODE, STATUS } from './end-device-columns.ts';
import { raiseStatus, restart } from './end-device.ts';
import { EVENT } from './events.ts';
import {
  clearLoadProfile,
  clearLog,
  INTERVAL_STATUS,
  isRecording,
  logEvent,
  startLoadProfile,
} from './logs.ts';
import { clearRegisters } from './registers.ts';

/** What a cold start and a clearing of data cost (C12.19 procedures 0 and 3). */

/** Registers, self reads and load profile are emptied; the log stays, as evidence. */
export function onClearData(meters: Meters, row: number, nowNs: number): void {
  clearRegisters(meters, row, nowNs);
  clearLoadProfile(meters, row, nowNs);
}

/**
 * As out of the factory: data, log, configuration and mode are lost, the firmware and the clock
 * are not. The first entry of the new log says what became of the old one.
 */
export function onColdStart(meters: Meters, row: number, nowNs: number): void {
  clearRegisters(meters, row, nowNs);
  clearLoadProfile(meters, row, nowNs);
  clearLog(meters, row);
  loseConfiguration(meters, row);
  onCancelDownload(meters, row);
  if (meters.endDevice !== null) {
    meters.endDevice.mode[row] = MODE.metering;
    meters.endDevice.status[row] = 0;
  }
  raiseStatus(meters, row, STATUS.unprogrammed);
  if (!isRecording(meters, row)) startLoadProfile(meters, row, nowNs, INTERVAL_STATUS.partial);
  startDemand(meters, row, nowNs);
  logEvent(meters, row, EVENT.historyLogCleared, clockUtcSeconds(meters, row, nowNs));
  restart(meters, row, nowNs);
}
