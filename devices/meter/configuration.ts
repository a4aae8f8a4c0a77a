import { at, clockUtcSeconds, instantOfUtcSeconds, isSet } from './clock.ts';
import { FLAG, NEVER, type Meters } from './columns.ts';
import {
  CONFIGURATION_TABLES,
  type ConfigurationGroup,
  memoryRange,
  type TableMemory,
} from './configuration-columns.ts';
import { clearStatus } from './end-device.ts';
import { STATUS } from './end-device-columns.ts';
import { EVENT } from './events.ts';
import { logEvent } from './logs.ts';
import { setTimer, TIMER } from './timers.ts';

/**
 * Tables that were written, and those that wait to become active (C12.19 "pending tables"). What
 * arrives here was decoded already: the model keeps bytes and knows of ST13 alone what they mean.
 */

/** Length of a demand interval while nobody has configured it, assumed. */
const DEMAND_MINUTES = 15;
const ST13 = 13;

/** The bytes that were written to a table; null while its value is that of the factory. */
export function writtenTable(meters: Meters, row: number, table: number): Uint8Array | null {
  const group = meters.configuration;
  return group === null ? null : read(group.active, row, table);
}

/** The bytes of a pending table; null when none is pending. */
export function pendingTable(meters: Meters, row: number, table: number): Uint8Array | null {
  const group = meters.configuration;
  return group === null ? null : read(group.pending, row, table);
}

/** Length of the next demand interval: ST13 INT_LENGTH, little-endian as ST0 of this meter says. */
export function configuredDemandMinutes(meters: Meters, row: number): number {
  const [low = 0, high = 0] = writtenTable(meters, row, ST13) ?? [DEMAND_MINUTES];
  return low | (high << 8);
}

export function onWriteTable(
  meters: Meters,
  row: number,
  nowNs: number,
  table: number,
  bytes: Uint8Array,
): void {
  const group = meters.configuration;
  if (group === null) return;
  write(group.active, row, table, bytes);
  clearStatus(meters, row, STATUS.unprogrammed);
  logEvent(meters, row, EVENT.tableWritten, clockUtcSeconds(meters, row, nowNs));
}

/** Keeps a table until it is activated, by procedure or when the meter's clock shows the time. */
export function onHoldTable(
  meters: Meters,
  row: number,
  nowNs: number,
  table: number,
  bytes: Uint8Array,
  atSeconds: number | null,
): void {
  const group = meters.configuration;
  if (group === null) return;
  write(group.pending, row, table, bytes);
  group.activatesAtSeconds[timePlace(row, table)] = atSeconds ?? 0;
  armActivation(meters, row, nowNs);
}

export interface PendingTable {
  readonly table: number;
  /** UTC seconds of the meter's clock; null when only a procedure activates it. */
  readonly atSeconds: number | null;
}

/** All that is pending, by table. */
export function pendingTables(meters: Meters, row: number): readonly PendingTable[] {
  const group = meters.configuration;
  if (group === null) return [];
  return CONFIGURATION_TABLES.filter((table) => isWritten(group.pending, row, table)).map(
    (table) => {
      const atSeconds = at(group.activatesAtSeconds, timePlace(row, table));
      return { table, atSeconds: atSeconds === 0 ? null : atSeconds };
    },
  );
}

/** Makes pending tables active; those that are not pending are left alone. */
export function onActivateTables(
  meters: Meters,
  row: number,
  nowNs: number,
  tables: readonly number[],
): void {
  activate(meters, row, nowNs, tables, clockUtcSeconds(meters, row, nowNs));
}

/** Forgets pending tables; those that are not pending are left alone. */
export function onClearPendingTables(
  meters: Meters,
  row: number,
  nowNs: number,
  tables: readonly number[],
): void {
  const group = meters.configuration;
  if (group === null) return;
  for (const { table } of pendingTables(meters, row)) {
    if (!tables.includes(table)) continue;
    forget(group, row, table);
    logEvent(meters, row, EVENT.pendingCleared, clockUtcSeconds(meters, row, nowNs));
  }
  armActivation(meters, row, nowNs);
}

/** The clock shows the time of a pending table. Without mains nothing happens until they are back. */
export function activateDue(meters: Meters, row: number, nowNs: number): void {
  if (!isSet(meters, row, FLAG.energised)) return;
  const tables: number[] = [];
  // A clock that is read may still be a part of a nanosecond behind the time that has come.
  let stamp = clockUtcSeconds(meters, row, nowNs);
  for (const { table, atSeconds } of pendingTables(meters, row)) {
    if (atSeconds === null || instantOfUtcSeconds(meters, row, atSeconds) > nowNs) continue;
    tables.push(table);
    stamp = Math.max(stamp, atSeconds);
  }
  activate(meters, row, nowNs, tables, stamp);
}

function activate(
  meters: Meters,
  row: number,
  nowNs: number,
  tables: readonly number[],
  stamp: number,
): void {
  const group = meters.configuration;
  if (group === null) return;
  for (const { table } of pendingTables(meters, row)) {
    if (!tables.includes(table)) continue;
    const { from, to } = memoryRange(row, table);
    write(group.active, row, table, group.pending.bytes.subarray(from, to));
    forget(group, row, table);
    group.lastActivationSeconds[row] = stamp;
    clearStatus(meters, row, STATUS.unprogrammed);
    logEvent(meters, row, EVENT.pendingActivated, stamp);
  }
  armActivation(meters, row, nowNs);
}

/** Arms the timer for the first pending table that has a time. */
export function armActivation(meters: Meters, row: number, nowNs: number): void {
  if (meters.configuration === null) return;
  let earliestNs = NEVER;
  for (const { atSeconds } of pendingTables(meters, row)) {
    if (atSeconds === null) continue;
    earliestNs = Math.min(earliestNs, instantOfUtcSeconds(meters, row, atSeconds));
  }
  setTimer(meters, row, TIMER.activation, Math.max(nowNs, earliestNs));
}

/** Takes all tables, active and pending, back to the factory's. */
export function loseConfiguration(meters: Meters, row: number): void {
  const group = meters.configuration;
  if (group === null) return;
  for (const table of CONFIGURATION_TABLES) forget(group, row, table);
  group.active.written[row] = 0;
  group.lastActivationSeconds[row] = 0;
  setTimer(meters, row, TIMER.activation, NEVER);
}

function forget(group: ConfigurationGroup, row: number, table: number): void {
  group.pending.written[row] = at(group.pending.written, row) & ~bitOf(table);
  group.activatesAtSeconds[timePlace(row, table)] = 0;
}

function isWritten(memory: TableMemory, row: number, table: number): boolean {
  return (at(memory.written, row) & bitOf(table)) !== 0;
}

function read(memory: TableMemory, row: number, table: number): Uint8Array | null {
  if (!CONFIGURATION_TABLES.includes(table) || !isWritten(memory, row, table)) return null;
  const { from, to } = memoryRange(row, table);
  return memory.bytes.slice(from, to);
}

function write(memory: TableMemory, row: number, table: number, bytes: Uint8Array): void {
  const { from, to } = memoryRange(row, table);
  if (bytes.length !== to - from) {
    throw new RangeError(`ST${table}: ${to - from} bytes wanted, ${bytes.length} given`);
  }
  memory.bytes.set(bytes, from);
  memory.written[row] = at(memory.written, row) | bitOf(table);
}

function bitOf(table: number): number {
  return 1 << CONFIGURATION_TABLES.indexOf(table);
}

function timePlace(row: number, table: number): number {
  return row * CONFIGURATION_TABLES.length + CONFIGURATION_TABLES.indexOf(table);
}
