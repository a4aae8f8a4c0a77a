import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../harness/journal/entry.ts';
import { northboundHeard } from '../tally/observations.ts';
import { s } from './story.ts';
import { asked, rowOf, storm } from './storm.ts';

/** The storm of which no alarm came out, and what else the observer heard: the mains went at 100 s. */
function silent(name: string, heardAtNs: number | null): readonly Entry[] {
  const entries = storm(asked(name), {
    more: (story) => (heardAtNs === null ? story : story.ofFleet(northboundHeard(heardAtNs))),
  });
  return entries.filter(
    (entry) => entry.kind !== 'observation' || entry.observation.kind !== 'alarm',
  );
}

describe.each(['alarm', 'lost'])('%s, and no alarm came', (name) => {
  test.each([
    ['nothing was heard northbound', null],
    ['what was heard came before an alarm could', s(99)],
  ])('is open when %s: the observer may be deaf', (_, heardAtNs) => {
    const row = rowOf(silent(name, heardAtNs));
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'harness' });
    expect(row?.reason).toContain('not listening 4');
  });

  test('fails when something else was heard since: the observer listened', () => {
    const entries = silent(name, s(320));
    const row = rowOf(entries);
    expect(row?.verdict).toBe('fail');
    expect(row?.reason).not.toContain('not listening');
  });
});

test('a fail by silence cites the line that shows that the observer listened', () => {
  const entries = silent('alarm', s(320));
  const proof = entries.find(
    (entry) => entry.kind === 'observation' && entry.observation.kind === 'northbound-heard',
  );
  expect(rowOf(entries)?.evidence).toContain(proof?.seq);
});

test.each(['alarm latency', 'outage to alarm', 'duplicates', 'order'])(
  '%s is nobody’s but the harness’s when nothing was heard northbound',
  (name) => {
    const row = rowOf(silent(name, null));
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'harness' });
  },
);
