import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { listFiles } from '../../../harness/main/files.ts';
import { WRITTEN_PLACES, withPlace } from '../../../harness/main/written-places.ts';
import { WRITTEN_SCHEMAS } from '../../../harness/main/written-schemas.ts';

function validatorOf(file: string) {
  const text = readFileSync(file, 'utf8');
  // Patterns stand beside the format, which this validator would otherwise not know.
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { date: true } });
  return ajv.compile(JSON.parse(text) as object);
}

test.each(WRITTEN_SCHEMAS)('$file is fresh', ({ file, generate }) => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(generate());
});

describe('rig files', () => {
  const validate = validatorOf('rigs/rig.schema.json');
  const shipped = listFiles('rigs', ['.rig.yaml']);

  test('some are shipped', () => expect(shipped.length).toBeGreaterThan(1));

  test.each(shipped)('an editor accepts $short', ({ file }) => {
    const text = readFileSync(file, 'utf8');
    validate(parse(text));
    expect(validate.errors).toBeNull();
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S*rig\.schema\.json$/m);
  });

  test.each([
    ['a misspelt key of a driver', 'channel: 1', 'chanel: 1'],
    ['a misspelt key of a role', 'verify-by: standard', 'verify_by: standard'],
    ['an unknown driver', 'driver: lcus', 'driver: lcsu'],
    ['an option of another driver', 'channel: 1', 'channel: 1\n  file: mine.ts'],
    ['a limit without its unit', 'voltage: 264 V', 'voltage: 264'],
  ])('an editor refuses %s', (_what, right, wrong) => {
    const text = readFileSync('rigs/simulated.rig.yaml', 'utf8');
    expect(text).toContain(right);
    expect(validate(parse(text.replace(right, wrong)))).toBe(false);
  });
});

describe('twin files', () => {
  const validate = validatorOf('rigs/twin.schema.json');
  const twin = {
    twin: 'stuck relay',
    of: 'simulated',
    faults: [{ at: 'isolation-switch', fault: 'stuck' }],
  };

  test('an editor accepts one', () => expect(validate(twin)).toBe(true));

  test('an editor refuses a fault that there is not', () => {
    expect(validate({ ...twin, faults: [{ at: 'isolation-switch', fault: 'glued' }] })).toBe(false);
  });
});

test.each(WRITTEN_PLACES)('$place of $file is fresh', ({ file, place, generate }) => {
  const document = readFileSync(file, 'utf8');
  expect(withPlace(document, place, generate())).toBe(document);
});
