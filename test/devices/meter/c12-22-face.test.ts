import { beforeEach, describe, expect, test } from 'vitest';
import { clockNs } from '../../../devices/meter/clock.ts';
import { moduleSnapshot } from '../../../devices/meter/snapshot.ts';
import {
  PARAMETER_KEYS,
  type Transaction,
} from '../../../devices/protocol/centron-gprs/messages.ts';
import { encodeUplinkAnswer } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import {
  CONFIGURING,
  GET_VERSION,
  METER,
  Network,
  OUTAGES,
  parameter,
  PIN,
  REGISTERED,
  TITLES,
} from './module-network.ts';
import { OFF, ON, START_UTC_MS } from './story.ts';

let network: Network;
beforeEach(() => {
  network = new Network();
});

describe('on its way to being placed', () => {
  test('it asks the configuration server with its identity', () => {
    network.at(1, ON);
    network.at(20);
    const { sent, uplink } = network.uplink('auto-configuration');
    expect(sent.to).toBe('configuration-server');
    expect(sent.head.called?.isSameAs(TITLES['configuration-server'])).toBe(true);
    expect(uplink.identity).toEqual(network.identity);
  });

  test('it registers once the last parameter is answered, and confirms once it is accepted', () => {
    network.place();
    const { uplink, sent } = network.uplink('registration');
    expect(uplink).toMatchObject({
      identity: network.identity,
      apTitle: '.9.1',
      registrationNumber: 1,
    });
    expect(network.sent.indexOf(sent)).toBeGreaterThan(0);
    const lastAnswer = network.sent.findLastIndex(({ head }) => head.calledInvocation === 77);
    expect(lastAnswer).toBeLessThan(network.sent.indexOf(sent));
    expect(network.uplink('registration-confirmed').sent.to).toBe('configuration-server');
    expect(network.answered.at(-1)).toEqual(['registration', true]);
    expect(moduleSnapshot(network.meters, 0, network.nowNs).state).toBe('placed');
  });

  test('a refused registration places nothing', () => {
    network.at(1, ON);
    network.at(20);
    for (const key of PARAMETER_KEYS) network.ask(parameter(key), CONFIGURING);
    network.at(21);
    network.answer('registration', { outcome: 'refused', code: 'iar' });
    expect(network.answered.at(-1)).toEqual(['registration', false]);
    expect(network.said).not.toContain('registration-confirmed');
    expect(moduleSnapshot(network.meters, 0, network.nowNs).state).toBe('configured');
  });

  test('the registration goes to the title that was written, and answers of others do not count', () => {
    network.at(1, ON);
    network.at(20);
    for (const key of PARAMETER_KEYS) {
      const value = key === 'tms-ap-title' ? '.2.55' : 'x';
      network.ask({ kind: 'write-parameter', key, value }, CONFIGURING);
    }
    network.at(21);
    const { head } = network.uplink('registration').sent;
    expect(head.called?.isSameAs(ApTitle.of('.2.55'))).toBe(true);
    network.answer('registration', REGISTERED);
    expect(network.refused).toEqual(['unknown']);
    network.receive(
      network.seal(
        'head-end',
        { calling: ApTitle.of('.2.55'), calledInvocation: head.callingInvocation ?? -1 },
        encodeUplinkAnswer('registration', REGISTERED),
      ),
    );
    expect(moduleSnapshot(network.meters, 0, network.nowNs).state).toBe('placed');
  });

  test('the configuration server cannot accept a registration', () => {
    network.at(1, ON);
    network.at(20);
    for (const key of PARAMETER_KEYS) network.ask(parameter(key), CONFIGURING);
    network.at(21);
    network.answer('registration', REGISTERED, 'configuration-server');
    expect(network.refused).toEqual(['unknown']);
    expect(moduleSnapshot(network.meters, 0, network.nowNs).state).toBe('configured');
  });

  test('a title that is none is refused, and the parameter stays unset', () => {
    network.at(1, ON);
    network.at(20);
    const wrong: Transaction = { kind: 'write-parameter', key: 'tms-ap-title', value: 'here' };
    expect(network.ask(wrong, CONFIGURING)).toMatchObject({ outcome: 'refused', code: 'iar' });
    expect(network.ask({ kind: 'read-parameters' }, CONFIGURING)).toEqual({
      outcome: 'parameters',
      parameters: {},
    });
  });
});

describe('what it sends', () => {
  test('never has an IV or an invocation id twice, and always calls by name', () => {
    network.place();
    network.ask(GET_VERSION);
    network.at(400);
    const ivs = network.sent.map(({ iv }) => iv);
    const invocations = network.sent.map(({ head }) => head.callingInvocation);
    expect(ivs.length).toBeGreaterThan(12);
    expect(new Set(ivs).size).toBe(ivs.length);
    expect(new Set(invocations).size).toBe(invocations.length);
    expect(network.sent.every(({ head }) => head.called !== undefined)).toBe(true);
    expect(network.sent.every(({ head }) => head.calling?.isSameAs(METER))).toBe(true);
  });

  test('alarms are marked urgent, heartbeats want no answer', () => {
    network.place();
    expect(network.ask(OUTAGES)).toEqual({ outcome: 'done' });
    network.at(200, OFF);
    network.at(220, ON);
    network.at(300);
    const gasp = network.uplink('last-gasp');
    const restoration = network.uplink('restoration');
    expect(gasp.sent.head.qualifier).toMatchObject({ notification: true, urgent: true });
    expect(gasp.sent.response).toBe('always');
    expect(restoration.uplink.lostAtMs).toBe(gasp.uplink.lostAtMs);
    expect(restoration.uplink.outageNumber).toBe(gasp.uplink.outageNumber);
    expect(restoration.uplink.restoredAtMs - gasp.uplink.lostAtMs).toBeCloseTo(20_000, -1);
    expect(network.uplink('heartbeat').sent.response).toBe('never');
  });

  test('a report holds what its message says', () => {
    network.place();
    network.ask({ kind: 'configure-intervals', intervalMinutes: 5 });
    network.ask({ kind: 'configure-push', everyMinutes: 15 });
    network.at(1_900);
    const { block } = network.uplink('interval-report').uplink;
    expect(block.endMinutes).toBe(START_UTC_MS / 60_000 + 30);
    expect(block.pulses).toHaveLength(3);
  });
});

describe('asked by the head-end', () => {
  beforeEach(() => network.place());

  test('it says its versions, its coverage and its settings', () => {
    const { moduleVersion, metrologyVersion } = network.identity;
    expect(network.ask(GET_VERSION)).toEqual({
      outcome: 'version',
      moduleVersion,
      metrologyVersion,
    });
    expect(network.ask({ kind: 'read-coverage' })).toEqual({
      outcome: 'coverage',
      rssiDbm: -71,
    });
    expect(network.ask(OUTAGES)).toEqual({ outcome: 'done' });
    const settings = { declareAfterMs: 15_000, restoreAfterMs: 30_000, intervalMinutes: 0 };
    expect(network.ask({ kind: 'read-settings' })).toMatchObject({ settings });
    expect(network.received.slice(-2)).toEqual([
      ['configure-outage-alarms', true],
      ['read-settings', true],
    ]);
  });

  test.each([
    [{ kind: 'configure-intervals', intervalMinutes: 4 }, 'iar'],
    [{ kind: 'configure-push', everyMinutes: 15 }, 'iar'],
    [{ kind: 'configure-clock-sync', enabled: true, lowerMs: 9, upperMs: 3, cycleMs: 1000 }, 'iar'],
    [{ kind: 'read-intervals', count: 4 }, 'dnr'],
  ] as const)('%j is refused with %s, and nothing but the answer is sent', (transaction, code) => {
    const before = network.sent.length;
    expect(network.ask(transaction)).toEqual({ outcome: 'refused', code, wrongPin: false });
    expect(network.sent).toHaveLength(before + 1);
    expect(network.received.at(-1)).toEqual([transaction.kind, false]);
  });

  test.each([
    ['a wrong PIN', PIN.map((byte, place) => (place === 19 ? byte + 1 : byte)), true],
    ['another wrong PIN', new Uint8Array(20), true],
    ['no PIN', null, false],
  ])('with %s nothing is done', (_what, pin, wrongPin) => {
    const refused = { outcome: 'refused', code: 'isc', wrongPin };
    expect(network.ask(OUTAGES, { pin })).toEqual(refused);
    expect(network.ask(GET_VERSION, { pin })).toEqual(refused);
    expect(network.said).not.toContain('configuration-accepted');
    expect(moduleSnapshot(network.meters, 0, network.nowNs).settings.declareAfterMs).toBeNull();
  });

  test('answers come when they are wanted', () => {
    const refusable: Transaction = { kind: 'configure-intervals', intervalMinutes: 4 };
    expect(network.ask(OUTAGES, { response: 'never' })).toBeNull();
    expect(network.ask(OUTAGES, { response: 'on-exception' })).toBeNull();
    expect(network.ask(refusable, { response: 'on-exception' })).toMatchObject({ code: 'iar' });
    expect(network.ask(refusable, { response: 'never' })).toBeNull();
  });

  test('an unknown service is refused, service by service', () => {
    network.receive(network.seal('head-end', { callingInvocation: 5 }, [Uint8Array.of(0x21)]));
    expect(network.refused).toEqual(['malformed']);
    const answer = network.sent.at(-1);
    expect(answer?.head.calledInvocation).toBe(5);
    expect(answer?.services).toHaveLength(1);
  });
});

test('a dark module neither hears nor answers; one on its storage does', () => {
  network.place();
  network.at(200, OFF);
  network.at(210);
  expect(network.ask(GET_VERSION)).toMatchObject({ outcome: 'version' });
  network.at(400);
  expect(network.ask(GET_VERSION)).toBeNull();
  expect(network.refused).toEqual([]);
  network.at(500, ON);
  network.at(503);
  expect(network.ask(GET_VERSION)).toMatchObject({ outcome: 'version' });
});

test('an answer to an uplink of before the dark is not taken for one of now', () => {
  network.place();
  network.at(200, OFF);
  network.at(500, ON);
  network.at(515);
  const { sent } = network.uplink('registration');
  network.at(515.5, OFF);
  network.at(600, ON);
  const late = encodeUplinkAnswer('registration', REGISTERED);
  network.at(603);
  const head = { calledInvocation: sent.head.callingInvocation ?? -1 };
  network.receive(network.seal('head-end', head, late));
  expect(network.refused).toEqual(['unknown']);
});

test("the clock follows the head-end's reference, counted from the beginning of the run", () => {
  network.place();
  const sync = { enabled: true, lowerMs: 1_000, upperMs: 600_000, cycleMs: 60_000 };
  expect(network.ask({ kind: 'configure-clock-sync', ...sync })).toEqual({ outcome: 'done' });
  network.at(81);
  const utcMs = START_UTC_MS + 81_000 + 40_000;
  network.answer('clock-reference-request', {
    outcome: 'clock-reference',
    utcMs,
    belowMsNs: 250_000,
  });
  network.at(90);
  expect(Math.abs(clockNs(network.meters, 0, 90e9) - 130e9)).toBeLessThan(10e6);
});

test('meters without the columns of a module have no such face', () => {
  expect(() => new Network({ commissioned: 'placed', withModule: false })).toThrow(RangeError);
});
