import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import { displayName } from '../../../harness/main/files.ts';
import { otherRigs } from '../../../harness/main/other-rigs.ts';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'meterbench-rigs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

const SHIPPED = readFileSync('rigs/simulated.rig.yaml', 'utf8');

test('rigs beside the named one come first, then those of the project; what has mistakes is left out', () => {
  const folder = folderOf({
    'b.rig.yaml': SHIPPED.replace('rig: simulated', 'rig: b'),
    'broken.rig.yaml': SHIPPED.replace('driver: lcus', 'driver: lcsu'),
  });
  copyFileSync('rigs/simulated.rig.yaml', path.join(folder, 'a.rig.yaml'));
  const found = otherRigs(displayName(path.join(folder, 'a.rig.yaml')), folder);
  const names = found.map(({ file }) => file);
  expect(names[0]).toBe(`${path.basename(folder)}/b.rig.yaml`);
  expect(names).toContain('rigs/simulated.rig.yaml');
  expect(names.join()).not.toMatch(/\/a\.rig|broken/);
  expect(found[0]?.profile).toBeNull();
  expect(found[0]?.instruments.map(({ role }) => role)).toContain('reference-standard');
});

test('a plan names the rig file that has what this one lacks', async () => {
  const folder = folderOf({
    'no-standard.rig.yaml': SHIPPED.replace(/^standard:\n( {2}.*\n)+/m, '').replace(
      'verify-by: standard',
      'verify-by: nothing',
    ),
  });
  const rig = path.join(folder, 'no-standard.rig.yaml');
  const { plan } = await compose('accuracy/load-points', { ...DEFAULT_SETTINGS, rig });
  expect(plan.inapplicable.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(
      /^needs reference-standard; bench simulated has none; rigs\/\S+\.rig\.yaml has it$/,
    ),
  ]);
});
