import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFleet } from '../../harness/main/fleet-command.ts';
import { keysCommand } from '../../harness/main/keys-command.ts';
import { CounterStore } from '../../rigs/fleet/counter-store.ts';
import { serveHeadEnd } from '../../rigs/head-end/server.ts';
import { quickProfile } from '../harness/main/command-line.ts';
import { description } from '../rigs/fleet/memory-fleet.ts';
import { missingPeers, output, PEERS_REQUIRED } from './peers.ts';

/** Two blocks of key ids, so that one key id names two keys in the capture. */
const METERS = 300;
const BLOCK = 256;
const INTERFACES = [
  { name: 'the first 256 meters', place: 0, first: 0, meters: BLOCK, foreign: BLOCK },
  { name: 'the others', place: 1, first: BLOCK, meters: METERS - BLOCK, foreign: 0 },
] as const;
const GOOD = 'c1222.crypto_good == 1';
const BAD = 'c1222.crypto_bad == 1';
const onInterface = (place: number): string => `frame.interface_id == ${place}`;

const MISSING = missingPeers({ tshark: ['tshark', '--version'] });
const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

test.runIf(PEERS_REQUIRED)('tshark is here, as it is required', () => {
  expect(MISSING).toEqual([]);
});

describe.skipIf(MISSING.length > 0)(`tshark judges the whole capture of a fleet${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-tshark-fleet-'));
  const capturePath = join(folder, 'capture.pcapng');
  let sent = 0;
  let received = 0;

  beforeAll(async () => {
    const server = await serveHeadEnd({
      store: ':memory:',
      host: '127.0.0.1',
      southboundPort: 0,
      configurationPort: 0,
      northboundPort: 0,
      fleet: { meters: METERS, commissioned: 'fresh', settings: null },
    });
    try {
      const { health } = await runFleet({
        description: description(METERS, { profile: quickProfile(join(folder, 'quick.yaml')) }),
        seed: 1,
        shards: 2,
        hosts: {
          'head-end': server.ready.southbound,
          'configuration-server': server.ready.configuration,
        },
        forNs: 3e9,
        dark: null,
        overNs: 0,
        link: 'udp',
        capturePath,
        counters: new CounterStore(join(folder, 'counters.json')),
      });
      ({ achieved: sent, received } = health);
    } finally {
      await server.close();
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As `meterbench keys --help` says, by the shell. */
  async function frames(filter: string, keys?: Parameters<typeof keysCommand>[0]): Promise<number> {
    const options = keys === undefined ? '' : keysCommand(keys);
    const line = `eval tshark -r "$1" -Y "'$2'" $3`;
    const text = await output('sh', ['-c', line, 'sh', capturePath, filter, options]);
    return text.split('\n').length - 1;
  }
  test('holds what was sent and received, on two interfaces', async () => {
    expect(sent).toBeGreaterThan(METERS);
    expect(received).toBeGreaterThan(METERS);
    expect(await frames('udp')).toBe(sent + received);
    const each = await Promise.all(INTERFACES.map(({ place }) => frames(onInterface(place))));
    expect(Math.min(...each)).toBeGreaterThan(0);
    expect(each.reduce((sum, count) => sum + count, 0)).toBe(sent + received);
  });

  test.each(INTERFACES)('with the keys of $name every MAC is good', async (each) => {
    const keys = { first: each.first, meters: each.meters, format: 'tshark' } as const;
    const here = onInterface(each.place);
    expect(await frames(`${here} and ${GOOD}`, keys)).toBe(await frames(here));
    expect(await frames(`${here} and ${BAD}`, keys)).toBe(0);
  });

  test.each(INTERFACES)(
    'control: for $name the keys of another block are all wrong',
    async (each) => {
      const keys = { first: each.foreign, meters: BLOCK, format: 'tshark' } as const;
      const here = onInterface(each.place);
      expect(await frames(`${here} and ${GOOD}`, keys)).toBe(0);
      expect(await frames(`${here} and ${BAD}`, keys)).toBe(await frames(here));
    },
  );
});
