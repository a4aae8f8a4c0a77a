import { describe, expect, test } from 'vitest';
import type { ReadAnswer } from '../../../devices/domain/northbound.ts';
import type { ConfigureAnswer, SettingsChange } from '../../../devices/head-end/configure.ts';
import { NotInManifest } from '../../../devices/head-end/master-list.ts';
import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import { blockOf, done, SETTINGS, Story } from './story.ts';

function commissioned(options: ConstructorParameters<typeof Story>[0] = {}): Story {
  const story = new Story(options);
  story.commission();
  story.meter.asked.length = 0;
  return story;
}

function read(story: Story, intervals = 4): ReadAnswer[] {
  const answers: ReadAnswer[] = [];
  const { northbound } = story.headEnd;
  northbound.read(story.nowMs, story.meter.serial, intervals, (answer) => answers.push(answer));
  return answers;
}

function configure(story: Story, change: SettingsChange): ConfigureAnswer[] {
  const answers: ConfigureAnswer[] = [];
  const { northbound } = story.headEnd;
  northbound.configure(story.nowMs, story.meter.serial, change, (one) => answers.push(one));
  story.settle();
  return answers;
}

describe('a read on demand', () => {
  test('gives the data of a provisioned meter, and keeps it', () => {
    const story = commissioned();
    const answers = read(story);
    expect(answers).toEqual([]);
    story.settle();
    const reading = {
      serial: story.meter.serial,
      ...blockOf(4),
      receivedAtMs: story.nowMs,
      by: 'read',
    };
    expect(answers).toEqual([{ outcome: 'read', reading }]);
    expect([...story.store.readings.entries()].map(([, value]) => value)).toEqual([reading]);
    expect(story.events.at(-1)).toMatchObject({ type: 'interval-reading', reading });
  });

  test('of the same intervals again is told again', () => {
    const story = commissioned();
    for (let count = 0; count < 2; count++) {
      read(story);
      story.settle();
    }
    const told = story.events.filter(({ type }) => type === 'interval-reading');
    expect(told).toHaveLength(2);
  });

  test('before the meter is placed, and while it is only placed, is refused with a reason', () => {
    const story = new Story();
    const reason = expect.stringContaining('not provisioned');
    expect(read(story)).toEqual([{ outcome: 'refused', reason }]);
    story.register();
    expect(read(story)).toEqual([{ outcome: 'refused', reason }]);
    expect(story.meter.kinds).toEqual(['read-coverage']);
  });

  test('in the middle of provisioning is refused, not misread', () => {
    const story = commissioned();
    story.meter.doing = (meter, transaction) =>
      transaction.kind === 'configure-push' ? null : done(meter, transaction);
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.settle();
    expect(read(story)).toMatchObject([{ outcome: 'refused' }]);
    expect(story.meter.kinds).not.toContain('read-intervals');
  });

  test('that is let through is answered even so (control of REG-09)', () => {
    const story = new Story({ rules: { readRefusal: () => null } });
    story.register();
    const answers = read(story);
    story.settle();
    expect(answers).toMatchObject([{ outcome: 'read' }]);
  });

  test('of a silent meter is given up after three attempts', () => {
    const story = commissioned();
    story.meter.doing = () => null;
    const answers = read(story);
    story.pass(179_999);
    expect(answers).toEqual([]);
    story.pass(1);
    expect(answers).toEqual([{ outcome: 'no answer' }]);
    expect(story.meter.kinds).toHaveLength(3);
  });

  test('that the meter refuses says so', () => {
    const story = commissioned();
    story.meter.doing = () => ({ outcome: 'refused', code: 'dnr', wrongPin: false });
    const answers = read(story);
    story.settle();
    expect(answers).toEqual([{ outcome: 'refused', reason: 'the meter refused: data not ready' }]);
  });

  test.each([0, 97])('of %i intervals is an error', (intervals) => {
    const story = commissioned();
    expect(() => read(story, intervals)).toThrow(CodecError);
  });
});

describe('an interval report', () => {
  test('is kept, told northbound once and acknowledged each time', () => {
    const story = commissioned();
    const before = story.events.length;
    for (let count = 0; count < 2; count++) {
      story.say(story.meter, { kind: 'interval-report', block: blockOf(1) });
    }
    story.say(story.meter, { kind: 'interval-report', block: blockOf(1, 29_000_015) });
    story.settle();
    const told = story.events
      .slice(before)
      .flatMap((event) => (event.type === 'interval-reading' ? event.reading : []));
    expect(told.map(({ endMinutes, by }) => [endMinutes, by])).toEqual([
      [29_000_000, 'push'],
      [29_000_015, 'push'],
    ]);
    expect(story.meter.answers.slice(-3)).toEqual([
      { outcome: 'accepted' },
      { outcome: 'accepted' },
      { outcome: 'accepted' },
    ]);
  });
});

describe('settings outside provisioning', () => {
  test('are sent as far as they change, and the copy follows', () => {
    const story = commissioned();
    const { serial } = story.meter;
    const change = { declareAfterMs: 5_000, restoreAfterMs: 6_000, intervalMinutes: 5 };
    expect(configure(story, change)).toEqual([{ serial, accepted: true, detail: 'done' }]);
    expect(story.meter.kinds).toEqual(['configure-intervals', 'configure-outage-alarms']);
    expect(story.record().settings).toEqual({ ...SETTINGS, ...change });
    expect(story.record().settings).toEqual(story.meter.settings);
  });

  test('of half a pair take the other half from the copy', () => {
    const story = commissioned();
    expect(configure(story, { restoreAfterMs: 9_000 })).toMatchObject([{ accepted: true }]);
    expect(story.meter.settings).toMatchObject({ declareAfterMs: 15_000, restoreAfterMs: 9_000 });
  });

  test('that the meter refuses are not accepted, and the copy stays', () => {
    const story = commissioned();
    story.meter.doing = () => ({ outcome: 'refused', code: 'onp', wrongPin: false });
    expect(configure(story, { intervalMinutes: 4, pushEveryMinutes: 30 })).toMatchObject([
      { accepted: false, detail: 'configure-intervals refused: onp (operation not possible)' },
    ]);
    expect(story.meter.kinds).toHaveLength(1);
    expect(story.record().settings).toEqual(SETTINGS);
  });

  test('that switch clock synchronisation off leave no bounds', () => {
    const story = commissioned();
    expect(configure(story, { clockEnabled: false })).toMatchObject([{ accepted: true }]);
    expect(story.meter.asked).toMatchObject([{ enabled: false, lowerMs: 5_000 }]);
    const unset = { clockLowerMs: null, clockUpperMs: null, clockCycleMs: null };
    expect(story.record().settings).toEqual({ ...SETTINGS, ...unset });
  });

  test('are refused before the meter is placed and while it is provisioned', () => {
    const story = new Story();
    expect(configure(story, { intervalMinutes: 5 })).toMatchObject([{ accepted: false }]);
    story.register();
    story.meter.doing = () => null;
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    expect(configure(story, { intervalMinutes: 5 })).toMatchObject([
      { accepted: false, detail: 'provisioning is running' },
    ]);
  });

  test('without the other values they need are told apart from refused ones', () => {
    const story = new Story();
    story.register();
    expect(configure(story, { clockLowerMs: 1 })).toMatchObject([
      { accepted: false, detail: 'configure-clock-sync: a value is missing' },
    ]);
  });

  test('of a silent meter end without an answer', () => {
    const story = commissioned();
    story.meter.doing = () => null;
    const answers = configure(story, { intervalMinutes: 5 });
    story.pass(180_000);
    expect(answers).toMatchObject([{ detail: 'configure-intervals: no answer' }]);
  });
});

test.each(['records', 'configurations', 'provisionings', 'alarms'] as const)(
  '%s of a meter that nobody told of are an error that names it',
  (method) => {
    const { northbound } = new Story().headEnd;
    expect(() => northbound[method](['1'])).toThrow(NotInManifest);
    expect(() => northbound[method](['1'])).toThrow('meter 1 is not in the manifest');
  },
);
