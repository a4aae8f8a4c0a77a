import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { driverReference } from '../../harness/main/driver-reference.ts';
import { loadRig } from '../../harness/main/rig-files.ts';
import { validateCommand } from '../../harness/main/validate-command.ts';
import { loadDrivers } from '../../rigs/driver/own-driver.ts';
import { driverBindings, rigFileSchema } from '../../rigs/rig-file.ts';
import { loaded } from '../harness/plan/abilities.ts';

/** What docs/bench.md shows is what the product takes. */

const DOCUMENT = readFileSync('docs/bench.md', 'utf8');
const OWN_DRIVERS = 'test/rigs/driver/own';

function blocks(language: string): readonly string[] {
  const fenced = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...DOCUMENT.matchAll(fenced)].map(([, text = '']) => text);
}

/** The whole files that are shown, each with its name in the first line. */
const FILES = blocks('yaml').map((text) => ({
  name: /^# (\S+\.yaml)$/m.exec(text)?.[1] ?? 'a file without a name',
  text,
}));
const LAB = FILES.find(({ name }) => name === 'lab.rig.yaml')?.text ?? '';

const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(FILES)('validate accepts $name', ({ name, text }) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  expect(validateCommand([file], { writeSchema: false })).toBe('1 file without a mistake');
});

test('a rig file, a twin file and answers are shown', () => {
  const names = FILES.map(({ name }) => name).toSorted();
  expect(names).toEqual(['lab.answers.yaml', 'lab.rig.yaml', 'stuck.twin.yaml']);
});

describe('the driver of one’s own', () => {
  test('is a file that the tests load', () => {
    expect(blocks('ts')).toEqual([readFileSync(`${OWN_DRIVERS}/thermometer.ts`, 'utf8')]);
  });

  test('is loaded by the rig file that is shown', async () => {
    const rig = loaded(loadRig('lab.rig.yaml', LAB));
    const driverOf = await loadDrivers(driverBindings(rig), OWN_DRIVERS);
    const oven = rig.probes?.['oven'];
    if (oven === undefined) throw new Error('no oven is shown');
    expect(driverOf('probe', oven).name).toBe('thermometer');
  });
});

describe('nothing is left unexplained', () => {
  const { properties = {} } = z.toJSONSchema(rigFileSchema, { io: 'input' });
  const written = JSON.stringify(properties);

  test.each([...topLevel(properties), ...ofPositions(properties)])('the key %s is shown', (key) => {
    expect(written).toContain(`"${key}"`);
    expect(DOCUMENT).toMatch(new RegExp(`(?:^|[\\s{\`])${key}:`, 'm'));
  });

  test('every option of every driver says what it is', () => {
    const items = driverReference().match(/^ *- `.*$/gm) ?? [];
    expect(items.length).toBeGreaterThan(40);
    expect(items.filter((item) => !/: \S/.test(item))).toEqual([]);
  });
});

type Properties = Readonly<Record<string, z.core.JSONSchema._JSONSchema>>;

function topLevel(properties: Properties): readonly string[] {
  return Object.keys(properties);
}

function ofPositions({ positions }: Properties): readonly string[] {
  if (typeof positions !== 'object') return [];
  const { items } = positions;
  if (typeof items !== 'object' || Array.isArray(items)) return [];
  const { properties = {} } = items as { readonly properties?: Properties };
  const { dut } = properties;
  const inDut = typeof dut === 'object' ? Object.keys(dut.properties ?? {}) : [];
  return [...Object.keys(properties), ...inDut];
}
