import { describe, expect, test } from 'vitest';
import type { Uplink } from '../../../devices/protocol/centron-gprs/messages.ts';
import { START_MS, Story } from './story.ts';

const LOST_MS = START_MS - 20_000;
const RESTORED_MS = START_MS - 5_000;

function lastGasp(outageNumber: number): Uplink {
  return { kind: 'last-gasp', outageNumber, lostAtMs: LOST_MS };
}

function restoration(outageNumber: number): Uplink {
  return { kind: 'restoration', outageNumber, lostAtMs: LOST_MS, restoredAtMs: RESTORED_MS };
}

function alarmsOf(story: Story) {
  return story.headEnd.northbound.alarms([story.meter.serial]);
}

function published(story: Story) {
  return story.events.flatMap((event) => (event.type === 'alarm' ? [event.alarm] : []));
}

describe('an outage', () => {
  test('is told once northbound, with the meter of the outage and its own instant', () => {
    const story = new Story();
    story.say(story.meter, lastGasp(7));
    story.settle();
    expect(alarmsOf(story)).toEqual([
      {
        alarmId: 1,
        kind: 'last-gasp',
        serial: story.meter.serial,
        outageId: `${story.meter.serial}/7`,
        pairsWith: null,
        occurredAtMs: LOST_MS,
        receivedAtMs: START_MS,
        deviationNs: null,
      },
    ]);
    expect(published(story)).toEqual(alarmsOf(story));
    expect(story.meter.answers).toEqual([{ outcome: 'accepted' }]);
  });

  test('repeated on the wire is acknowledged each time and told once', () => {
    const story = new Story();
    for (let count = 0; count < 6; count++) story.say(story.meter, lastGasp(7));
    story.settle();
    expect(published(story)).toHaveLength(1);
    expect(story.meter.answers).toHaveLength(6);
  });

  test('pairs its restoration with its last gasp, and not with that of another outage', () => {
    const story = new Story();
    for (const uplink of [lastGasp(1), restoration(1), lastGasp(2), restoration(2)]) {
      story.say(story.meter, uplink);
    }
    expect(published(story)).toMatchObject([
      { alarmId: 1, kind: 'last-gasp', pairsWith: null },
      { alarmId: 2, kind: 'restoration', pairsWith: 1, occurredAtMs: RESTORED_MS },
      { alarmId: 3, kind: 'last-gasp', pairsWith: null },
      { alarmId: 4, kind: 'restoration', pairsWith: 3 },
    ]);
  });

  test('of another meter with the same number is another one', () => {
    const story = new Story({ meters: 2 });
    for (const meter of story.meters) story.say(meter, lastGasp(1));
    story.say(story.at(1), restoration(1));
    expect(published(story)).toMatchObject([{ alarmId: 1 }, { alarmId: 2 }, { pairsWith: 2 }]);
  });

  test('whose last gasp was lost has a restoration that pairs with none', () => {
    const story = new Story();
    story.say(story.meter, restoration(4));
    expect(published(story)).toMatchObject([{ kind: 'restoration', pairsWith: null }]);
  });

  test('is found by the event search', () => {
    const story = new Story();
    story.say(story.meter, lastGasp(7));
    expect(story.logged()).toEqual([`last-gasp of outage ${story.meter.serial}/7`]);
  });
});

test('clock deviations are alarms of their own, each told', () => {
  const story = new Story();
  for (const deviationNs of [75e9, -75e9]) {
    story.say(story.meter, { kind: 'clock-deviation', deviationNs });
  }
  expect(published(story)).toMatchObject([
    { kind: 'clock-deviation', deviationNs: 75e9, outageId: null, occurredAtMs: START_MS },
    { kind: 'clock-deviation', deviationNs: -75e9 },
  ]);
});

describe('controls', () => {
  test('dropping every third alarm is seen in the list and in the stream', () => {
    const story = new Story({ rules: { alarmPublished: (nth) => nth % 3 !== 0 } });
    for (let outage = 1; outage <= 9; outage++) story.say(story.meter, lastGasp(outage));
    expect(alarmsOf(story)).toHaveLength(6);
    expect(published(story)).toHaveLength(6);
  });

  test('two copies are two alarms', () => {
    const story = new Story({ rules: { alarmCopies: () => 2 } });
    story.say(story.meter, lastGasp(1));
    expect(published(story).map(({ alarmId }) => alarmId)).toEqual([1, 2]);
  });

  test('a rule that knows no repeats tells each', () => {
    const story = new Story({ rules: { alarmIsRepeat: () => false } });
    for (let count = 0; count < 3; count++) story.say(story.meter, lastGasp(1));
    expect(published(story)).toHaveLength(3);
  });

  test('a rule without pairs pairs nothing', () => {
    const story = new Story({ rules: { restorationPairsWith: () => null } });
    for (const uplink of [lastGasp(1), restoration(1)]) story.say(story.meter, uplink);
    expect(published(story).map(({ pairsWith }) => pairsWith)).toEqual([null, null]);
  });

  test.each([
    ['stored', {}],
    ['at once', { acknowledgeWhen: () => 'at once' as const }],
  ])('an alarm is acknowledged "%s" as the rule says', (when, rules) => {
    const story = new Story({ rules });
    story.say(story.meter, lastGasp(1));
    expect(story.sent).toMatchObject([{ when }]);
  });
});
