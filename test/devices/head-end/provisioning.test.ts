import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import { done, SETTINGS, Story, type StoryOptions } from './story.ts';

const MINUTE_MS = 60_000;
const LIMIT_MS = 30 * MINUTE_MS;

function placed(options: StoryOptions = {}): Story {
  const story = new Story(options);
  for (const meter of story.meters) {
    story.register(meter);
    meter.asked.length = 0;
  }
  story.pass(MINUTE_MS);
  return story;
}

function provision(story: Story, settings = SETTINGS) {
  return story.headEnd.northbound.provision(story.nowMs, story.serials, settings);
}

/** Answers to read-settings are kept back until they are let go. */
function holdSettings(story: Story, held: (() => void)[]): void {
  const { meter } = story;
  const receive = meter.receive.bind(meter);
  meter.receive = (host, bytes) => {
    const answer = receive(host, bytes);
    if (meter.kinds.at(-1) !== 'read-settings' || answer === null) return answer;
    held.push(() => story.hears(answer, meter.address));
    return null;
  };
}

/** The last answer comes when so much time has passed since the request. */
function answeredAfter(elapsedMs: number, rules: StoryOptions['rules'] = {}): Story {
  const story = placed({ rules });
  const held: (() => void)[] = [];
  provision(story);
  holdSettings(story, held);
  story.pass(elapsedMs - 1);
  story.nowMs++;
  held[0]?.();
  story.headEnd.wake(story.nowMs);
  return story;
}

describe('steps', () => {
  test('begin with Get Version, alone, and depend on its answer', () => {
    const story = placed({ meters: 2 });
    provision(story);
    expect(story.wire).toHaveLength(2);
    story.pass(1);
    expect(story.at(0).identity.moduleVersion).toBe('4.10.0');
    expect(story.at(0).kinds).toEqual([
      'get-version',
      'configure-intervals',
      'configure-push',
      'configure-outage-alarms',
      'configure-clock-sync',
      'read-settings',
    ]);
    expect(story.at(1).identity.moduleVersion).toBe('4.2.0');
    expect(story.at(1).kinds).toEqual([
      'get-version',
      'configure-clock-sync',
      'configure-outage-alarms',
      'configure-intervals',
      'read-settings',
    ]);
    expect(story.provisioning().steps.map(({ transaction }) => transaction)).toEqual(
      story.at(0).kinds,
    );
  });

  test('without settings for them are left out, and the meter keeps what it has', () => {
    const story = placed();
    story.meter.settings = { ...story.meter.settings, declareAfterMs: 7, restoreAfterMs: 8 };
    const none = { declareAfterMs: null, restoreAfterMs: null };
    const clock = { clockLowerMs: null, clockUpperMs: null, clockCycleMs: null };
    provision(story, { ...SETTINGS, ...none, ...clock });
    story.pass(1);
    expect(story.meter.kinds).toEqual([
      'get-version',
      'configure-intervals',
      'configure-push',
      'read-settings',
    ]);
    expect(story.record().settings).toEqual(story.meter.settings);
    expect(story.record().settings?.declareAfterMs).toBe(7);
  });

  test.each([0, 1])('end with equal copies in head-end and meter %i', (index) => {
    const story = placed({ meters: 2 });
    provision(story);
    story.pass(1);
    const meter = story.at(index);
    expect(story.provisioning(meter)).toMatchObject({
      state: 'done',
      overdue: false,
      diagnosis: null,
    });
    expect(story.record(meter)).toMatchObject({ state: 'provisioned', settings: meter.settings });
    expect(meter.settings.pushEveryMinutes).toBe(index === 0 ? 15 : 0);
  });

  test('fail when the copy of the meter is another one', () => {
    const story = placed();
    story.meter.doing = (meter, transaction) =>
      transaction.kind === 'configure-push' ? { outcome: 'done' } : done(meter, transaction);
    provision(story);
    story.pass(1);
    expect(story.provisioning()).toMatchObject({
      state: 'failed',
      diagnosis: { cause: 'step refused' },
    });
    expect(story.record()).toMatchObject({ state: 'failed', settings: null });
  });

  test('end at one that the meter refuses', () => {
    const story = placed();
    story.meter.doing = (meter, transaction) =>
      transaction.kind === 'configure-intervals'
        ? { outcome: 'refused', code: 'onp', wrongPin: false }
        : done(meter, transaction);
    provision(story);
    story.pass(LIMIT_MS);
    expect(story.meter.kinds).toEqual(['get-version', 'configure-intervals']);
    expect(story.provisioning()).toMatchObject({ diagnosis: { cause: 'step refused' } });
  });

  test('go out before the version when the rule lets them (control of PRV-04)', () => {
    const story = placed({ rules: { mayProceedBeforeVersion: () => true } });
    provision(story);
    expect(story.wire).toHaveLength(2);
    story.pass(1);
    expect(story.provisioning().state).toBe('done');
  });

  test('begin elsewhere when the rule says so (control of PRV-03)', () => {
    const story = placed({ rules: { firstTransaction: () => 'configure-intervals' } });
    provision(story);
    story.pass(1);
    expect(story.meter.kinds[0]).toBe('configure-intervals');
    expect(story.meter.kinds).not.toContain('get-version');
    expect(story.provisioning().state).toBe('done');
  });

  test('are refused before anything is sent when a value fits no transaction', () => {
    const story = placed();
    expect(() => provision(story, { ...SETTINGS, intervalMinutes: 70_000 })).toThrow(CodecError);
    expect(story.wire).toEqual([]);
    expect(story.record().state).toBe('placed');
  });
});

describe('the door', () => {
  test('is closed before the meter is placed', () => {
    const story = new Story();
    const [record] = provision(story);
    expect(record).toMatchObject({
      state: 'refused',
      refusal: expect.stringContaining('not placed'),
    });
    expect(story.provisioning()).toEqual(record);
    expect(story.sent).toEqual([]);
    expect(story.logged()).toEqual([expect.stringContaining('provisioning refused')]);
  });

  test('is closed while provisioning runs, which goes on', () => {
    const story = placed();
    provision(story);
    const [second] = provision(story);
    expect(second).toMatchObject({ state: 'refused', refusal: 'provisioning runs already' });
    story.pass(1);
    expect(story.provisioning().state).toBe('done');
  });

  test('is open again after it failed, and after it was done', () => {
    const story = placed();
    story.headEnd.northbound.setDevicePin(story.serials, false);
    provision(story);
    story.pass(1);
    expect(story.record().state).toBe('failed');
    story.headEnd.northbound.setDevicePin(story.serials, true);
    for (const state of ['running', 'running']) {
      expect(provision(story)).toMatchObject([{ state }]);
      story.pass(1);
      expect(story.provisioning().state).toBe('done');
    }
  });
});

describe('coverage', () => {
  test('is on record before the first step, also when provisioning is asked at once', () => {
    const story = new Story();
    let isHeld = true;
    story.meter.doing = (meter, transaction) =>
      isHeld && transaction.kind === 'read-coverage' ? null : done(meter, transaction);
    story.register();
    expect(provision(story)).toMatchObject([{ state: 'running', steps: [] }]);
    story.pass(30_000);
    expect(story.meter.kinds).toEqual(['read-coverage']);
    isHeld = false;
    story.pass(MINUTE_MS);
    expect(story.meter.kinds.slice(1, 3)).toEqual(['read-coverage', 'get-version']);
    const { coverage } = story.record();
    const [first] = story.provisioning().steps;
    expect(coverage?.rssiDbm).toBe(-71);
    expect(first?.sentAtMs).toBeGreaterThanOrEqual(coverage?.validatedAtMs ?? Infinity);
  });

  test('is read once, not at each registration', () => {
    const story = placed();
    story.register();
    story.pass(MINUTE_MS);
    expect(story.meter.kinds).not.toContain('read-coverage');
    expect(story.record().registrations).toBe(2);
  });

  test('is not asked for when the rule does without (control of PRV-08)', () => {
    const story = placed({ rules: { coverageFirst: () => false } });
    provision(story);
    story.pass(1);
    expect(story.record()).toMatchObject({ state: 'provisioned', coverage: null });
  });
});

describe('thirty minutes', () => {
  test('are in time to the millisecond', () => {
    const record = answeredAfter(LIMIT_MS).provisioning();
    expect(record).toMatchObject({ state: 'done', overdue: false, diagnosis: null });
    expect((record.endedAtMs ?? 0) - record.requestedAtMs).toBe(LIMIT_MS);
  });

  test('and a millisecond are overdue, with the two checks in their order', () => {
    expect(answeredAfter(LIMIT_MS + 1).provisioning()).toMatchObject({
      overdue: true,
      diagnosis: {
        cause: 'overdue',
        checks: ['coverage validation procedures', 'PIN settings in the device properties'],
      },
    });
  });

  test('are missed by a rule that counts one more as in time (control)', () => {
    const provisioningOverdue = (elapsedMs: number): boolean => elapsedMs > LIMIT_MS + 1;
    const record = answeredAfter(LIMIT_MS + 1, { provisioningOverdue }).provisioning();
    expect(record).toMatchObject({ state: 'done', overdue: false });
  });

  test('without the last answer fail as overdue, told once and by itself', () => {
    const story = placed();
    story.meter.doing = (meter, transaction) =>
      transaction.kind === 'read-settings' ? null : done(meter, transaction);
    provision(story);
    story.pass(LIMIT_MS);
    expect(story.provisioning()).toMatchObject({ state: 'running', overdue: false });
    story.pass(1);
    expect(story.provisioning()).toMatchObject({
      state: 'failed',
      overdue: true,
      diagnosis: { cause: 'overdue' },
    });
    expect(story.logged().filter((what) => what === 'provisioning overdue')).toHaveLength(1);
    expect(story.meter.kinds.filter((kind) => kind === 'read-settings')).toHaveLength(3);
  });
});

describe('diagnosis', () => {
  test('of a wrong PIN names the PIN, and no later step goes out', () => {
    const story = placed();
    story.headEnd.northbound.setDevicePin(story.serials, false);
    provision(story);
    story.pass(LIMIT_MS);
    expect(story.meter.kinds).toEqual(['get-version']);
    expect(story.provisioning()).toMatchObject({
      state: 'failed',
      diagnosis: { cause: 'version not given', checks: ['Device PIN configuration'] },
      steps: [{ transaction: 'get-version', outcome: 'refused' }],
    });
  });

  test('of silence is another one, after three attempts and before the 30 minutes', () => {
    const story = placed();
    story.meter.doing = () => null;
    provision(story);
    story.pass(449_999);
    expect(story.provisioning().state).toBe('running');
    story.pass(1);
    expect(story.meter.kinds).toEqual(['get-version', 'get-version', 'get-version']);
    expect(story.provisioning()).toMatchObject({
      state: 'failed',
      overdue: false,
      diagnosis: {
        cause: 'no answer',
        checks: ['troubleshooting', 'internet connection', 'support'],
      },
      steps: [{ answeredAtMs: null, outcome: 'no answer' }],
    });
  });

  test('is not needed when a retry is answered', () => {
    const story = placed();
    story.meter.doing = (meter, transaction) =>
      meter.asked.length === 1 ? null : done(meter, transaction);
    provision(story);
    story.pass(150_000);
    expect(story.provisioning().state).toBe('done');
  });
});

describe('event search', () => {
  test('finds the request, each step sent and answered, and the end in the closed window', () => {
    const story = placed();
    const { meter } = story;
    provision(story);
    story.nowMs += 10;
    story.pass(0);
    const { requestedAtMs, endedAtMs, steps } = story.provisioning();
    const window = { serial: meter.serial, fromMs: requestedAtMs, toMs: endedAtMs ?? 0 };
    const found = story.headEnd.northbound.searchEvents(window);
    expect(found).toHaveLength(2 + 2 * steps.length);
    expect(found.map(({ what }) => what)).toEqual([
      'provisioning requested',
      'get-version sent',
      'get-version answered: version',
      'configure-intervals sent',
      'configure-intervals answered: done',
      'configure-push sent',
      'configure-push answered: done',
      'configure-outage-alarms sent',
      'configure-outage-alarms answered: done',
      'configure-clock-sync sent',
      'configure-clock-sync answered: done',
      'read-settings sent',
      'read-settings answered: settings',
      'provisioning done',
    ]);
    const inside = { ...window, fromMs: window.fromMs + 1, toMs: window.toMs - 1 };
    expect(story.headEnd.northbound.searchEvents(inside)).toHaveLength(0);
  });
});

test('thousands at once go out in bursts, and all of them', () => {
  const story = new Story({ meters: 600, parameters: { burst: 100 } });
  for (const meter of story.meters) {
    story.say(meter, {
      kind: 'registration',
      identity: meter.identity,
      apTitle: meter.title.toString(),
      registrationNumber: 1,
    });
  }
  story.pass(10_000);
  provision(story);
  expect(story.wire).toHaveLength(100);
  const half = new Set(story.meters.slice(0, 300));
  for (const meter of half) meter.doing = () => null;
  story.pass(MINUTE_MS);
  const states = story.headEnd.northbound.records(story.serials).map(({ state }) => state);
  expect(states.filter((state) => state === 'provisioned')).toHaveLength(300);
});
