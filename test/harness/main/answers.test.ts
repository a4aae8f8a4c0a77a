import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { CONSOLE_TWIN } from '../../../rigs/console/console-twin.ts';
import { NO_PTY } from '../../rigs/driver/far-end.ts';
import { CLI } from './command-line.ts';

const FOLDER = mkdtempSync(path.join(os.tmpdir(), 'meterbench-answers-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

function written(name: string, text: string): string {
  const file = path.join(FOLDER, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function meterbench(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, ...environment };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const SHIPPED_RIG = readFileSync('rigs/simulated.rig.yaml', 'utf8').replace(
  /    probes:\n      storage:\n(?: {8}.*\n)+/,
  '',
);
const RIG = written(
  'fitted.rig.yaml',
  SHIPPED_RIG.replace(
    '\nmains:',
    `
    console:
      driver: console-serial
      port: simulated
      prompt: 'meter#'
      login:
        - { awaits: 'login:', send: ${CONSOLE_TWIN.user} }
        - { awaits: 'Password:', send-from: TEST_CONSOLE_PASSWORD }
    probes:
      storage: { driver: scpi-voltmeter, port: simulated }
    stimuli:
      magnet: { driver: actuator, port: simulated, states: [away, near], acts-on: magnet }
mains:`,
  ),
);
const SCENARIO = written(
  'by-hand/lamp.yaml',
  `scenario: The lamp is lit while the meter is alive
covers: [OUT-01]
needs: { bench: [operator, console, probe storage, stimulus magnet] }
steps:
  - do: close-mains
  - do: wait
    with: { for: 2 min }
  - do: set-stimulus
    with: { stimulus: magnet, state: near }
  - do: read-probe
    with: { probe: storage, as: stored, unit: V }
  - id: lamp
    do: ask-operator
    with: { as: lamp, text: 'Is the lamp lit?', wants: { choice: [lit, dark] }, expects: '^lit$' }
  - do: ask-operator
    with: { as: warmth, text: 'How warm is it?', wants: { number: °C } }
  - id: echo
    do: run-console
    with: { command: 'echo the password is ${CONSOLE_TWIN.password}', as: echoed, expects: 'is [*]{3}$' }
expect:
  - answer: lamp
    accepted: true
  - answer: echo
    accepted: true
  - measure: stored
    when: measured.warmth > quantity("20 °C")
    limits: { min: 4 V, max: 6 V, from: user }
`,
);
const ANSWERS = written(
  'night.answers.yaml',
  'by: Ann Example\nanswers:\n  ask-operator lamp: lit\n  "ask-operator w*": 23.5\n',
);

test('a run with an answers file needs nobody: answers are in the journal, secrets nowhere', () => {
  const out = path.join(FOLDER, 'run');
  // A password in a scenario is its author's slip; here it shows that a console never repeats one.
  const { status, stdout, stderr } = meterbench(
    ['run', SCENARIO, '--rig', RIG, '--answers', ANSWERS, '--out', out],
    { TEST_CONSOLE_PASSWORD: CONSOLE_TWIN.password },
  );
  expect(stderr + stdout).toContain('Verdicts: 1 pass');
  expect(status).toBe(0);
  const journal = readFileSync(path.join(out, 'journal.ndjson'), 'utf8').trim().split('\n');
  const prompts = journal.filter((line) => line.includes('"kind":"prompt"'));
  expect(prompts.map((line) => (JSON.parse(line) as { observation: object }).observation)).toEqual([
    expect.objectContaining({ id: 'ask-operator lamp', answer: 'lit', by: 'Ann Example' }),
    expect.objectContaining({ id: 'ask-operator warmth', answer: '23.5', by: 'Ann Example' }),
  ]);
  expect(stdout).toContain('Ann Example answered "lit" to the prompt "ask-operator lamp"');
  const report = readFileSync(path.join(out, 'report.html'), 'utf8');
  expect(report).toContain('Ann Example answered');
  expect(journal.some((line) => line.includes('stimulus magnet is away'))).toBe(true);
  // The texts of plan and scenario hold what their author wrote; what was seen holds no secret.
  const seen = journal.filter((line) => !/"kind":"file"/.test(line));
  expect(seen.join('\n')).toContain('the password is ***');
  expect(seen.join('\n')).not.toContain(CONSOLE_TWIN.password);
  expect(readdirSync(out)).toContain('report.json');
  expect(readFileSync(path.join(out, 'report.json'), 'utf8')).not.toContain(CONSOLE_TWIN.password);
  expect(stdout + stderr).not.toContain(CONSOLE_TWIN.password);
});

test('an answer that is missing names the prompt and what the file has', () => {
  const answers = written('few.answers.yaml', 'answers: { ask-operator lamp: lit }\n');
  const { status, stdout } = meterbench(
    ['run', SCENARIO, '--rig', RIG, '--answers', answers, '--out', path.join(FOLDER, 'few')],
    { TEST_CONSOLE_PASSWORD: CONSOLE_TWIN.password },
  );
  expect(status).toBe(2);
  expect(stdout).toMatch(
    /awaited an answer to the prompt "ask-operator warmth" \(How warm is it\?\), nobody has one: .*few\.answers\.yaml answers "ask-operator lamp"/,
  );
});

test('a person at a terminal is asked there, the bar makes room, and the answer bears their name', async ({
  skip,
}) => {
  skip(NO_PTY, 'no socat');
  const out = path.join(FOLDER, 'typed');
  const run = `${process.execPath} ${CLI} run bench/identity --time wall --out ${out}`;
  const person = spawn('socat', ['STDIO', `EXEC:${run},pty,setsid,ctty,stderr`]);
  let shown = '';
  person.stdout.on('data', (chunk: Buffer) => {
    const had = shown.includes('[identity A1]');
    shown += chunk.toString();
    if (!had && shown.includes('[identity A1]')) person.stdin.write('CENTRON-60012345\n');
  });
  // The terminal hangs up when the run has ended.
  await once(person, 'close');
  // The bar is taken off its line before the prompt, and comes again after the answer.
  const [before = '', after = ''] = shown.split('[identity A1] a text: CENTRON-60012345');
  // oxlint-disable-next-line no-control-regex
  expect(before).toMatch(/\u001b\[2K\s*Scan the barcode of the meter in position A1[^█░]*$/);
  expect(after).toContain('0/1 cases');
  expect(shown).toMatch(/REG-11.*pass/);
  const journal = readFileSync(path.join(out, 'journal.ndjson'), 'utf8');
  expect(journal).toContain(`"by":"${os.userInfo().username}"`);
});

test('a mistake in an answers file is told with line and column before anything is touched', () => {
  const answers = written('wrong.answers.yaml', 'answers:\n  ask-operator lamp: [lit]\n');
  const { status, stderr } = meterbench(['run', SCENARIO, '--rig', RIG, '--answers', answers]);
  expect(status).toBe(3);
  expect(stderr).toContain('wrong.answers.yaml:2:');
  expect(stderr).toContain('nothing was touched');
  const checked = meterbench(['validate', ANSWERS, answers]);
  expect(checked.status).toBe(3);
  expect(checked.stderr).not.toContain('night.answers.yaml');
});

test('a bench without a console or an actuator is not asked about them', async () => {
  const { plan } = await runInMemory(SCENARIO);
  expect(plan.inapplicable.map(({ reason }) => reason)).toEqual([
    'needs console and stimulus magnet; bench simulated has none',
  ]);
});

test('a meter whose label is another one is not energised, and nothing is decided about it', async () => {
  const answers = written('other.answers.yaml', 'answers: { identity *: CENTRON-60099999 }\n');
  const { entries, judgement } = await runInMemory('bench/identity', { answers });
  expect(judgement.verdicts).toMatchObject([
    {
      requirement: 'REG-11',
      verdict: 'inconclusive',
      blame: 'rig',
      reason: expect.stringContaining('the label reads "CENTRON-60099999"'),
    },
  ]);
  expect(judgement.exitCode).toBe(2);
  expect(entries.some(({ kind }) => kind === 'energised')).toBe(false);
  const right = written('right.answers.yaml', 'answers: { identity *: CENTRON-60012345 }\n');
  const passed = await runInMemory('bench/identity', { answers: right });
  expect(passed.judgement.verdicts).toMatchObject([{ requirement: 'REG-11', verdict: 'pass' }]);
});
