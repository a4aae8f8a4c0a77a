import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { validateCommand } from '../../harness/main/validate-command.ts';
import { DRIVERS } from '../../rigs/driver/registry.ts';

const README = readFileSync('README.md', 'utf8');

const folder = mkdtempSync(path.join(os.tmpdir(), 'meterbench-readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('validate accepts the rig file that is shown', () => {
  const text = /^```yaml\n(# my\/first\.rig\.yaml\n[^]*?)^```$/m.exec(README)?.[1] ?? '';
  const file = path.join(folder, 'first.rig.yaml');
  writeFileSync(file, text);
  expect(validateCommand([file], { writeSchema: false })).toBe('1 file without a mistake');
});

test('the table of drivers is the registry', () => {
  const told = [...README.matchAll(/^\| ([a-z -]+?) +\| (`.*?) +\|$/gm)].map(
    ([, role = '', names = '']) => [role.replace(' ', '-'), names.replaceAll('`', '').split(', ')],
  );
  const registered = Object.entries(DRIVERS).map(([role, drivers]) => [
    role,
    drivers.map(({ name }) => name),
  ]);
  expect(Object.fromEntries(told)).toMatchObject(Object.fromEntries(registered));
});
