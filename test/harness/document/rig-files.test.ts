import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadProfile, loadRig } from '../../../harness/main/rig-files.ts';

const RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8');
const PROFILE = readFileSync('rigs/profiles/centron-gprs.yaml', 'utf8');

function rigMistakes(...changes: readonly (readonly [from: string, to: string])[]): string[] {
  const text = changes.reduce((changed, [from, to]) => changed.replace(from, () => to), RIG);
  expect(text).not.toBe(RIG);
  const loaded = loadRig('a.rig.yaml', text);
  return loaded.ok ? [] : loaded.mistakes.map(({ message }) => message);
}

test('a rig file gives whole numbers, and an uncertainty with its coverage factor', () => {
  const loaded = loadRig('a.rig.yaml', RIG);
  if (!loaded.ok) throw new Error('the shipped rig file has mistakes');
  expect(loaded.value.limits).toEqual({ voltage: 264_000, current: 100_000 });
  expect(loaded.value.standard?.instrument?.uncertainty).toEqual({
    expanded: 200,
    unit: 'ppm',
    coverageFactor: 2,
  });
});

test('all mistakes of a rig file are told at once', () => {
  expect(
    rigMistakes(['264 V', '264'], ['driver: lcus', 'driver: lcsu'], ['senses:', 'sense:']),
  ).toEqual([
    expect.stringContaining('264 has no unit: "264 V"?'),
    'unknown driver: "lcsu"',
    'unknown key sense',
  ]);
});

test.each([
  [
    'an uncertainty without its coverage factor',
    'U: 0.02 %, k: 2',
    'U: 0.02 %',
    'U and k belong together',
  ],
  ['an uncertainty without a unit', 'U: 0.02 %', 'U: 0.02', 'with its unit'],
  ['a port that is none', 'port: simulated', 'port: ttyUSB0', 'is no port'],
  ['an unknown effect', '[reads, writes]', '[reads, wirtes]', '"wirtes" is not allowed here'],
  [
    'an unsafe safe state',
    'mains: open, source',
    'mains: closed, source',
    '"closed" is not allowed',
  ],
])('%s is refused', (_what, from, to, message) => {
  expect(rigMistakes([from, to])).toEqual([expect.stringContaining(message)]);
});

test('a number of a meter type without its source is refused', () => {
  const text = PROFILE.replace('boot: { value: 2 s, source: assumed }', 'boot: { value: 2 s }');
  expect(text).not.toBe(PROFILE);
  const loaded = loadProfile('a.yaml', text);
  expect(loaded.ok ? [] : loaded.mistakes.map(({ message }) => message)).toEqual([
    'the key source is missing',
  ]);
});
