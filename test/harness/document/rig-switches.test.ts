import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadRig } from '../../../harness/main/rig-files.ts';
import { DRIVERS } from '../../../rigs/driver/registry.ts';
import { rigFileSchema } from '../../../rigs/rig-file.ts';

/** What a rig file may say of an isolation switch, and how a slip of the pen is told. */

const RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8');
const isValid = new Ajv2020({ strict: false, validateFormats: false }).compile(
  z.toJSONSchema(rigFileSchema, { target: 'draft-2020-12', io: 'input' }),
);

function rigWith(...lines: readonly string[]): string {
  const text = RIG.replace(
    'driver: lcus\n  port: simulated\n  channel: 1\n',
    `${lines.join('\n  ')}\n`,
  );
  expect(text).not.toBe(RIG);
  return text;
}

function mistakesOf(text: string): string[] {
  const loaded = loadRig('a.rig.yaml', text);
  return loaded.ok ? [] : loaded.mistakes.map(({ message }) => message);
}

const SWITCHES: Readonly<Record<string, { lines: string[]; options: object }>> = {
  lcus: {
    lines: ['driver: lcus', 'port: simulated', 'channel: 3'],
    options: { channel: 3 },
  },
  'modbus-rtu': {
    lines: [
      'driver: modbus-rtu',
      'port: tcp://192.0.2.10:4196',
      'address: 1',
      'coil: 0',
      'timer: waveshare',
      'baud: 19200',
      'parity: even',
    ],
    options: { address: 1, coil: 0, timer: 'waveshare', baud: 19_200, parity: 'even' },
  },
  numato: {
    lines: ['driver: numato', 'port: /dev/serial/by-id/usb-Numato', 'relay: 10'],
    options: { relay: 10 },
  },
  line: {
    lines: ['driver: line', 'port: /dev/ttyUSB0', 'line: dtr', 'active: on', 'in-series-with: K2'],
    options: { line: 'dtr', active: 'on' },
  },
  http: {
    lines: [
      'driver: http',
      'port: http://192.0.2.10',
      'api: shelly-gen2',
      'outlet: 1',
      'user: admin',
      'password: { env: SHELLY_PASSWORD }',
      'limit: 2 s',
    ],
    options: {
      api: 'shelly-gen2',
      outlet: 1,
      user: 'admin',
      password: { env: 'SHELLY_PASSWORD' },
      limit: 2e9,
    },
  },
  command: {
    lines: [
      'driver: command',
      'on: [relay, on]',
      'off: [relay, off]',
      'read: [relay, read]',
      'limit: 500 ms',
    ],
    options: { on: ['relay', 'on'], off: ['relay', 'off'], read: ['relay', 'read'], limit: 500e6 },
  },
  manual: { lines: ['driver: manual'], options: {} },
};

test('every driver of an isolation switch is written here', () => {
  expect(DRIVERS['isolation-switch'].map(({ name }) => name).toSorted()).toEqual(
    Object.keys(SWITCHES).toSorted(),
  );
});

describe.each(Object.entries(SWITCHES))('%s', (driver, { lines, options }) => {
  test('is accepted by the loader and by the JSON Schema', () => {
    const text = rigWith(...lines);
    const loaded = loadRig('a.rig.yaml', text);
    expect(loaded.ok ? loaded.value.mains : loaded.mistakes).toMatchObject({ driver, options });
    expect(isValid(parse(text))).toBe(true);
  });

  test('an option that it has not is told, by both', () => {
    const text = rigWith(...lines, 'chanel: 3');
    expect(mistakesOf(text)).toEqual(['unknown key chanel']);
    expect(isValid(parse(text))).toBe(false);
  });
});

const OWN = [
  'driver: http',
  'port: http://192.0.2.10',
  'api:',
  '  on: { path: /on }',
  '  off: { path: /off, method: POST, body: now }',
  '  read: { path: /state, closed: "yes", open: "no" }',
];

test('requests of the user’s own are accepted', () => {
  expect(mistakesOf(rigWith(...OWN))).toEqual([]);
});

test.each<[string, readonly string[], string]>([
  [
    'a misspelt option',
    ['driver: modbus-rtu', 'port: simulated', 'adress: 1', 'coil: 0'],
    'unknown key adress',
  ],
  ['no coil', ['driver: modbus-rtu', 'port: simulated', 'address: 1'], 'the key coil is missing'],
  [
    'the broadcast address',
    ['driver: modbus-rtu', 'port: simulated', 'address: 0', 'coil: 0'],
    'at least 1',
  ],
  [
    'a timer of another maker',
    ['driver: modbus-rtu', 'port: simulated', 'address: 1', 'coil: 0', 'timer: waveshar'],
    '"waveshar" is not allowed here',
  ],
  ['a relay past the module', ['driver: numato', 'port: simulated', 'relay: 32'], 'at most 31'],
  [
    'another line',
    ['driver: line', 'port: simulated', 'line: cts', 'active: on'],
    '"cts" is not allowed here',
  ],
  ['a device path for HTTP', ['driver: http', 'port: /dev/ttyUSB0', 'api: netio'], 'is no address'],
  [
    'a password in the file',
    ['driver: http', 'port: http://192.0.2.10', 'api: netio', 'password: secret'],
    'no password stands in a rig file: write { env: NAME }',
  ],
  [
    'a misspelt preset',
    ['driver: http', 'port: http://192.0.2.10', 'api: nettio'],
    '"nettio" is not allowed here',
  ],
  [
    'a read without what open looks like',
    OWN.map((line) => line.replace(', open: "no"', '')),
    'the key open is missing',
  ],
  [
    'a pattern that is none',
    OWN.map((line) => line.replace('"yes"', '"("')),
    '"(" is no regular expression',
  ],
  [
    'a misspelt request',
    OWN.map((line) => line.replace('path: /on', 'pth: /on')),
    'unknown key pth',
  ],
  ['a shell command', ['driver: command', 'on: relay on', 'off: [relay, off]'], 'a list of texts'],
  [
    'a limit without a unit',
    ['driver: command', 'on: [a]', 'off: [b]', 'limit: 5'],
    '5 has no unit',
  ],
  ['a port for a person', ['driver: manual', 'port: simulated'], 'unknown key port'],
])('%s is told', (_what, lines, message) => {
  expect(mistakesOf(rigWith(...lines))).toEqual([expect.stringContaining(message)]);
});
