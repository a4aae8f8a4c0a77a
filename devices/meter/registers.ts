import { at, clockUtcSeconds } from './clock.ts';
import type { Meters } from './columns.ts';
import { EVENT } from './events.ts';
import { logEvent } from './logs.ts';
import { pulsesAt } from './metrology.ts';
import {
  BLOCK,
  blockPlace,
  type RegisterBlocks,
  type RegisterGroup,
  SELF_READS,
} from './register-columns.ts';

/** Closing of register blocks: demand resets, self reads, seasons (C12.19 ST23 to ST26). */

/** @throws RangeError for meters without the columns of registers */
export function registersOf({ registers }: Meters): RegisterGroup {
  if (registers === null) throw new RangeError('these meters have no registers');
  return registers;
}

/** What procedure 9 asks for, all of it at one instant. */
export interface RemoteReset {
  readonly demandReset: boolean;
  readonly selfRead: boolean;
  /** The season that begins; null when it stays. */
  readonly season: number | null;
}

/**
 * Closes the present block wherever it is asked for, before any of it changes. The demand
 * interval that runs goes on: it belongs to the clock, not to the billing period.
 */
export function onRemoteReset(
  meters: Meters,
  row: number,
  nowNs: number,
  { demandReset, selfRead, season }: RemoteReset,
): void {
  const group = meters.registers;
  if (group === null) return;
  const stamp = clockUtcSeconds(meters, row, nowNs);
  if (selfRead) {
    const made = at(group.selfReads, row);
    closeInto(meters, group, row, nowNs, BLOCK.firstSelfRead + (made % SELF_READS));
    group.selfReads[row] = made + 1;
    logEvent(meters, row, EVENT.selfRead, stamp);
  }
  if (season !== null) closeInto(meters, group, row, nowNs, BLOCK.atSeasonChange);
  if (demandReset) {
    closeInto(meters, group, row, nowNs, BLOCK.atDemandReset);
    resetDemand(group.blocks, blockPlace(row, BLOCK.present));
    logEvent(meters, row, EVENT.demandReset, stamp);
  }
  if (season !== null) {
    group.blocks.season[blockPlace(row, BLOCK.present)] = season;
    logEvent(meters, row, EVENT.seasonChanged, stamp);
  }
}

/** Pulses that the summation register shows. */
export function registeredPulses(meters: Meters, row: number, nowNs: number): number {
  const zero = meters.registers === null ? 0 : at(meters.registers.zeroPulses, row);
  return pulsesAt(meters, row, nowNs) - zero;
}

/** Empties all registers and self reads (procedures 0 and 3). The season is no datum and stays. */
export function clearRegisters(meters: Meters, row: number, nowNs: number): void {
  const group = meters.registers;
  if (group === null) return;
  const season = at(group.blocks.season, blockPlace(row, BLOCK.present));
  group.zeroPulses[row] = pulsesAt(meters, row, nowNs);
  group.previousWatts[row] = 0;
  group.selfReads[row] = 0;
  group.selfReadsAcknowledged[row] = 0;
  for (const column of columnsOf(group.blocks)) {
    column.fill(0, blockPlace(row, 0), blockPlace(row + 1, 0));
  }
  group.blocks.season[blockPlace(row, BLOCK.present)] = season;
}

/** Copies the present block to one that is closed. */
function closeInto(
  meters: Meters,
  group: RegisterGroup,
  row: number,
  nowNs: number,
  block: number,
): void {
  const [from, to] = [blockPlace(row, BLOCK.present), blockPlace(row, block)];
  for (const column of columnsOf(group.blocks)) column[to] = at(column, from);
  group.blocks.pulses[to] = registeredPulses(meters, row, nowNs);
  group.blocks.endSeconds[to] = clockUtcSeconds(meters, row, nowNs);
}

function resetDemand(blocks: RegisterBlocks, place: number): void {
  blocks.cumulativeWatts[place] =
    at(blocks.cumulativeWatts, place) + at(blocks.maximumWatts, place);
  blocks.demandResets[place] = at(blocks.demandResets, place) + 1;
  blocks.maximumWatts[place] = 0;
  blocks.maximumAtMinutes[place] = 0;
}

function columnsOf(blocks: RegisterBlocks): readonly (Uint8Array | Uint32Array | Float64Array)[] {
  return Object.values(blocks);
}
