import { NS_PER_MS } from '../../devices/domain/time.ts';
import {
  decodeTable,
  describeTable,
  TABLE_NAMES,
  tablesNeededFor,
  tablesNeededForUnits,
  type TableContext,
} from '../../devices/protocol/c12-19/tables.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { createOpticalClient, type OpticalClient } from '../../rigs/optical/c12-18-client.ts';
import { openOpticalPath } from './optical-channel.ts';
import { opticalPassword } from './password.ts';

const SETTLE_NS = 200 * NS_PER_MS;

interface ReadFlags {
  readonly serial: string;
  readonly tables: readonly number[];
  readonly trace: boolean;
  readonly json: boolean;
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** Reads tables from a real or simulated meter and prints what they mean. @throws BenchError */
export async function readCommand(flags: ReadFlags): Promise<void> {
  const clock = new WallClock();
  const channel = await openOpticalPath(flags.serial, clock, {
    dtr: flags.dtr,
    rts: flags.rts,
    settleNs: SETTLE_NS,
  });
  const client = createOpticalClient(channel, clock, {
    trace: flags.trace ? traceLine : undefined,
  });
  try {
    await logOn(client);
    await readAll(client, flags);
    await client.logoff();
    await client.terminate();
  } finally {
    client.close();
    await channel.close();
  }
}

async function logOn(client: OpticalClient): Promise<void> {
  await client.identify();
  await client.negotiate({ packetSize: 512, packets: 8 });
  await client.logon(2, 'meterbench');
  await client.security(opticalPassword());
}

async function readAll(client: OpticalClient, flags: ReadFlags): Promise<void> {
  const context: Record<number, Readonly<Record<string, unknown>>> = {};
  const values: Record<string, unknown> = {};
  for (const table of flags.tables) {
    for (const earlier of [...tablesNeededFor(table), ...tablesNeededForUnits(table)]) {
      context[earlier] ??= decodeTable(earlier, (await client.readTable(earlier)).bytes, context);
    }
    const { bytes } = await client.readTable(table);
    const value = decodeTable(table, bytes, context);
    context[table] = value;
    values[`ST${table}`] = { name: TABLE_NAMES[table], hex: hex(bytes), value };
    if (!flags.json) printTable(table, value, context);
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(values, null, 2)}\n`);
}

function printTable(
  table: number,
  value: Readonly<Record<string, unknown>>,
  context: TableContext,
): void {
  process.stdout.write(`ST${table} ${TABLE_NAMES[table] ?? ''}\n`);
  for (const row of describeTable(table, value, context)) {
    const unit = row.unit === undefined ? '' : ` ${row.unit}`;
    process.stdout.write(`  ${row.name.padEnd(32)} ${row.value}${unit}\n`);
  }
}

function traceLine(direction: 'sent' | 'received', bytes: string, atNs: number): void {
  const seconds = (atNs / 1e9).toFixed(6);
  process.stderr.write(`${seconds} ${direction === 'sent' ? '->' : '<-'} ${bytes}\n`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
