import { describe, expect, test } from 'vitest';
import { judge } from '../../../harness/verdict/judge.ts';
import { health } from '../tally/observations.ts';
import { asked, rowOf, STEPS, storm, without } from './storm.ts';
import { ms, s, Story } from './story.ts';

const lags = (generatorLagP99Ns: number, observerLagP99Ns: number) => (story: Story) =>
  story.ofFleet(health(s(320), { generatorLagP99Ns, observerLagP99Ns }));

describe('whether the numbers of a fleet count', () => {
  test.each([
    ['pass', ms(250), s(1)],
    ['invalid', ms(250) + 1, s(1)],
    ['invalid', ms(250), s(1) + 1],
  ] as const)(
    'is: %s, with a generator late by %i ns and an observer by %i ns',
    (word, generator, observer) => {
      for (const time of ['wall', 'simulated'] as const) {
        const entries = storm(asked('message'), { time, more: lags(generator, observer) });
        const { verdicts, exitCode } = judge(entries);
        expect(verdicts).toMatchObject([{ verdict: word }]);
        expect(exitCode).toBe(word === 'invalid' ? 6 : 0);
      }
    },
  );

  test('is told with numbers, and the harness is to blame, even where it would have failed', () => {
    const entries = storm(asked('message'), { time: 'wall', more: lags(ms(612), s(3)) });
    const row = rowOf(without(entries, 'last-gasp', 0));
    expect(row).toMatchObject({
      verdict: 'invalid',
      blame: 'harness',
      measured: { name: 'observer lag p99', value: s(3) },
      limit: { maximum: s(1) },
      margin: -s(2),
    });
    expect(row?.reason).toContain('generator was late by 612 ms at p99, and 250 ms is its bound');
    expect(entries.find(({ seq }) => seq === row?.evidence[0])).toMatchObject({
      observation: { kind: 'health' },
    });
  });

  test('is no in wall time when nobody says how late they were, and in simulated time needs no word', () => {
    const { verdicts, exitCode } = judge(storm(asked('message'), { time: 'wall' }));
    expect(verdicts).toMatchObject([{ verdict: 'invalid', blame: 'harness' }]);
    expect(exitCode).toBe(6);
    expect(rowOf(storm(asked('message')))).toMatchObject({ verdict: 'pass' });
  });

  test('an interruption and an error of ours weigh more', () => {
    const broken = storm(asked('message'), {
      time: 'wall',
      more: (story) => story.harnessError('bug'),
    });
    expect(rowOf(broken)).toMatchObject({ verdict: 'error' });
    const cut = new Story()
      .case('storm#one', { expect: [asked('message')], steps: STEPS, meters: 1, time: 'wall' })
      .aborted()
      .end();
    expect(judge(cut.entries())).toMatchObject({
      verdicts: [{ verdict: 'aborted' }],
      exitCode: 130,
    });
  });

  test('--require does not turn an invalid verdict into a fail', () => {
    const entries = storm(asked('message'), { time: 'wall', plan: { required: ['REQ-1'] } });
    expect(judge(entries).verdicts.map(({ verdict }) => verdict)).toEqual(['invalid']);
  });
});
