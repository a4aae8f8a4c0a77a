import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { abilitiesOf } from '../../../rigs/bench/abilities.ts';
import { loadProfile, loadRig } from '../../../harness/main/rig-files.ts';

/** What a rig file may say of its standard and its source, and what comes of it before anything is opened. */

const RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8');
const PROFILE = readFileSync('rigs/profiles/centron-gprs.yaml', 'utf8');

function load(role: 'standard' | 'source', lines: readonly string[]) {
  const block = new RegExp(String.raw`^${role}:\n(  .*\n)+`, 'm');
  expect(RIG).toMatch(block);
  const text = RIG.replace(block, () => `${[`${role}:`, ...lines].join('\n  ')}\n`);
  return loadRig('a.rig.yaml', text);
}

function mistakes(role: 'standard' | 'source', lines: readonly string[]): readonly string[] {
  const loaded = load(role, lines);
  return loaded.ok ? [] : loaded.mistakes.map(({ message }) => message);
}

function performs(lines: readonly string[]): readonly string[] {
  const rig = load('standard', lines);
  const profile = loadProfile('centron-gprs', PROFILE);
  const position = rig.ok ? rig.value.positions[0] : undefined;
  if (!rig.ok || !profile.ok || position === undefined) throw new Error('the files have mistakes');
  return abilitiesOf(rig.value, position, profile.value, null).performs;
}

const COMPARATOR = ['driver: pulse-comparator', 'port: COM3', 'senses: downstream'];
const CONSTANT = ['constant: 0.00001 Wh/pulse', 'edges-per-pulse: 2'];
const ZERA = ['driver: zera-scpi', 'port: tcp://192.0.2.7:6320', 'senses: downstream'];
const POWER_METER = ['driver: scpi-power-meter', 'port: simulated', 'senses: downstream'];
const SOURCE = ['driver: scpi-source', 'port: /dev/serial/by-id/source'];

describe('a rig file names', () => {
  test.each<[string, 'standard' | 'source', readonly string[]]>([
    ['a ZERA standard', 'standard', [...ZERA, 'pulses-from: HK1']],
    ['a counter board', 'standard', [...COMPARATOR, ...CONSTANT]],
    ['a power meter', 'standard', POWER_METER],
    ['a person at a standard', 'standard', ['driver: manual', 'senses: upstream']],
    ['a source of a maker', 'source', [...SOURCE, 'preset: keysight-ac6800', 'watchdog: 5 s']],
    ['a source with its frequency', 'source', [...SOURCE, 'frequency: 60 Hz']],
    ['a person at a source', 'source', ['driver: manual']],
  ])('%s', (_what, role, lines) => {
    expect(mistakes(role, lines)).toEqual([]);
  });
});

describe('what is wrong is told', () => {
  test.each<[string, 'standard' | 'source', readonly string[], string]>([
    ['a misspelt input', 'standard', [...ZERA, 'pulse-from: SC1'], 'pulse-from'],
    ['an unknown input', 'standard', [...ZERA, 'pulses-from: SC9'], '"SC9" is not allowed here'],
    [
      'a misspelt constant',
      'standard',
      [...COMPARATOR, ...CONSTANT, 'konstant: 1 Wh/pulse'],
      'konstant',
    ],
    [
      'a constant without its unit',
      'standard',
      [...COMPARATOR, 'constant: "0.1"', 'edges-per-pulse: 1'],
      'Wh/pulse',
    ],
    [
      'a pulse of no energy',
      'standard',
      [...COMPARATOR, 'constant: 0 Wh/pulse', 'edges-per-pulse: 1'],
      'counts nothing',
    ],
    [
      'edges that are not told',
      'standard',
      [...COMPARATOR, 'constant: 0.1 Wh/pulse'],
      'edges-per-pulse is missing',
    ],
    ['a misspelt option of a power meter', 'standard', [...POWER_METER, 'element: 1'], 'element'],
    [
      'a port of a person',
      'standard',
      ['driver: manual', 'port: COM1', 'senses: upstream'],
      'port',
    ],
    ['an unknown preset', 'source', [...SOURCE, 'preset: cromha'], '"cromha" is not allowed here'],
    ['a misspelt preset', 'source', [...SOURCE, 'presett: pacific'], 'presett'],
    ['a frequency without its unit', 'source', [...SOURCE, 'frequency: "60"'], 'Hz'],
    ['an option of a person', 'source', ['driver: manual', 'watchdog: 5 s'], 'watchdog'],
  ])('%s', (_what, role, lines, message) => {
    expect(mistakes(role, lines)).toEqual([expect.stringContaining(message)]);
  });
});

test('a rig whose standard has no gate for pulses does not measure accuracy, and plans know', () => {
  expect(performs(POWER_METER)).not.toContain('measure-accuracy');
  expect(performs(POWER_METER)).toContain('apply-load');
  expect(performs([...COMPARATOR, ...CONSTANT])).toContain('measure-accuracy');
});
