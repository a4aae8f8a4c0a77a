import { describe, expect, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type { NorthboundEvent } from '../../../devices/domain/northbound.ts';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { InProcessHeadEnd } from '../../../rigs/head-end/in-process.ts';
import { testLanguage } from '../../../rigs/head-end/test-language.ts';
import { lastGasp, registration, ScriptedMeters, SETTINGS } from './scripted-meters.ts';

const START_UTC_MS = Date.UTC(2026, 0, 5);
const LATENCY_NS = 250_000_000;
const MINUTE_NS = 60e9;
const METERS = [0, 1, 2, 3];
const SERIALS = METERS.map((index) => testIdentity(index).serial);

/** A head-end and scripted meters in simulated time, every byte between them noted. */
function network(commissioned: 'fresh' | 'placed' = 'fresh') {
  const clock = new SimulatedClock(START_UTC_MS);
  const traffic: string[] = [];
  const events: { readonly event: NorthboundEvent; readonly atNs: number }[] = [];
  const cut = new Set<number>();
  const headEnd = new InProcessHeadEnd({
    scheduler: clock,
    language: testLanguage('c12-22'),
    fleet: { meters: METERS.length, commissioned, settings: null },
    send: (from, address, bytes) => {
      traffic.push(`${clock.nowNs()} ${from} -> ${address} ${toHex(bytes)}`);
      const index = Number(address.replace('meter ', ''));
      if (cut.has(index)) return;
      clock.callAt(clock.nowNs() + LATENCY_NS, index, () => meters.receive(bytes));
    },
  });
  const meters = new ScriptedMeters((to, index, bytes) => {
    traffic.push(`${clock.nowNs()} meter ${index} -> ${to} ${toHex(bytes)}`);
    const arrive = (): void => headEnd.receive(to, `meter ${index}`, bytes);
    clock.callAt(clock.nowNs() + LATENCY_NS, index, arrive);
  });
  headEnd.listen((event, atNs) => events.push({ event, atNs }));
  return { clock, headEnd, meters, traffic, events, cut };
}

async function lifeOfAFleet() {
  const run = network();
  const { clock, headEnd, meters } = run;
  for (const index of METERS) {
    clock.callAt(1e9, index, () => void meters.say(index, registration(index)));
  }
  await clock.sleepUntil(1 * MINUTE_NS);
  await headEnd.provision(SERIALS, SETTINGS);
  await clock.sleepUntil(5 * MINUTE_NS);
  for (const index of METERS) {
    clock.callAt(5.5 * MINUTE_NS, index, () => void meters.say(index, lastGasp(1)));
  }
  await clock.sleepUntil(6 * MINUTE_NS);
  return run;
}

describe('the reference head-end in simulated time', () => {
  test('places, provisions and tells alarms', async () => {
    const { headEnd, events } = await lifeOfAFleet();
    const records = await headEnd.records(SERIALS);
    expect(records.map(({ state }) => state)).toEqual(METERS.map(() => 'provisioned'));
    const alarms = await headEnd.alarms(SERIALS);
    expect(alarms.map(({ serial }) => serial)).toEqual(SERIALS);
    // The alarm leaves in the instant in which it came, on the bench's clock.
    const told = events.filter(({ event }) => event.type === 'alarm');
    expect(told.map(({ atNs }) => atNs)).toEqual(METERS.map(() => 5.5 * MINUTE_NS + LATENCY_NS));
  });

  test('two equal runs give equal bytes and equal events', async () => {
    const [one, other] = [await lifeOfAFleet(), await lifeOfAFleet()];
    expect(one.traffic.length).toBeGreaterThan(50);
    expect(other.traffic).toEqual(one.traffic);
    expect(other.events).toEqual(one.events);
  });

  test('wakes itself: a read that nobody answers is given up', async () => {
    const { clock, headEnd, meters, cut } = await lifeOfAFleet();
    cut.add(2);
    const askedNs = clock.nowNs();
    const read = headEnd.read(SERIALS[2] ?? '', 4);
    await expect(read).resolves.toEqual({ outcome: 'no answer' });
    expect(clock.nowNs()).toBeGreaterThan(askedNs + MINUTE_NS);
    cut.clear();
    // Control: the same read of a meter that is there.
    await expect(headEnd.read(SERIALS[3] ?? '', 4)).resolves.toMatchObject({ outcome: 'read' });
    expect(meters.transactions.at(-1)).toEqual({ kind: 'read-intervals', count: 4 });
  });

  test('answers configure in the order of the serial numbers', async () => {
    const { headEnd } = await lifeOfAFleet();
    const asked = SERIALS.toReversed();
    const answers = await headEnd.configure(asked, { intervalMinutes: 5 });
    expect(answers.map(({ serial, accepted }) => [serial, accepted])).toEqual(
      asked.map((serial) => [serial, true]),
    );
  });

  test('its clock is beside the bench’s by exactly the skew', async () => {
    const { headEnd } = network();
    await headEnd.setClockSkew(-1_500_000_001);
    expect(await headEnd.clockOffset()).toEqual({ offsetNs: -1_500_000_001, uncertaintyNs: 0 });
  });

  test('takes placed meters over, and refuses meters that it was not told of', async () => {
    const { headEnd } = network('placed');
    const records = await headEnd.records(SERIALS);
    expect(records.map(({ state, records: rows }) => [state, rows])).toEqual(
      METERS.map(() => ['placed', 1]),
    );
    await expect(headEnd.records(['1'])).rejects.toMatchObject({
      blame: 'head-end',
      message: expect.stringContaining('meter 1 is not in the manifest'),
    });
    await expect(headEnd.campaign(9)).rejects.toThrow('there is no campaign 9');
  });

  test('does nothing by itself once it is closed', async () => {
    const { clock, headEnd, meters, traffic, cut } = network('placed');
    meters.say(0, { kind: 'heartbeat', sequenceNumber: 1 });
    await clock.sleepUntil(1 * MINUTE_NS);
    cut.add(0);
    await headEnd.provision([SERIALS[0] ?? ''], SETTINGS);
    const sent = traffic.length;
    expect(traffic.at(-1)).toContain('head-end -> meter 0');
    await headEnd.close();
    await clock.sleepUntil(60 * MINUTE_NS);
    expect(traffic).toHaveLength(sent);
  });

  test('control: not closed, it asks again', async () => {
    const { clock, headEnd, meters, traffic, cut } = network('placed');
    meters.say(0, { kind: 'heartbeat', sequenceNumber: 1 });
    await clock.sleepUntil(1 * MINUTE_NS);
    cut.add(0);
    await headEnd.provision([SERIALS[0] ?? ''], SETTINGS);
    const sent = traffic.length;
    await clock.sleepUntil(60 * MINUTE_NS);
    expect(traffic.length).toBeGreaterThan(sent);
  });
});
