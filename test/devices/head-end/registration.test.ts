import { describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import { Story } from './story.ts';

describe('registration', () => {
  test('puts the meter on the Master List as it named itself, and places it', () => {
    const story = new Story();
    expect(story.record()).toMatchObject({ state: 'unknown', records: 0, identity: null });
    story.register();
    expect(story.record()).toMatchObject({
      serial: story.meter.serial,
      apTitle: '.1.1',
      state: 'placed',
      groups: ['Registration Group'],
      identity: testIdentity(0),
      records: 1,
      registrations: 1,
      firstRegisteredAtMs: story.nowMs,
      address: '10.0.0.0',
      settings: null,
    });
    expect(story.meter.answers).toEqual([
      { outcome: 'registered', apTitle: '.1.1', periodS: 86_400 },
    ]);
  });

  test('is answered before the meter is asked anything', () => {
    const story = new Story();
    story.register();
    expect(story.meter.kinds).toEqual(['read-coverage']);
    expect(story.meter.ivs['head-end']).toEqual([1, 2]);
    expect(story.sent.map(({ when }) => when)).toEqual(['stored', 'stored']);
  });

  test('again updates the record and never doubles it', () => {
    const story = new Story();
    story.register();
    story.nowMs += 60_000;
    story.register(story.meter, { moduleVersion: '4.11.0' });
    expect(story.record()).toMatchObject({
      records: 1,
      registrations: 2,
      firstRegisteredAtMs: story.nowMs - 60_000,
      lastRegisteredAtMs: story.nowMs,
      identity: { moduleVersion: '4.11.0' },
    });
  });

  test('doubles the record when the rule creates one each time (control of REG-06)', () => {
    const story = new Story({ rules: { registrationRecord: () => 'create' } });
    story.register();
    story.register();
    expect(story.record().records).toBe(2);
    story.restart();
    expect(story.record()).toMatchObject({ records: 2, registrations: 2 });
  });

  test('of a provisioned meter leaves it provisioned', () => {
    const story = new Story();
    story.commission();
    story.register();
    expect(story.record()).toMatchObject({ state: 'provisioned', registrations: 2 });
  });

  test.each([
    ["another meter's serial number", { serial: testIdentity(1).serial }],
    ['a serial number that is in no manifest', { serial: '1' }],
    ['an ICC-ID with a wrong check digit', { iccId: testIdentity(0).iccId.replace(/.$/, '4') }],
    ['an ICC-ID that is no number', { iccId: 'none' }],
  ])('with %s is refused, noted, and leaves no record', (_, change) => {
    expect(testIdentity(0).iccId.at(-1)).not.toBe('4');
    const story = new Story({ meters: 2 });
    story.register(story.meter, change);
    expect(story.meter.answers).toEqual([{ outcome: 'refused', code: 'iar' }]);
    expect(story.record()).toMatchObject({ state: 'unknown', identity: null, records: 0 });
    expect(story.record(story.at(1)).state).toBe('unknown');
    expect(story.logged()).toEqual([expect.stringMatching(/^registration refused: /)]);
    expect(story.meter.kinds).toEqual([]);
  });

  test("that asks for another meter's title is refused", () => {
    const story = new Story({ meters: 2 });
    const { identity } = story.meter;
    const apTitle = story.at(1).title.toString();
    story.say(story.meter, { kind: 'registration', identity, apTitle, registrationNumber: 1 });
    story.settle();
    expect(story.meter.answers).toEqual([{ outcome: 'refused', code: 'iar' }]);
  });

  test('tells northbound', () => {
    const story = new Story();
    story.register();
    const states = story.events.flatMap((event) => (event.type === 'record' ? event.record : []));
    expect(states).toMatchObject([
      { state: 'placed', coverage: null },
      { state: 'placed', coverage: { rssiDbm: -71 } },
    ]);
    expect(story.events.map(({ eventNumber }) => eventNumber)).toEqual([1, 2]);
    expect([...story.store.published.since(1)]).toEqual(story.events.slice(1));
  });
});

test('a meter that was taken over is where it was before', () => {
  const story = new Story({ meters: 2 });
  const coverage = { rssiDbm: -60, validatedAtMs: 1 };
  const settings = { ...story.meter.settings, intervalMinutes: 15 };
  story.headEnd.takeOver(story.nowMs, [
    { identity: testIdentity(0), settings, coverage },
    { identity: testIdentity(1), settings: null, coverage },
  ]);
  expect(story.record()).toMatchObject({ state: 'provisioned', records: 1, settings, coverage });
  expect(story.record(story.at(1)).state).toBe('placed');
  story.register();
  expect(story.record()).toMatchObject({ state: 'provisioned', records: 1, registrations: 1 });
  expect(story.meter.kinds).toEqual([]);
});
