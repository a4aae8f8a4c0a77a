import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CounterStore, type IvBlock } from '../../../rigs/fleet/counter-store.ts';

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

test('nothing but the store is left in its folder', () => {
  const store = new CounterStore(path);
  store.reserve();
  store.release();
  expect(readdirSync(folder)).toEqual(['counters.json']);
});

test.each(['', 'not json', 'null', '{}', '{"next":0}', '{"next":"1"}', '{"next":1.5}'])(
  'a store with %j in it is refused, as its IVs may have been used',
  (text) => {
    writeFileSync(path, text);
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
