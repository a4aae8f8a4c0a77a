import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { capturePathIn } from '../../harness/main/capture-path.ts';
import { type Composition, compose, DEFAULT_SETTINGS } from '../../harness/main/compose.ts';
import { keysCommand } from '../../harness/main/keys-command.ts';
import type { EntryBody } from '../../harness/journal/entry.ts';
import type { PlannedCase } from '../../harness/plan/plan.ts';
import { run } from '../../harness/run/run.ts';
import type { Bench, PerformContext } from '../../rigs/port/bench.ts';
import type { Observation } from '../../rigs/port/observation.ts';
import { CaptureFile } from '../../rigs/wrap/capture-file.ts';
import { missingPeers, output, PEERS_REQUIRED } from './peers.ts';
import { COMPLAINTS } from './tshark.ts';

const SUITE = fileURLToPath(new URL('./traffic.suite.yaml', import.meta.url));
const BLOCK = 256;
/** Blocks of meters that share their key ids; the largest fleet has 300. */
const BLOCKS = [0, 1] as const;
const HEAD_END = '192.0.2.1';
const CONFIGURATION_SERVER = '192.0.2.2';
const MISSING = missingPeers({ tshark: ['tshark', '--version'] });
const why = MISSING.length === 0 ? '' : ` (skipped: ${MISSING.join(', ')} missing)`;

test.runIf(PEERS_REQUIRED)('tshark is here, as it is required', () => {
  expect(MISSING).toEqual([]);
});

/** A frame as tshark sees it with the keys of one block of meters. */
interface Frame {
  readonly onInterface: string;
  readonly from: string;
  readonly to: string;
  readonly isGood: boolean;
  readonly isBad: boolean;
  readonly complaints: string;
  readonly payload: string;
}

/** A case with its capture, and what was sent in it as others than the capture count it. */
interface Captured {
  readonly planned: PlannedCase;
  readonly path: string;
  /** Of a fleet: what its head-end took and sent, counted southbound. */
  counted: Readonly<Record<string, number>> | null;
}

describe.skipIf(MISSING.length > 0)(`tshark judges all C12.22 traffic of a suite${why}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-tshark-suite-'));
  const cases: Captured[] = [];
  const journal: EntryBody[] = [];
  const frames = new Map<string, readonly (readonly Frame[])[]>();

  beforeAll(async () => {
    await runSuite(folder, cases, journal);
    for (const { path } of cases) {
      frames.set(path, await Promise.all(BLOCKS.map((block) => framesOf(path, block))));
    }
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  function seen(path: string, block: (typeof BLOCKS)[number]): readonly Frame[] {
    return frames.get(path)?.[block] ?? [];
  }

  /** The APDUs that the module in the socket sent in a case, as the journal has them. */
  function journaled(planned: PlannedCase): readonly (string | null)[] {
    return journal.flatMap((entry) =>
      entry.kind === 'observation' && entry.case === planned.key ? bytesIn(entry.observation) : [],
    );
  }

  test('each case left a capture, benches and fleets alike', () => {
    expect(new Set(cases.map(({ path }) => path)).size).toBe(cases.length);
    expect(cases.filter(({ planned }) => planned.fleet === null)).toHaveLength(7);
    expect(cases.filter(({ planned }) => planned.fleet !== null)).toHaveLength(7);
  });

  test('of a bench it holds every APDU of the module that the journal has, and answers to them', () => {
    for (const { planned, path } of cases.filter(({ planned: { fleet } }) => fleet === null)) {
      const all = seen(path, 0);
      const up = all.filter(({ to }) => to === HEAD_END || to === CONFIGURATION_SERVER);
      expect(up.length).toBeGreaterThan(5);
      expect(up.map(({ payload }) => payload)).toEqual(journaled(planned));
      expect(all.length - up.length).toBeGreaterThan(0);
    }
  });

  test('of a fleet it holds as many as the head-end counted, both ways', () => {
    for (const { path, counted } of cases.filter(({ planned: { fleet } }) => fleet !== null)) {
      const all = seen(path, 0);
      const [up, down] = [
        all.filter(({ to }) => to === HEAD_END),
        all.filter(({ from }) => from === HEAD_END),
      ];
      expect(up.length).toBeGreaterThan(100);
      expect({ received: up.length, sent: down.length }).toEqual({
        received: counted?.['received'],
        sent: counted?.['sent'],
      });
    }
  });

  test.each(BLOCKS)('block %i of the keys makes every MAC of its own meters good', (block) => {
    let good = 0;
    for (const { path } of cases) {
      const own = seen(path, block).filter(({ onInterface }) => onInterface === nameOf(block));
      expect(own.filter(({ isGood, isBad }) => !isGood || isBad)).toEqual([]);
      expect(own.filter(({ complaints }) => complaints !== '')).toEqual([]);
      good += own.length;
    }
    expect(good).toBeGreaterThan(block === 0 ? 5_000 : 500);
  });

  test.each(BLOCKS)('control: block %i makes not one of the others good', (block) => {
    let bad = 0;
    for (const { path } of cases) {
      const others = seen(path, block).filter(({ onInterface }) => onInterface !== nameOf(block));
      expect(others.filter(({ isGood, isBad }) => isGood || !isBad)).toEqual([]);
      bad += others.length;
    }
    expect(bad).toBeGreaterThan(block === 0 ? 500 : 5_000);
  });
});

function nameOf(block: number): string {
  return CaptureFile.interfaceOf(block * BLOCK);
}

function bytesIn(observation: Observation): readonly (string | null)[] {
  return observation.kind === 'message' ? [observation.bytesHex] : [];
}

/** Runs the suite as `meterbench run --capture` does, and asks each head-end for its counters last. */
async function runSuite(folder: string, cases: Captured[], journal: EntryBody[]): Promise<void> {
  const { plan, benchFor } = await compose(SUITE, { ...DEFAULT_SETTINGS, capture: true });
  await run({
    plan,
    runId: 'traffic',
    files: [],
    journal: {
      append: (body) => void journal.push(body),
      flush: () => undefined,
      keepTime: () => undefined,
    },
    benchFor: async (planned) => {
      const captured = { planned, path: capturePathIn(folder, planned.key), counted: null };
      cases.push(captured);
      return countedAtTheEnd(await benchFor(planned, folder), captured);
    },
    onFailure: () => () => undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

function countedAtTheEnd(bench: Awaited<ReturnType<Composition['benchFor']>>, to: Captured): Bench {
  const context: PerformContext = {
    step: 'counters',
    of: null,
    signal: new AbortController().signal,
    observe: (observation) => {
      if (observation.kind === 'reading') to.counted = observation.raw as typeof to.counted;
    },
    undo: () => undefined,
    energise: () => undefined,
  };
  return {
    abilities: bench.abilities,
    clock: bench.clock,
    listen: (listener) => bench.listen(listener),
    perform: (action, given) => bench.perform(action, given),
    async close() {
      if (to.planned.fleet !== null) {
        await bench.perform({ do: 'read-counter', as: 'path', counter: 'malformed' }, context);
      }
      await bench.close();
    },
  };
}

/** The frames of a capture with the keys of a block, as `meterbench keys --help` says. */
async function framesOf(path: string, block: number): Promise<readonly Frame[]> {
  const keys = keysCommand({ first: block * BLOCK, meters: BLOCK, format: 'tshark' });
  const fields = [
    'frame.interface_name',
    'ip.src',
    'ip.dst',
    'c1222.crypto_good',
    'c1222.crypto_bad',
    'udp.payload',
    ...COMPLAINTS,
  ];
  const wanted = fields.map((field) => `-e ${field}`).join(' ');
  const line = 'eval tshark -r "$1" -T fields $2 $3';
  const text = await output('sh', ['-c', line, 'sh', path, wanted, keys]);
  return text
    .split('\n')
    .slice(0, -1)
    .map((each) => frameIn(each.split('\t')));
}

function frameIn([
  onInterface = '',
  from = '',
  to = '',
  good,
  bad,
  payload = '',
  ...rest
]: readonly string[]): Frame {
  return {
    onInterface,
    from,
    to,
    isGood: good === '1',
    isBad: bad === '1',
    payload,
    complaints: rest.join(''),
  };
}
