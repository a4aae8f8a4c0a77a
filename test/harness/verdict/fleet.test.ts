import { describe, expect, test } from 'vitest';
import { alarm, said, serialOf } from '../tally/observations.ts';
import { asked, rowOf, STEPS, storm, without } from './storm.ts';
import { expectation, s, Story, storyPlan } from './story.ts';

describe('a fail of a fleet', () => {
  test('says of how many, names them and gives the worst latency with its margin', () => {
    const row = rowOf(without(storm(asked('message')), 'last-gasp', 2));
    expect(row).toMatchObject({
      verdict: 'fail',
      blame: 'dut',
      measured: { value: s(10), unit: 'ns' },
      limit: { minimum: s(5), maximum: s(30), default: true },
      margin: s(5),
    });
    expect(row?.reason).toBe(
      `last-gasp: 3 of 4 meters; missing 1: ${serialOf(2)}; first ${serialOf(2)}: none came; ` +
        'p50 10.001 s, p95 10.003 s, p99 10.003 s, max 10.003 s',
    );
  });

  test.each([
    ['head-end', 'head-end'],
    ['configuration-server', 'head-end'],
    ['meter', 'dut'],
    ['pair', 'dut'],
  ] as const)('of a requirement about the %s is the %s’s', (subject, blame) => {
    const plan = { subjects: { 'REQ-1': subject } };
    const row = rowOf(without(storm(asked('alarm'), { plan }), 'alarm', 0));
    expect(row).toMatchObject({ verdict: 'fail', blame });
  });

  test('by a threshold gives the number, the bound and who', () => {
    const row = rowOf(without(storm(asked('lost')), 'alarm', 1));
    expect(row).toMatchObject({
      verdict: 'fail',
      measured: { name: 'lost{alarm:last-gasp} count', value: 1, unit: 'count' },
      limit: { minimum: 0, maximum: 0 },
      margin: -1,
    });
    expect(row?.reason).toContain(
      `must be count==0 and is 1: 3 of 4 meters; lost 1: ${serialOf(1)}`,
    );
  });

  test('by a threshold stands although other meters left it open', () => {
    const late = storm(asked('outage to alarm'), {
      more: (story) => story.ofFleet(alarm(0, s(115), 'last-gasp', { outage: 9, alarmId: 9 })),
    });
    expect(rowOf(late)).toMatchObject({ verdict: 'inconclusive', blame: 'dut' });
    const later = storm(asked('outage to alarm'), {
      more: (story) => story.ofFleet(alarm(0, s(121), 'last-gasp', { outage: 9, alarmId: 9 })),
    });
    expect(rowOf(later)).toMatchObject({ verdict: 'fail', measured: { value: s(21) } });
  });

  test('cites the lines of those that fail', () => {
    const twice = storm(asked('message'), {
      more: (story) => story.ofFleet(said(3, s(300), 'last-gasp', { outageNumber: 1 })),
    });
    const row = rowOf(twice);
    expect(row).toMatchObject({ verdict: 'fail' });
    const own = twice.flatMap((entry) =>
      entry.kind === 'observation' &&
      entry.observation.kind === 'message' &&
      entry.observation.message.kind === 'last-gasp' &&
      entry.observation.meter === serialOf(3)
        ? [entry.seq]
        : [],
    );
    expect(own).toHaveLength(2);
    expect(row?.evidence).toEqual(expect.arrayContaining(own));
  });
});

describe('what a fleet leaves open', () => {
  test('a message that was not waited for long enough', () => {
    const story = new Story()
      .case('storm#one', { expect: [asked('message')], steps: STEPS, meters: 1 })
      .at(s(100))
      .begin('cut')
      .done('cut')
      .at(s(120));
    const row = rowOf(story.close().end().entries());
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'harness' });
    expect(row?.reason).toContain('watched for 20 s only');
  });

  test('a snapshot whose step failed is blocked by it', () => {
    const story = new Story()
      .case('storm#one', { expect: [asked('snapshot')], steps: STEPS, meters: 1 })
      .begin('look')
      .failed('look', 'head-end', 'no answer in 3 s');
    const row = rowOf(story.close().end().entries());
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'head-end' });
    expect(row?.reason).toContain('blocked by look');
  });

  test('a window whose step was never reached', () => {
    const story = new Story().case('storm#one', {
      expect: [asked('alarm')],
      steps: STEPS,
      meters: 1,
    });
    expect(rowOf(story.close().end().entries())).toMatchObject({ verdict: 'inconclusive' });
  });

  test('what cannot be asked of a fleet yet, and of a rig what only a fleet can be asked', () => {
    const events = expectation('events', { log: 'log', codes: [3], stampsDifferBy: null });
    expect(rowOf(storm(events))).toMatchObject({
      verdict: 'inconclusive',
      blame: 'scenario',
      reason: 'events: not on a fleet yet',
    });
    const story = new Story().case('rig#one', { expect: [asked('alarm')], steps: STEPS });
    expect(rowOf(story.close().end().entries())).toMatchObject({
      verdict: 'inconclusive',
      blame: 'scenario',
      reason: 'alarm: only a fleet can be asked',
    });
  });

  test('a large fleet of which the tally is missing', () => {
    const row = rowOf(storm(asked('message'), { meters: 1_001 }));
    expect(row).toMatchObject({ verdict: 'inconclusive', blame: 'harness' });
    expect(row?.reason).toContain('1,001 meters is not in the journal');
  });
});

test('an expectation that a parameter rules out is not asked', () => {
  const never = { ...asked('message'), when: '1.0 > 2.0' };
  expect(rowOf(storm(never))).toMatchObject({
    case: '-',
    reason: expect.stringMatching(/^asked of no case/),
  });
});

describe('who is under test with a fleet', () => {
  test.each([
    ['embedded', 'meter', 'pass'],
    ['embedded', 'head-end', 'pass'],
    ['embedded', 'configuration-server', 'pass'],
    ['embedded', 'pair', 'pass'],
    ['theirs', 'meter', 'inapplicable'],
    ['theirs', 'head-end', 'pass'],
    ['theirs', 'configuration-server', 'pass'],
    ['theirs', 'pair', 'pass'],
  ] as const)(
    'against the head-end "%s" a requirement about the %s is: %s',
    (name, subject, word) => {
      const { abilities } = storyPlan();
      const headEnd = { name, timeReference: true };
      const plan = { subjects: { 'REQ-1': subject }, abilities: { ...abilities, headEnd } };
      const row = rowOf(storm(asked('message'), { plan }));
      expect(row?.verdict).toBe(word);
      expect(row?.reason.startsWith('stimulus')).toBe(word === 'inapplicable');
    },
  );
});
