import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex } from '../../devices/protocol/bytes/hex.ts';
import { valueAt } from '../../devices/protocol/c12-19/layout.ts';
import { decodeTable, type TableContext } from '../../devices/protocol/c12-19/tables.ts';
import { lineOf, missingPeers, output, PEERS_REQUIRED, start, stop } from './peers.ts';
import type { Peer } from './peers.ts';

const PYTHON = '/usr/bin/python3';
const CLI = fileURLToPath(new URL('../../harness/main/cli.ts', import.meta.url));
const SCRIPT = fileURLToPath(new URL('termineter_read.py', import.meta.url));
const SERIAL_NUMBER = '60012345';
const FACTORY_PASSWORD = '00'.repeat(20);
const TABLES = [0, 1, 3, 5, 21, 23, 25, 52, 71, 74];
/** Tables that change from one second to the next. */
const MOVING = [23, 52, 74];
const NEW_TIME = '1f0506070809';
const NEW_TIME_MS = Date.UTC(2031, 4, 6, 7, 8, 9);
const DEMAND_RESET_EVENT = 20;
const TIME_CHANGED_EVENTS = [3, 4];
const MISSING = missingPeers({
  termineter: [PYTHON, '-c', 'import c1218.connection, c1219.access.general'],
  socat: ['socat', '-V'],
});

interface TermineterResult {
  readonly login?: boolean;
  readonly error?: string;
  readonly tables?: Readonly<Record<string, string>>;
  readonly procedures?: readonly {
    readonly number: number;
    readonly result?: number;
    readonly refused?: number;
    readonly response?: string;
  }[];
  readonly meaning?: Readonly<Record<string, string>>;
}

test.runIf(PEERS_REQUIRED)('the peers that are required are here', () => {
  expect(MISSING).toEqual([]);
});

const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

describe.skipIf(MISSING.length > 0)(`Termineter against the served meter${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-termineter-'));
  const probe = join(folder, 'probe');
  let line: Peer | undefined;
  let meter: Peer | undefined;

  beforeAll(async () => {
    const end = (name: string) => `pty,raw,echo=0,link=${join(folder, name)}`;
    line = start('socat', ['-d', '-d', end('meter'), end('probe')]);
    await lineOf(line, 'stderr', /starting data transfer loop/);
    meter = start(process.execPath, [
      CLI,
      'serve',
      'meter',
      '--profile=centron-gprs',
      `--serial=${join(folder, 'meter')}`,
      `--number=${SERIAL_NUMBER}`,
    ]);
    await lineOf(meter, 'stdout', /^\{"ready":/);
  });

  afterAll(async () => {
    await stop(meter);
    await stop(line);
    rmSync(folder, { recursive: true, force: true });
  });

  test('reads the same tables as the own client', async () => {
    const theirs = await termineter(FACTORY_PASSWORD);
    const printed = await output(process.execPath, [
      CLI,
      'read',
      `--serial=${probe}`,
      `--tables=${TABLES.join(',')}`,
      '--json',
    ]);
    const ours = JSON.parse(printed) as Readonly<Record<string, { readonly hex: string }>>;
    for (const table of TABLES.filter((one) => !MOVING.includes(one))) {
      expect([table, theirs.tables?.[table]]).toEqual([table, ours[`ST${table}`]?.hex]);
    }
    const earlierMs = shownMs(theirs.tables?.[0], theirs.tables?.[52]);
    const laterMs = shownMs(ours['ST0']?.hex, ours['ST52']?.hex);
    expect(laterMs - earlierMs).toBeGreaterThanOrEqual(0);
    expect(laterMs - earlierMs).toBeLessThan(60_000);
  });

  test('understands what the tables mean', async () => {
    const { meaning } = await termineter(FACTORY_PASSWORD);
    expect(meaning).toMatchObject({ device: SERIAL_NUMBER, serial: SERIAL_NUMBER });
  });

  test('resets the demand with procedure 9, as the registers and the log show', async () => {
    const before = await termineter(FACTORY_PASSWORD);
    const after = await termineter(FACTORY_PASSWORD, '9:01');
    expect(after.procedures).toEqual([{ number: 9, result: 0, response: '' }]);
    const [was, is] = [meant(before.tables), meant(after.tables)];
    expect(is.resets).toBe(was.resets + 1);
    // The registers as they were when they were closed.
    expect(is.closed).toMatchObject({ NBR_DEMAND_RESETS: was.resets });
    expect(is.events).toContain(DEMAND_RESET_EVENT);
  });

  test('sets the clock with procedure 10: result, answer and clock agree', async () => {
    // 2031-05-06 07:08:09, all parts of it.
    const result = await termineter(FACTORY_PASSWORD, `10:07${NEW_TIME}00`);
    const [ran] = result.procedures ?? [];
    expect(ran).toMatchObject({ number: 10, result: 0 });
    // The clock before, and the clock after.
    expect(ran?.response?.slice(12)).toBe(NEW_TIME);
    const shown = shownMs(result.tables?.[0], result.tables?.[52]) - NEW_TIME_MS;
    expect(shown).toBeGreaterThanOrEqual(0);
    expect(shown).toBeLessThan(60_000);
    expect(meant(result.tables).events).toEqual(expect.arrayContaining(TIME_CHANGED_EVENTS));
  });

  test('control: parameters that are no date are refused in ST8, and the clock stays', async () => {
    const before = await termineter(FACTORY_PASSWORD);
    const after = await termineter(FACTORY_PASSWORD, '10:071f0d2807080900');
    expect(after.procedures).toEqual([{ number: 10, result: 2, response: '' }]);
    const elapsedMs =
      shownMs(after.tables?.[0], after.tables?.[52]) -
      shownMs(before.tables?.[0], before.tables?.[52]);
    expect(elapsedMs).toBeLessThan(60_000);
  });

  test('control: an unknown procedure is told so', async () => {
    const { procedures } = await termineter(FACTORY_PASSWORD, '30:');
    expect(procedures).toEqual([{ number: 30, result: 6, response: '' }]);
  });

  test('is refused with a wrong password', async () => {
    expect(await termineter('ff'.repeat(20))).toEqual({ login: false });
  });

  test('is not heard when a bit of each of its frames is turned over', async () => {
    const result = await termineter(FACTORY_PASSWORD, '--flip');
    expect(result.error).toContain('failed 3 times to correctly send a frame');
  });

  async function termineter(password: string, ...flags: string[]): Promise<TermineterResult> {
    const args = [SCRIPT, probe, password, TABLES.join(','), ...flags];
    return JSON.parse(await output(PYTHON, args)) as TermineterResult;
  }
});

function shownMs(st0: string | undefined, st52: string | undefined): number {
  const context = { 0: decodeTable(0, fromHex(st0 ?? ''), {}) };
  return Number(decodeTable(52, fromHex(st52 ?? ''), context)['CLOCK_CALENDAR']);
}

/** What registers and log say, in our own decoding of the bytes that the peer read. */
function meant(tables: TermineterResult['tables'] = {}) {
  let context: TableContext = {};
  for (const table of [0, 21, 23, 25, 71, 74]) {
    const value = decodeTable(table, fromHex(tables[table] ?? ''), context);
    context = { ...context, [table]: value };
  }
  const entries = valueAt(context[74], 'ENTRIES') as readonly object[];
  return {
    resets: Number(valueAt(context[23], 'NBR_DEMAND_RESETS')),
    closed: context[25],
    events: entries.map((entry) => valueAt(entry, 'HISTORY_CODE.EVENT_NUMBER')),
  };
}
