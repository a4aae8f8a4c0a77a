import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CounterStore, type IvBlock } from '../../../rigs/fleet/counter-store.ts';
import { lineOf, type Peer, start, stop } from '../../interop/peers.ts';

const DYING_USER = fileURLToPath(new URL('./dying-user.ts', import.meta.url));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterbench-counters-'));
  path = join(folder, 'counters.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const overlaps = (one: IvBlock, other: IvBlock): boolean =>
  one.base < other.base + other.size && other.base < one.base + one.size;

test('the first block begins at 1', () => {
  expect(new CounterStore(path).reserve().base).toBe(1);
});

test('runs that end in order have blocks one behind the other', () => {
  const first = new CounterStore(path);
  const one = first.reserve();
  first.release();
  const two = new CounterStore(path).reserve();
  expect(two.base).toBe(one.base + one.size);
});

test('after a crash a block more is skipped', () => {
  const one = new CounterStore(path).reserve();
  const two = new CounterStore(path).reserve();
  expect(two.base).toBe(one.base + 2 * one.size);
});

test('a power cut between the use of IVs and any saving of it repeats none', async () => {
  const used: number[] = [];
  for (let life = 0; life < 3; life++) {
    const child = start(process.execPath, [DYING_USER, path, '5']);
    const said = text(child.stdout);
    const [, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    used.push(...(JSON.parse(await said) as number[]));
  }
  expect(new Set(used).size).toBe(15);
  expect(used).toEqual(used.toSorted((one, other) => one - other));
});

test('no two blocks overlap, whatever way the runs end', () => {
  const blocks: IvBlock[] = [];
  for (let run = 0; run < 20; run++) {
    const store = new CounterStore(path);
    blocks.push(store.reserve());
    if (run % 3 !== 0) store.release();
  }
  for (const [place, block] of blocks.entries()) {
    expect(blocks.slice(place + 1).filter((other) => overlaps(block, other))).toEqual([]);
  }
  expect(overlaps({ base: 1, size: 10 }, { base: 10, size: 5 })).toBe(true);
});

test('nothing but the store and its lock is left in its folder', () => {
  const store = new CounterStore(path);
  store.reserve();
  store.release();
  expect(readdirSync(folder)).toEqual(['counters.json', 'counters.json.lock']);
});

/** Runs code in another process, until the end of the test at the latest. */
function inProcess(code: string): Peer {
  const child = start(process.execPath, ['--input-type=module', '-e', code]);
  onTestFinished(() => stop(child));
  return child;
}

describe('between processes', () => {
  const MODULE = new URL('../../../rigs/fleet/counter-store.ts', import.meta.url).href;
  const EACH = 100;

  /** Reserves and releases over and over. @returns the blocks that it was given */
  async function reserving(): Promise<IvBlock[]> {
    const child = inProcess(`
      import { CounterStore } from ${JSON.stringify(MODULE)};
      const store = new CounterStore(${JSON.stringify(path)});
      const blocks = [];
      for (let run = 0; run < ${EACH}; run++) {
        blocks.push(store.reserve());
        store.release();
      }
      process.stdout.write(JSON.stringify(blocks));
    `);
    return JSON.parse(await text(child.stdout)) as IvBlock[];
  }

  test('three at the same time never get one block', async () => {
    const blocks = (await Promise.all([reserving(), reserving(), reserving()])).flat();
    expect(blocks).toHaveLength(3 * EACH);
    expect(new Set(blocks.map(({ base }) => base)).size).toBe(3 * EACH);
  });

  test('a lock is waited for, and one that a killed process held is free', async () => {
    const holder = inProcess(`
      import { DatabaseSync } from 'node:sqlite';
      const lock = new DatabaseSync(${JSON.stringify(`${path}.lock`)});
      lock.exec('BEGIN EXCLUSIVE');
      process.stdout.write('held\\n');
      setInterval(() => {}, 1000);
    `);
    await lineOf(holder, 'stdout', /held/);
    expect(() => new CounterStore(path).reserve()).toThrow(
      /counters\.json\.lock: the lock was awaited for 5000 ms at most/,
    );
    const ended = once(holder, 'close');
    holder.kill('SIGKILL');
    await ended;
    expect(new CounterStore(path).reserve().base).toBe(1);
  });
});

test.each(['', 'not json', 'null', '{}', '{"next":0}', '{"next":"1"}', '{"next":1.5}'])(
  'a store with %j in it is refused, as its IVs may have been used',
  (written) => {
    writeFileSync(path, written);
    expect(() => new CounterStore(path).reserve()).toThrow(path);
  },
);

test('a store that does not say how its last run ended counts as crashed', () => {
  writeFileSync(path, '{"next":1}');
  expect(new CounterStore(path).reserve().base).toBe(1 + 0x1_0000);
});

test('IVs do not start over when they are used up', () => {
  writeFileSync(path, JSON.stringify({ next: 0xffff_0001, inUse: false }));
  expect(() => new CounterStore(path).reserve()).toThrow('used up');
});
