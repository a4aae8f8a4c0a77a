import { describe, expect, test } from 'vitest';
import { done, SETTINGS, Story } from './story.ts';

describe('after a restart', () => {
  test('nothing that was acknowledged is missing', () => {
    const story = new Story({ meters: 50 });
    story.commission();
    for (const meter of story.meters.slice(0, 30)) {
      story.say(meter, { kind: 'last-gasp', outageNumber: 1, lostAtMs: story.nowMs });
    }
    const { northbound } = story.headEnd;
    const before = {
      records: northbound.records(story.serials),
      provisionings: northbound.provisionings(story.serials),
      alarms: northbound.alarms(story.serials),
      counters: northbound.counters(),
      logged: story.meters.map((meter) => story.logged(meter)),
    };
    expect(before.alarms).toHaveLength(30);
    story.restart();
    const after = story.headEnd.northbound;
    expect({
      records: after.records(story.serials),
      provisionings: after.provisionings(story.serials),
      alarms: after.alarms(story.serials),
      counters: after.counters(),
      logged: story.meters.map((meter) => story.logged(meter)),
    }).toEqual(before);
    expect(story.wire).toEqual([]);
  });

  test('numbers of alarms and events go on, and the restoration still finds its last gasp', () => {
    const story = new Story();
    const outage = { outageNumber: 3, lostAtMs: story.nowMs };
    story.say(story.meter, { kind: 'last-gasp', ...outage });
    story.restart();
    story.say(story.meter, { kind: 'last-gasp', ...outage });
    story.say(story.meter, { kind: 'restoration', ...outage, restoredAtMs: story.nowMs });
    const alarms = story.headEnd.northbound.alarms(story.serials);
    expect(alarms.map(({ alarmId, pairsWith }) => [alarmId, pairsWith])).toEqual([
      [1, null],
      [2, 1],
    ]);
    expect(story.events.map(({ eventNumber }) => eventNumber)).toEqual([1, 2]);
  });

  test.each([
    'get-version',
    'configure-intervals',
    'configure-outage-alarms',
    'read-settings',
  ] as const)('provisioning goes on from %s, which is sent again', (kind) => {
    const story = new Story();
    story.register();
    story.meter.doing = (meter, transaction) =>
      transaction.kind === kind ? null : done(meter, transaction);
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.settle();
    story.meter.doing = done;
    story.restart();
    story.pass(1);
    const record = story.provisioning();
    expect(record.state).toBe('done');
    expect(new Set(record.steps.map(({ transaction }) => transaction)).size).toBe(6);
    expect(story.meter.kinds.filter((each) => each === kind)).toHaveLength(2);
    expect(story.meter.kinds).toHaveLength(8);
    expect(story.record()).toMatchObject({ state: 'provisioned', settings: SETTINGS });
  });

  test('a late answer to the life before is left alone', () => {
    const story = new Story();
    story.register();
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    const [request] = story.wire;
    story.restart();
    const late = story.meter.receive('head-end', request?.bytes ?? new Uint8Array());
    story.hears(late ?? new Uint8Array(), story.meter.address);
    expect(story.provisioning().steps).toMatchObject([{ outcome: null }]);
    story.pass(1);
    expect(story.provisioning().state).toBe('done');
  });

  test('the 30 minutes count from the request, not from the restart', () => {
    const story = new Story();
    story.register();
    story.meter.doing = (meter, transaction) =>
      transaction.kind === 'read-settings' ? null : done(meter, transaction);
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.pass(1_000_000);
    story.restart();
    story.pass(800_000);
    expect(story.provisioning().overdue).toBe(false);
    story.pass(1);
    expect(story.provisioning()).toMatchObject({ overdue: true, state: 'failed' });
  });

  test('one that was overdue while the head-end was down is told at once', () => {
    const story = new Story();
    story.register();
    story.meter.doing = () => null;
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.nowMs += 3_600_000;
    story.restart();
    story.pass(0);
    expect(story.provisioning().overdue).toBe(true);
  });

  test('coverage that was not on record is read again, before provisioning goes on', () => {
    const story = new Story();
    story.meter.doing = () => null;
    story.register();
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.meter.doing = done;
    story.restart();
    story.pass(1);
    expect(story.meter.kinds.slice(0, 3)).toEqual([
      'read-coverage',
      'read-coverage',
      'get-version',
    ]);
    expect(story.provisioning().state).toBe('done');
  });

  test('coverage that was being read is read again without being asked', () => {
    const story = new Story();
    story.meter.doing = () => null;
    story.register();
    story.meter.doing = done;
    story.restart();
    story.pass(1);
    expect(story.record().coverage?.rssiDbm).toBe(-71);
    story.restart();
    expect(story.wire).toEqual([]);
  });

  test('a wrong PIN in the device properties stays wrong', () => {
    const story = new Story();
    story.register();
    story.headEnd.northbound.setDevicePin(story.serials, false);
    story.restart();
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.pass(1);
    expect(story.provisioning().diagnosis?.cause).toBe('version not given');
  });
});
