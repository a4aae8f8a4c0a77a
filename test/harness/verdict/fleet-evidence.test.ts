import { describe, expect, test } from 'vitest';
import { asked, EXPECTATIONS, METERS, rowOf, storm, without } from './storm.ts';

describe.each(Object.entries(EXPECTATIONS))('a pass of a fleet by %s', (_name, expected) => {
  const entries = storm(expected);
  const row = rowOf(entries);

  test('rests on lines of the journal, an observation among them', () => {
    expect(row).toMatchObject({ verdict: 'pass', bench: 'fleet of 4', blame: null });
    const cited = entries.filter(({ seq }) => row?.evidence.includes(seq));
    expect(cited).toHaveLength(row?.evidence.length ?? -1);
    expect(cited.map(({ kind }) => kind)).toContain('observation');
  });

  test('does not survive the deletion of any line that it cites', () => {
    for (const seq of row?.evidence ?? []) {
      const verdict = rowOf(entries.filter((entry) => entry.seq !== seq))?.verdict;
      expect({ without: seq, verdict }).not.toEqual({ without: seq, verdict: 'pass' });
    }
  });
});

test.each([
  ['message', 'last-gasp'],
  ['message with its pair', 'last-gasp'],
  ['message with its pair', 'restoration'],
  ['alarm', 'alarm'],
  ['alarm with its pair', 'alarm'],
  ['never', 'heartbeat'],
  ['answer', 'answer'],
  ['alarm latency', 'last-gasp'],
  ['alarm latency', 'alarm'],
  ['outage to alarm', 'alarm'],
  ['lost', 'last-gasp'],
  ['lost', 'alarm'],
  ['duplicates', 'alarm'],
  ['order', 'alarm'],
])('a pass of a fleet by %s does not survive the loss of %s of any single meter', (name, kind) => {
  const entries = storm(asked(name));
  expect(rowOf(entries)?.verdict).toBe('pass');
  for (let index = 0; index < METERS; index++) {
    expect(rowOf(without(entries, kind, index))?.verdict).not.toBe('pass');
  }
});
