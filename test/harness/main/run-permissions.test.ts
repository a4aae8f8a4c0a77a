import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calibrationOverride, effects } from '../../../harness/main/arguments.ts';

import { compose, DEFAULT_SETTINGS, type Settings } from '../../../harness/main/compose.ts';
import { Refusal } from '../../../harness/main/exit.ts';
import { progressOn } from '../../../harness/main/progress.ts';
import { runCommand } from '../../../harness/main/run-command.ts';
import { calibrationRefusal } from '../../../harness/plan/calibration.ts';

const TARGET = 'accuracy/load-points';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'meterbench-permissions-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A rig file whose standard is real and overdue; nothing listens at its port. */
function overdueRig(profile: string): string {
  const text = readFileSync('rigs/simulated.rig.yaml', 'utf8').replace(
    /port: simulated\n {2}senses: downstream\n.*/,
    'port: tcp://127.0.0.1:1\n  senses: downstream\n  instrument: { make: ZERA, model: MT310s2, serial: "1", certificate: C-1, due: 2020-01-01, U: 0.02 %, k: 2 }',
  );
  const file = path.join(folder, 'overdue.rig.yaml');
  writeFileSync(file, text.replace('time: simulated', `profile: ${profile}`));
  return file;
}

async function outcome(settings: Partial<Settings>): Promise<unknown> {
  const composition = await compose(TARGET, { ...DEFAULT_SETTINGS, ...settings });
  const out = path.join(folder, 'run');
  const error: unknown = await runCommand(composition, {
    out,
    json: false,
    shards: 1,
    meters: 1,
    progress: progressOn(process.stderr),
    live: null,
  }).catch((caught: unknown) => caught);
  expect(existsSync(out)).toBe(false);
  return error;
}

const override = { by: 'A. Tester', reason: 'in the post' };

test.each([
  ['lab', undefined],
  ['certification', undefined],
  ['certification', override],
])(
  'an overdue standard of a rig for %s refuses the run with 4, touching nothing',
  async (profile, overrideCalibration) => {
    const error = await outcome({ rig: overdueRig(profile), overrideCalibration });
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ exitCode: 4 });
    expect(String(error)).toMatch(
      /reference-standard: ZERA MT310s2, 1: .* overdue .*nothing was touched/,
    );
  },
);

test.each([
  ['lab', override],
  ['development', undefined],
])('a rig for %s with override %o is let through, and the plan says so', async (profile, by) => {
  const rig = overdueRig(profile);
  const { plan } = await compose(TARGET, {
    ...DEFAULT_SETTINGS,
    rig,
    ...(by && { overrideCalibration: by }),
  });
  const { calibration } = plan.permissions;
  expect(calibration.findings.map(({ what }) => what)).toContain('overdue');
  expect(calibration.override).toEqual(by ?? null);
  expect(calibrationRefusal(calibration)).toBeNull();
});

test('what the options hold is read, and what they cannot hold is told', () => {
  expect(effects('writes, may lock')).toEqual(['writes', 'may lock']);
  expect(() => effects('writes,may explode')).toThrow('"may explode" is none of reads, writes');
  expect(calibrationOverride('A. Tester: sent: away')).toEqual({
    by: 'A. Tester',
    reason: 'sent: away',
  });
  for (const wrong of ['A. Tester', ': because', 'A. Tester: ']) {
    expect(() => calibrationOverride(wrong)).toThrow(InvalidArgumentError);
  }
});

test('a rig whose mains hang on a control line alone is not energised: nothing is opened', async () => {
  const text = readFileSync(overdueRig('development'), 'utf8')
    .replace(
      'driver: lcus\n  port: simulated\n  channel: 1',
      'driver: line\n  port: /dev/null\n  line: dtr\n  active: on',
    )
    .replace('due: 2020-01-01', 'due: 2099-01-01');
  const rig = path.join(folder, 'line.rig.yaml');
  writeFileSync(rig, text);
  expect(String(await outcome({ rig }))).toContain('a control line alone holds the mains');
});
