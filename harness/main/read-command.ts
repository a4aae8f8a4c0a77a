import { NS_PER_MS } from '../../devices/domain/time.ts';
import {
  describeTable,
  TABLE_NAMES,
  tablesNeededForUnits,
  type TableRow,
} from '../../devices/protocol/c12-19/tables.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { createOpticalClient } from '../../rigs/optical/c12-18-client.ts';
import { logOn } from '../../rigs/optical/optical-port.ts';
import { TableReader } from '../../rigs/optical/table-reader.ts';
import { MeterRefusal } from '../../rigs/psem/meter-refusal.ts';
import type { TableClient } from '../../rigs/psem/table-client.ts';
import { EXIT, Refusal } from './exit.ts';
import { logOnNetwork, type NetworkReadFlags, openNetworkClient } from './network-client.ts';
import { openOpticalPath } from './optical-channel.ts';
import { opticalPassword } from './password.ts';
import { readDlms, type ReadDlmsFlags, readsDlms } from './read-dlms.ts';
import { authenticationKey, lineSettings, type SerialStandardFlags } from './serial-standard.ts';

const SETTLE_NS = 200 * NS_PER_MS;

export interface ReadFlags extends NetworkReadFlags, SerialStandardFlags, ReadDlmsFlags {
  readonly serial?: string;
  readonly tables: readonly number[];
  readonly trace: boolean;
  readonly json: boolean;
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** Reads tables from a real or simulated meter and prints what they mean. @throws BenchError */
export async function readCommand(flags: ReadFlags): Promise<void> {
  const { serial, c1222 } = flags;
  if (readsDlms(flags)) return readDlms(flags, new WallClock());
  if ((serial === undefined) === (c1222 === undefined)) {
    throw new Refusal(
      EXIT.file,
      'read: either --serial <path> (C12.18), --c12-22 <host:port>, or one of --dlms, --dlms-listen and --hdlc is wanted',
    );
  }
  const clock = new WallClock();
  const trace = flags.trace ? traceLine : undefined;
  if (c1222 !== undefined) {
    const client = await openNetworkClient({ ...flags, c1222 }, clock, trace);
    try {
      if (flags.session) await logOnNetwork(client);
      await readAll(client, flags);
      if (flags.session) await client.logoff();
    } finally {
      await client.close();
    }
  } else if (serial !== undefined) await readSerial({ ...flags, serial }, clock, trace);
}

async function readSerial(
  flags: ReadFlags & { readonly serial: string },
  clock: WallClock,
  trace: typeof traceLine | undefined,
): Promise<void> {
  const channel = await openOpticalPath(flags.serial, clock, {
    dtr: flags.dtr,
    rts: flags.rts,
    settleNs: SETTLE_NS,
  });
  const client = createOpticalClient(channel, clock, { ...lineSettings(flags), trace });
  const key = flags.standard === 'c12-21' ? authenticationKey() : null;
  try {
    await logOn(client, opticalPassword(), key);
    await readAll(client, flags);
    await client.logoff();
    await client.terminate();
  } catch (error) {
    // A session that is left open would refuse the next caller until its time-out.
    if (error instanceof MeterRefusal) await client.terminate();
    throw error;
  } finally {
    client.close();
    await channel.close();
  }
}

/** Reads what can be read: a table that is refused is told and the others are read all the same. */
async function readAll(client: TableClient, flags: ReadFlags): Promise<void> {
  const reader = new TableReader();
  const results: Record<string, unknown> = {};
  for (const table of flags.tables) {
    try {
      const { bytes, value } = await reader.read(client, table);
      await readUnits(client, reader, table);
      const rows = describeTable(table, value, reader.known);
      results[`ST${table}`] = { name: TABLE_NAMES[table], hex: hex(bytes), value, rows };
      if (!flags.json) printRows(table, rows);
    } catch (error) {
      const refusal = refusalOf(error);
      results[`ST${table}`] = { name: TABLE_NAMES[table], refused: refusal };
      if (!flags.json) process.stdout.write(`ST${table} cannot be shown: ${refusal}\n`);
      process.exitCode = EXIT.failed;
    }
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

/** Without its units a register is a bare number, which is still better than nothing. */
async function readUnits(client: TableClient, reader: TableReader, table: number): Promise<void> {
  for (const needed of tablesNeededForUnits(table)) {
    if (reader.known[needed] === undefined) await reader.read(client, needed).catch(refusalOf);
  }
}

/** What the meter said against it, or what its bytes lack; anything else goes on. */
function refusalOf(error: unknown): string {
  if (error instanceof MeterRefusal || error instanceof CodecError) return error.message;
  throw error;
}

function printRows(table: number, rows: readonly TableRow[]): void {
  process.stdout.write(`ST${table} ${TABLE_NAMES[table] ?? ''}\n`);
  for (const { name, value, unit, at } of rows) {
    const units = unit === undefined ? '' : ` ${unit}`;
    const when = at === undefined ? '' : `  at ${at}`;
    process.stdout.write(`  ${name.padEnd(32)} ${value}${units}${when}\n`);
  }
}

function traceLine(direction: 'sent' | 'received', bytes: string, atNs: number): void {
  const seconds = (atNs / 1e9).toFixed(6);
  process.stderr.write(`${seconds} ${direction === 'sent' ? '->' : '<-'} ${bytes}\n`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
