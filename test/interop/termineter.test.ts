import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex } from '../../devices/protocol/bytes/hex.ts';
import { decodeTable } from '../../devices/protocol/c12-19/tables.ts';
import { lineOf, missingPeers, output, PEERS_REQUIRED, start, stop } from './peers.ts';
import type { Peer } from './peers.ts';

const PYTHON = '/usr/bin/python3';
const CLI = fileURLToPath(new URL('../../harness/main/cli.ts', import.meta.url));
const SCRIPT = fileURLToPath(new URL('termineter_read.py', import.meta.url));
const SERIAL_NUMBER = '60012345';
const FACTORY_PASSWORD = '00'.repeat(20);
const TABLES = [0, 1, 3, 5, 52];
const MISSING = missingPeers({
  termineter: [PYTHON, '-c', 'import c1218.connection, c1219.access.general'],
  socat: ['socat', '-V'],
});

interface TermineterResult {
  readonly login?: boolean;
  readonly error?: string;
  readonly tables?: Readonly<Record<string, string>>;
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
    for (const table of TABLES.filter((one) => one !== 52)) {
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
