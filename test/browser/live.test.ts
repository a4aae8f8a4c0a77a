import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CLI } from '../harness/main/command-line.ts';
import { lineOf, type Peer, start, stop } from '../interop/peers.ts';
import { accessibilityViolations, newPage, NO_BROWSER, openBrowser } from './chromium.ts';
import { takePicture } from './pictures.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'meterbench-live-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

function written(name: string, text: string): string {
  const file = join(FOLDER, name);
  writeFileSync(file, text);
  return file;
}

const LAMP = written(
  'lamp.yaml',
  `scenario: The lamp is lit while the meter is alive
covers: [OUT-01]
needs: { bench: [operator] }
steps:
  - do: close-mains
  - id: lamp
    do: ask-operator
    with: { as: lamp, text: 'Is the lamp lit?', wants: { choice: [lit, dark] }, expects: '^lit$' }
  - id: warmth
    do: ask-operator
    with: { as: warmth, text: 'How warm is it?', wants: { number: °C } }
expect:
  - answer: lamp
    accepted: true
`,
);
const LONG = written(
  'long.yaml',
  `scenario: A wait that nobody should have to sit through
covers: [OUT-01]
steps:
  - do: close-mains
  - do: wait
    with: { for: 30 min }
expect:
  - never: [{ message: last-gasp }]
    since: start of case
    for: 1 min
    control: { message: heartbeat, within: 2 min }
`,
);

interface LiveRun {
  readonly run: Peer;
  readonly url: string;
  readonly out: string;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

let runs = 0;
const running: Peer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((run) => stop(run)));
});

/** Starts a run in wall time on the simulated bench with a page beside it. */
async function live(
  scenario: string,
  more: readonly string[] = ['--time', 'wall'],
): Promise<LiveRun> {
  const out = join(FOLDER, `run-${++runs}`);
  const run = start(process.execPath, [CLI, 'run', scenario, '--live', '--out', out, ...more]);
  running.push(run);
  run.stdout.resume();
  const ended = new Promise<number | null>((resolve) => {
    run.on('exit', (code) => resolve(code));
  });
  const line = await lineOf(run, 'stderr', /^live page: /);
  return { run, url: line.replace('live page: ', ''), out, ended };
}

/** Lines of a run's journal that hold a text. */
function linesOf(out: string, text: string): readonly string[] {
  const lines = readFileSync(join(out, 'journal.ndjson'), 'utf8').split('\n');
  return lines.filter((line) => line.includes(text) && !line.includes('"kind":"file"'));
}

const status = (page: Page) => page.locator('[data-region="status"]');

describe.skipIf(NO_BROWSER !== null)(`the live page in Chromium (${NO_BROWSER ?? 'there'})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('follows a run in which the operator answers, and keeps its report', async () => {
    const { url, out, ended } = await live(LAMP);
    const { page, complaints } = await newPage(browser);
    await page.goto(url);
    const question = page.getByText('Is the lamp lit?');
    await question.waitFor();
    await page.getByLabel('Who answers').fill('Ann Example');
    expect(await status(page).innerText()).toMatch(/waiting/i);
    await takePicture(page, 'live-prompt');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'lit' }).click();
    const warmth = page.getByLabel('Answer in °C');
    await warmth.fill('warm');
    await warmth.press('Enter');
    await page.getByText('That cannot be used; a number in °C is wanted.').waitFor();
    await warmth.fill('23,5');
    await warmth.press('Enter');
    await page.getByText('ended', { exact: true }).waitFor();
    expect(await status(page).innerText()).toMatch(/pass/i);
    expect(await ended).toBe(0);
    expect(await page.locator('[data-rows="verdicts"] tr').allInnerTexts()).toEqual([
      expect.stringMatching(/^OUT-01\s+pass/),
    ]);
    expect(linesOf(out, '"kind":"prompt"')).toEqual([
      expect.stringMatching(/"answer":"lit".*"by":"Ann Example"/),
      expect.stringMatching(/"answer":"23.5".*"by":"Ann Example"/),
    ]);
    // The server has gone with the run; the page has kept the report.
    await page.getByRole('link', { name: 'Open the report' }).click();
    await page.getByRole('heading', { name: 'All verdicts' }).waitFor();
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
  });

  test('a stop makes the twin safe, and the run tells who stopped it', async () => {
    const { url, out, ended } = await live(LONG);
    const { page, complaints } = await newPage(browser);
    await page.goto(url);
    await page.getByText('energised: mains at A1').first().waitFor();
    await page.getByRole('button', { name: 'Stop and make the rig safe' }).click();
    await page.getByText('ended', { exact: true }).waitFor();
    expect(await status(page).innerText()).toMatch(/aborted/i);
    expect(await page.locator('.tile', { hasText: 'Bench' }).innerText()).toContain('verified');
    expect(await ended).toBe(130);
    expect(linesOf(out, '"kind":"aborted"')).toEqual([
      expect.stringContaining('stopped on the live page by somebody'),
    ]);
    expect(linesOf(out, '"kind":"run-closed"')).toEqual([
      expect.stringContaining('"rigSafe":"verified"'),
    ]);
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'shows verdicts as they fall, and ends with the verdict of the run, %s',
    async (colorScheme) => {
      const more = ['--defect', 'no-last-gasp', '--time', 'simulated'];
      const { url, ended } = await live('acceptance', more);
      const { page, complaints } = await newPage(browser, { colorScheme });
      await page.goto(url);
      await page.locator('[data-rows="open"] tr').first().waitFor();
      expect(await status(page).innerText()).toMatch(/running[^]*failed so far/i);
      await takePicture(page, `live-${colorScheme}`);
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stop and make the rig safe' }).click();
      await page.getByText('ended', { exact: true }).waitFor();
      expect(await ended).toBe(130);
      expect(complaints).toEqual([]);
    },
  );

  test('a page that comes late, or again, is told everything', async () => {
    const { url } = await live(LAMP);
    const first = await newPage(browser);
    await first.page.goto(url);
    await first.page.getByRole('button', { name: 'lit' }).click();
    await first.page.getByText('How warm is it?').waitFor();
    await first.page.reload();
    const second = await newPage(browser);
    await second.page.goto(url);
    for (const { page } of [first, second]) {
      await page.getByText('How warm is it?').waitFor();
      expect(await page.locator('[data-region="tail"]').innerText()).toContain('answered “lit”');
    }
  });
});
