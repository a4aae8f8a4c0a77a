import { describe, expect, test } from 'vitest';
import { PARAMETER_KEYS } from '../../../devices/protocol/centron-gprs/messages.ts';
import { CUSTOMER, done, Story } from './story.ts';

function configure(story: Story): void {
  const { identity } = story.meter;
  story.say(story.meter, { kind: 'auto-configuration', identity }, 'configuration-server');
}

function recordOf(story: Story) {
  return story.one(story.headEnd.northbound.configurations([story.meter.serial]));
}

/** Keys in the order in which they were written. */
function written(story: Story): string[] {
  return story.meter.asked.flatMap((each) => (each.kind === 'write-parameter' ? each.key : []));
}

describe('auto-configuration', () => {
  test('is acknowledged, and all parameters are written, one after the other', () => {
    const story = new Story();
    configure(story);
    expect(story.wire).toHaveLength(2);
    story.pass(1);
    expect(story.meter.answers).toEqual([{ outcome: 'accepted' }]);
    expect(written(story)).toEqual([...PARAMETER_KEYS]);
    expect(recordOf(story)).toEqual({
      serial: story.meter.serial,
      autoConfigurations: 1,
      firstHeardAtMs: story.nowMs - 1,
      identity: story.meter.identity,
      parameters: CUSTOMER,
      parametersWritten: 6,
      confirmedAtMs: null,
      otherMessages: 0,
    });
  });

  test('waits for the answer to a parameter before the next one', () => {
    const story = new Story();
    story.meter.doing = (meter, transaction) =>
      meter.asked.length === 3 ? null : done(meter, transaction);
    configure(story);
    story.pass(59_999);
    expect(written(story)).toEqual(PARAMETER_KEYS.slice(0, 3));
    expect(recordOf(story).parametersWritten).toBe(2);
    story.pass(1);
    expect(written(story)).toHaveLength(7);
    expect(recordOf(story).parametersWritten).toBe(6);
  });

  test('said again while parameters are on their way begins nothing', () => {
    const story = new Story();
    configure(story);
    configure(story);
    story.pass(1);
    expect(written(story)).toHaveLength(6);
    expect(recordOf(story).autoConfigurations).toBe(2);
  });

  test('said again after it was given up begins from the first', () => {
    const story = new Story();
    story.meter.doing = (meter, transaction) =>
      meter.asked.length === 2
        ? { outcome: 'refused', code: 'bsy', wrongPin: false }
        : done(meter, transaction);
    configure(story);
    story.pass(600_000);
    expect(recordOf(story).parametersWritten).toBe(1);
    configure(story);
    story.pass(1);
    expect(written(story).slice(2)).toEqual([...PARAMETER_KEYS]);
    expect(recordOf(story).parametersWritten).toBe(6);
  });

  test('goes on after a restart where it was', () => {
    const story = new Story();
    story.meter.doing = (meter, transaction) =>
      meter.asked.length > 2 ? null : done(meter, transaction);
    configure(story);
    story.settle();
    story.meter.doing = done;
    story.restart();
    story.pass(1);
    expect(written(story)).toEqual([...PARAMETER_KEYS.slice(0, 3), ...PARAMETER_KEYS.slice(2)]);
    expect(recordOf(story)).toMatchObject({ parametersWritten: 6, autoConfigurations: 1 });
  });

  test('leaves out what the rule leaves out (control of REG-03)', () => {
    const story = new Story({ rules: { parametersToWrite: (keys) => keys.slice(1) } });
    configure(story);
    story.pass(1);
    expect(written(story)).toEqual(PARAMETER_KEYS.slice(1));
    expect(recordOf(story).parametersWritten).toBe(5);
  });
});

test('a confirmation is noted with its first instant', () => {
  const story = new Story();
  const confirmed = { kind: 'registration-confirmed', registrationNumber: 1 } as const;
  story.say(story.meter, confirmed, 'configuration-server');
  const atMs = story.nowMs;
  story.nowMs += 1_000;
  story.say(story.meter, confirmed, 'configuration-server');
  expect(recordOf(story)).toMatchObject({ confirmedAtMs: atMs, otherMessages: 0 });
});

test('messages that are for the head-end are refused and counted', () => {
  const story = new Story();
  story.say(
    story.meter,
    { kind: 'last-gasp', outageNumber: 1, lostAtMs: 1 },
    'configuration-server',
  );
  story.settle();
  expect(story.meter.answers).toEqual([{ outcome: 'refused', code: 'iar' }]);
  expect(recordOf(story)).toMatchObject({ otherMessages: 1, autoConfigurations: 0 });
  expect(story.events).toEqual([]);
});

test('a meter that was never heard of has a record of zeros', () => {
  const story = new Story();
  expect(recordOf(story)).toMatchObject({ autoConfigurations: 0, identity: null, parameters: {} });
});

test('the two servers have windows, addresses and IVs of their own', () => {
  const story = new Story();
  configure(story);
  story.pass(1);
  expect(story.record().address).toBeNull();
  story.hears(story.meter.uplink({ kind: 'heartbeat', sequenceNumber: 1 }, 'head-end', 1), 'new');
  expect(story.headEnd.northbound.counters()).toMatchObject({ received: 1, opened: 1 });
  expect(story.meter.ivs['configuration-server']).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
