import { expect, test } from 'vitest';
import { compose, DEFAULT_SETTINGS } from '../../../harness/main/compose.ts';
import type { EntryBody } from '../../../harness/journal/entry.ts';
import { run } from '../../../harness/run/run.ts';

/** Runs an energised scenario; `onEntry` sees every line before it is written and may refuse it. */
async function runWatched(
  onEntry: (body: EntryBody) => void,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly EntryBody[]> {
  const { plan, benchFor } = await compose('outage/last-gasp', DEFAULT_SETTINGS);
  const tried: EntryBody[] = [];
  await run({
    plan,
    runId: 'test',
    files: [],
    benchFor: (planned) => benchFor(planned, null),
    onFailure: () => () => undefined,
    signal,
    progress: () => undefined,
    journal: {
      append: (body) => {
        tried.push(body);
        onEntry(body);
      },
      flush: () => undefined,
      keepTime: () => undefined,
    },
  }).catch((error: unknown) => {
    tried.push({ kind: 'harness-error', case: null, message: String(error) });
  });
  return tried;
}

function undone(tried: readonly EntryBody[]): readonly string[] {
  return tried.flatMap((body) =>
    body.kind === 'undone' ? [`${body.name}: ${body.outcome}, ${body.detail}`] : [],
  );
}

const TAKEN_BACK = [
  'current to zero: verified, source took 0 A',
  'source output off: verified, source says its output is off',
  expect.stringMatching(/^isolation switch open: verified, standard reads 0\.0 V/),
];

test('mains are announced in the journal before anything is closed', async () => {
  const tried = await runWatched(() => undefined);
  const kinds = tried.map(({ kind }) => kind);
  expect(kinds.indexOf('energised')).toBeGreaterThan(0);
  expect(kinds.indexOf('energised')).toBeLessThan(kinds.indexOf('observation'));
  expect(undone(tried)).toEqual(TAKEN_BACK);
  expect(tried.at(-1)).toEqual({ kind: 'run-closed', rigSafe: 'verified' });
});

test('a journal that cannot be written any more does not keep the bench from being taken back', async () => {
  let full = false;
  const tried = await runWatched((body) => {
    full ||= body.kind === 'observation';
    if (full) throw new Error('no space left on device');
  });
  expect(undone(tried)).toEqual(TAKEN_BACK);
  expect(tried.at(-1)).toMatchObject({ message: expect.stringMatching(/no space left/) });
});

test('nor does one that fails at a message that nobody was waiting for', async () => {
  let full = false;
  const tried = await runWatched((body) => {
    full ||= body.kind === 'observation' && body.observation.kind === 'message';
    if (full) throw new Error('no space left on device');
  });
  expect(undone(tried)).toEqual(TAKEN_BACK);
  expect(tried.at(-1)).toMatchObject({ message: expect.stringMatching(/no space left/) });
});

test('an interruption in the middle of an outage cancels the step, skips the rest, and ends safe', async () => {
  const interrupted = new AbortController();
  const tried = await runWatched((body) => {
    const gasp = body.kind === 'observation' && body.observation.kind === 'message';
    if (gasp && body.observation.message.kind === 'last-gasp') {
      interrupted.abort(new Error('interrupted by SIGINT'));
    }
  }, interrupted.signal);
  const outcomes = tried.flatMap((body) => (body.kind === 'step-closed' ? [body.outcome] : []));
  expect(outcomes).toContain('cancelled');
  expect(outcomes.at(-1)).toBe('skipped');
  expect(undone(tried)).toEqual(TAKEN_BACK);
  expect(tried.slice(-2)).toEqual([
    { kind: 'aborted', by: 'interrupted by SIGINT' },
    { kind: 'run-closed', rigSafe: 'verified' },
  ]);
});
