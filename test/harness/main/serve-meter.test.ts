import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineOf, output, type Peer, start, stop } from '../../interop/peers.ts';
import { CLI, serve } from './command-line.ts';

const TEXT = { encoding: 'utf8' } as const;
const INDEX = 3;
const KEY = '8899aabbccddeeff0011223344556677';
const OTHER_KEY = '8899aabbccddeeff0011223344556678';
const folder = mkdtempSync(join(tmpdir(), 'meterbench-serve-meter-'));
const keys = join(folder, 'keys.csv');
const otherKeys = join(folder, 'other-keys.csv');
writeFileSync(keys, `owner,keyId,key\na customer,90,${KEY}\n`);
writeFileSync(otherKeys, `keyId,key\n90,${OTHER_KEY}\n`);

type Tables = Readonly<
  Record<
    string,
    {
      readonly hex?: string;
      readonly refused?: string;
      readonly rows?: readonly { name: string; value: string; unit?: string; number?: number }[];
    }
  >
>;

interface Told {
  readonly ready: { readonly address: { readonly host: string; readonly port: number } };
}

describe('a meter served over C12.22', () => {
  let meter: Peer;
  let ready: Told['ready'];
  let target = '';

  beforeAll(async () => {
    meter = start(process.execPath, [
      CLI,
      'serve',
      'meter',
      '--c12-22=127.0.0.1:0',
      `--index=${INDEX}`,
      `--keys=${keys}`,
    ]);
    ({ ready } = JSON.parse(await lineOf(meter, 'stdout', /^\{"ready":/)) as Told);
    target = `${ready.address.host}:${ready.address.port}`;
  });
  afterAll(async () => {
    await stop(meter);
    rmSync(folder, { recursive: true });
  });

  async function read(...args: readonly string[]): Promise<Tables> {
    const all = ['read', `--c12-22=${target}`, `--index=${INDEX}`, '--json', ...args];
    return JSON.parse(await output(process.execPath, [CLI, ...all])) as Tables;
  }

  test('says where and how it can be asked', () => {
    expect(ready).toMatchObject({
      kind: 'meter',
      apTitle: '.1.4',
      keyId: INDEX,
      transports: ['tcp', 'udp'],
      accepts: ['clear', 'authenticated', 'ciphered'],
    });
  });

  const ways = ['tcp', 'udp'].flatMap((transport) =>
    ['clear', 'authenticated', 'ciphered'].flatMap((security) =>
      [false, true].map((session) => ({ transport, security, session })),
    ),
  );
  test.each(ways)('$transport, $security, in a session: $session', async (way) => {
    const { transport, security, session } = way;
    const { ST1, ST23 } = await read(
      `--transport=${transport}`,
      `--security=${security}`,
      ...(session ? ['--session'] : []),
      '--tables=1,23',
    );
    expect(ST1?.rows).toContainEqual({ name: 'MFG_SERIAL_NUMBER', value: '60000004' });
    const energy = ST23?.rows?.find(({ name }) => name === 'TOT_DATA_BLOCK.SUMMATIONS[0]');
    expect(energy).toMatchObject({ unit: 'kWh' });
    expect(energy?.number).toBeGreaterThanOrEqual(0);
  });

  test('a key of its file is as good as its own', async () => {
    const { ST5 } = await read(`--keys=${keys}`, '--key-id=90', '--tables=5');
    expect(ST5?.hex).toBe(Buffer.from('60000004'.padEnd(20)).toString('hex'));
  });

  test.each([
    { what: 'another key under its id', args: [`--keys=${otherKeys}`, '--key-id=90'], says: 'sme' },
    { what: 'an id without a key', args: ['--key-id=91'], says: 'sme' },
    { what: 'a title that is not its own', args: ['--title=.1.5'], says: '.1.5 was asked' },
  ])('control: with $what nothing is read', async ({ args, says }) => {
    const all = ['read', `--c12-22=${target}`, `--index=${INDEX}`, ...args, '--tables=1'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...all], TEXT);
    expect(stdout + stderr).toContain(says);
    expect(stdout).not.toContain('MANUFACTURER');
    expect(status).not.toBe(0);
  });
});

test('where a head-end listens already, the meter reports to it', async () => {
  const sink = await serve('serve', 'sink', '--port=0', '--json');
  const meter = await serve('serve', 'meter', `--c12-22=${sink.target}`, '--commissioned=placed');
  expect(meter.ready).toMatchObject({ target: { port: Number(sink.target.split(':')[1]) } });
  expect(meter.ready['transports']).toBeUndefined();
});
