import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRig } from '../../../harness/main/rig-files.ts';
import { loadDrivers } from '../../../rigs/driver/own-driver.ts';
import { driverBindings, type RigFile } from '../../../rigs/rig-file.ts';
import { loaded } from '../../harness/plan/abilities.ts';

const RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8');
const FOLDER = 'test/rigs/driver/own';

/** The shipped rig with probes whose drivers are a user's own. */
function rigWith(probes: string): RigFile {
  return loaded(loadRig('own.rig.yaml', `${RIG}probes:\n${probes}`));
}

const probe = (name: string, file: string, options = '{ channel: 2 }') =>
  `  ${name}: { driver: own, file: ${file}, port: tcp://127.0.0.1:1, options: ${options} }\n`;

const load = (rig: RigFile) => loadDrivers(driverBindings(rig), FOLDER);

test('a driver beside the rig file is loaded', async () => {
  const rig = rigWith(probe('room', 'thermometer.ts'));
  const driverOf = await load(rig);
  const binding = rig.probes?.['room'];
  if (binding === undefined) throw new Error('the rig file lost its probe');
  const driver = driverOf('probe', binding);
  expect(driver).toMatchObject({ name: 'thermometer', role: 'probe', reach: 'line' });
});

describe('what is wrong with a driver of the user’s own is told', () => {
  test.each([
    ['no file at all', 'missing.ts', 'driver missing.ts: it cannot be loaded'],
    ['a module that fails', 'throwing.ts', 'it cannot be loaded: the library is not installed'],
    ['another default export', 'no-driver.ts', 'its default export is no driver'],
  ])('%s', async (_what, file, fault) => {
    await expect(load(rigWith(probe('room', file)))).rejects.toMatchObject({
      blame: 'scenario',
      message: expect.stringContaining(fault),
    });
  });

  test('another role', async () => {
    const standard = 'driver: own\n  file: thermometer.ts\n  senses';
    const text = RIG.replace(/driver: zera-scpi\n {2}port: simulated\n {2}senses/, standard);
    const rig = loaded(loadRig('own.rig.yaml', text));
    await expect(load(rig)).rejects.toThrow('it is a driver for probe, not for reference-standard');
  });

  test.each([
    ['a wrong value', '{ channel: 7 }', /its options are wrong: channel: .*4/],
    ['a missing key', '{}', /its options are wrong: channel: /],
    ['an unknown key', '{ channel: 1, chanel: 2 }', /its options are wrong: .*chanel/],
  ])('options with %s', async (_what, options, fault) => {
    await expect(load(rigWith(probe('room', 'thermometer.ts', options)))).rejects.toThrow(fault);
  });

  test('all at once', async () => {
    const rig = rigWith(
      probe('one', 'no-driver.ts') + probe('two', 'thermometer.ts', '{ channel: 0 }'),
    );
    await expect(load(rig)).rejects.toThrow(/no-driver\.ts: [^]*thermometer\.ts: /);
  });
});

test('mistakes of a rig file are told all at once, each with its line and column', () => {
  const text = RIG.replace('264 V', '264')
    .replace('switches: potential circuit', 'switches: load current')
    .replace(
      'port: simulated\n      instrument: { make: meterbench, model: simulated link',
      'prot: simulated\n      instrument: { make: meterbench, model: simulated link',
    )
    .concat('probes:\n  room: { driver: own, fiel: thermometer.ts }\n');
  const result = loadRig('a.rig.yaml', text);
  const mistakes = result.ok ? [] : result.mistakes;
  const lineOf = (part: string) => text.slice(0, text.indexOf(part)).split('\n').length;
  expect(mistakes.map(({ line, message }) => [line, message])).toEqual([
    [lineOf('voltage: 264'), expect.stringContaining('264 has no unit')],
    [lineOf('prot:'), 'unknown key prot'],
    [lineOf('switches:'), expect.stringContaining('"load current" is not allowed here')],
    [lineOf('fiel:'), 'unknown key fiel'],
  ]);
  for (const { column } of mistakes) expect(column).toBeGreaterThan(2);
});
