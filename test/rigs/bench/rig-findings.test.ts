import { describe, expect, test } from 'vitest';
import { doubledPorts, energisesByPort, switchFindings } from '../../../rigs/bench/rig-findings.ts';
import type { Safety } from '../../../rigs/driver/driver.ts';
import { controlLine } from '../../../rigs/isolation/line.ts';
import { lcus } from '../../../rigs/isolation/lcus.ts';
import type { MainsBinding, RigFile } from '../../../rigs/rig-file.ts';

const MAINS: MainsBinding = {
  driver: 'lcus',
  port: '/dev/ttyUSB0',
  instrument: null,
  file: null,
  options: { channel: 1 },
  switches: 'contactor',
  readback: 'state',
  'verify-by': 'readback',
};
const downstream = { senses: 'downstream' } as NonNullable<RigFile['standard']>;
const upstream = { ...downstream, senses: 'upstream' } as const;

const safetyOf = (driver: typeof lcus, options: object): Safety | null =>
  driver.safety?.(options) ?? null;
const RELAY = safetyOf(lcus, { channel: 1 });
const LINE_ON = safetyOf(controlLine, { line: 'dtr', active: 'on' });
const LINE_OFF = safetyOf(controlLine, { line: 'dtr', active: 'off' });

function told(
  changes: Partial<MainsBinding>,
  standard?: RigFile['standard'],
  safety: Safety | null = RELAY,
): readonly string[] {
  const found = switchFindings({ mains: { ...MAINS, ...changes }, standard }, safety);
  return found.map(({ severity, text }) => `${severity}: ${text}`);
}

test('a relay that reads back and drives a contactor gives nothing to say', () => {
  expect(told({})).toEqual([]);
});

describe('what verifies the switch', () => {
  test.each<[string, Partial<MainsBinding>, RigFile['standard'], string]>([
    [
      'a standard that is not there',
      { 'verify-by': 'standard' },
      undefined,
      'error: .*there is none',
    ],
    [
      'a standard upstream',
      { 'verify-by': 'standard' },
      upstream,
      'error: .*upstream of the switch',
    ],
    ['a read-back that is not there', { readback: 'none' }, undefined, 'error: .*readback: none'],
    ['nothing', { 'verify-by': 'nothing' }, downstream, 'warning: nothing shows'],
  ])('%s', (_what, changes, standard, pattern) => {
    expect(told(changes, standard)).toEqual([expect.stringMatching(new RegExp(pattern))]);
  });

  test('a standard downstream does', () => {
    expect(told({ 'verify-by': 'standard', readback: 'none' }, downstream)).toEqual([]);
  });
});

describe('a control line', () => {
  const second = { 'in-series-with': 'contactor K1' };

  test.each([
    ['that closes when it rises', LINE_ON, 'whoever opens the port'],
    ['that closes when it falls', LINE_OFF, 'as soon as nobody holds the port'],
  ])('%s may not hold the mains alone, and its port is left alone', (_what, safety, text) => {
    expect(told({}, undefined, safety)).toEqual([expect.stringContaining(text)]);
    expect(energisesByPort(MAINS, safety)).toBe(true);
    expect(told(second, undefined, safety)).toEqual([]);
    expect(energisesByPort({ ...MAINS, ...second }, safety)).toBe(false);
  });

  test('that merely drops is no dead-man alone', () => {
    const drops: Safety = { deadMan: 'line drops', offWithinNs: 1, energisesOnOpen: false };
    expect(told({}, undefined, drops)).toEqual([expect.stringContaining('is no dead-man')]);
    expect(energisesByPort(MAINS, drops)).toBe(false);
  });
});

test('a hobby relay on the potential circuit itself is a warning', () => {
  expect(told({ switches: 'potential circuit' })).toEqual([
    expect.stringMatching(/^warning: a lcus/),
  ]);
  expect(told({ switches: 'potential circuit', driver: 'http' })).toEqual([]);
});

test('a rig without a switch is a warning', () => {
  expect(switchFindings({ mains: undefined, standard: undefined }, null)).toMatchObject([
    { severity: 'warning' },
  ]);
});

function real(port: string): string {
  return port.includes('by-id') ? '/dev/ttyUSB0' : port;
}

test('a by-id path and its device are one port; twins and programs have none', () => {
  const used = [
    { role: 'source', port: '/dev/ttyUSB0' },
    { role: 'standard', port: '/dev/serial/by-id/one' },
    { role: 'clock-output', port: 'simulated' },
    { role: 'probe a', port: 'simulated' },
    { role: 'probe b', port: null },
    { role: 'probe c', port: null },
  ];
  expect(doubledPorts(used, real)).toEqual([
    {
      severity: 'error',
      role: 'standard',
      text: '/dev/serial/by-id/one is the port of source already',
    },
  ]);
});
