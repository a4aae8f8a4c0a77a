import { beforeEach, describe, expect, test } from 'vitest';
import { sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { attachDurationNs, Carrier, datagramFate } from '../../../rigs/fleet/carrier.ts';
import type { Host } from '../../../rigs/fleet/fleet.ts';
import { datagramRoute } from '../../../rigs/fleet/datagram-route.ts';
import { InFlight } from '../../../rigs/fleet/in-flight.ts';
import { HEAD_END_TITLE, meterTitle } from '../../../rigs/head-end/test-keys.ts';
import type { CarrierModel } from '../../../rigs/port/fleet.ts';
import { carrier, START_UTC_MS } from './memory-fleet.ts';

const MS = 1e6;
const S = 1e9;
const GPRS = carrier('gprs-urban');
const WEAK = carrier('gprs-weak');

/** In the clear: a carrier looks at nothing but the route. */
const uplink = (index: number, number = 0): Uint8Array =>
  sealApdu({ calling: meterTitle(index), callingInvocation: number }, { services: [] });
const request = (index: number, number = 0): Uint8Array =>
  sealApdu({ called: meterTitle(index), callingInvocation: number }, { services: [] });
const answer = (index: number, number = 0): Uint8Array =>
  sealApdu(
    { called: HEAD_END_TITLE, calling: meterTitle(index), calledInvocation: number },
    { services: [] },
  );

let clock: SimulatedClock;
let inFlight: InFlight;
let up: { atNs: number; index: number; attach: number; to: Host }[];
let down: { atNs: number; index: number }[];
beforeEach(() => {
  clock = new SimulatedClock(START_UTC_MS);
  inFlight = new InFlight();
  up = [];
  down = [];
});

function carrierOf(
  model: CarrierModel,
  { firstIndex = 0, count = 1_000, seed = 1, answers = false } = {},
): Carrier {
  const made = new Carrier({
    model,
    seed,
    firstIndex,
    count,
    scheduler: clock,
    inFlight,
    route: datagramRoute('c12-22'),
    atOnce: false,
  });
  made.join({
    toHost: (index, attach, to) => void up.push({ atNs: clock.nowNs(), index, attach, to }),
    toModule: (index) => {
      down.push({ atNs: clock.nowNs(), index });
      if (answers) made.send(index, 'head-end', answer(index), 0);
    },
  });
  return made;
}

const fates = (seed: number): unknown[] =>
  Array.from({ length: 2_000 }, (_, number) => datagramFate(WEAK, seed, number % 7, number));

const narrow = (metersPerCell: number): CarrierModel =>
  carrier('ideal', { metersPerCell, cellMessagesPerSecond: 10 });

/** What comes of twenty uplinks of each meter, with a carrier for each part. */
const traffic = async (parts: readonly { firstIndex: number; count: number }[]) => {
  clock = new SimulatedClock(START_UTC_MS);
  up = [];
  const carriers = parts.map((part) =>
    carrierOf({ ...WEAK, metersPerCell: 0, cellMessagesPerSecond: 0 }, part),
  );
  for (const [place, { firstIndex, count }] of parts.entries()) {
    for (let index = firstIndex; index < firstIndex + count; index++) {
      carriers[place]?.attach(index);
      for (let number = 0; number < 20; number++) {
        carriers[place]?.send(index, 'head-end', uplink(index, number), 0);
      }
    }
  }
  await clock.sleepUntil(200 * S);
  return up;
};

describe('chance', () => {
  test('a datagram’s fate follows from seed, meter and number alone', () => {
    expect(fates(1)).toEqual(fates(1));
    expect(fates(1)).not.toEqual(fates(2));
  });

  test('so much is lost and doubled as the model says, and latency keeps to its range', () => {
    const many = Array.from({ length: 100_000 }, (_, number) =>
      datagramFate(WEAK, 1, number % 500, Math.floor(number / 500)),
    );
    const lost = many.filter((fate) => fate.lost).length;
    const doubled = many.filter((fate) => fate.copyLatencyNs !== null).length;
    expect(lost / 100_000).toBeCloseTo(WEAK.lossPpm / 1e6, 2);
    expect(doubled / 100_000).toBeCloseTo(WEAK.duplicatePpm / 1e6, 2);
    const latencies = many.map(({ latencyNs }) => latencyNs);
    expect(Math.min(...latencies.slice(0, 10_000))).toBeGreaterThanOrEqual(WEAK.latencyNs.least);
    expect(Math.max(...latencies.slice(0, 10_000))).toBeLessThanOrEqual(WEAK.latencyNs.most);
  });

  test('shards of a fleet draw what the whole would', async () => {
    const whole = await traffic([{ firstIndex: 0, count: 30 }]);
    const cut = [
      { firstIndex: 0, count: 7 },
      { firstIndex: 7, count: 23 },
    ];
    expect(whole.length).toBeGreaterThan(500);
    expect(await traffic(cut)).toEqual(whole);
  });
});

test('what is said before the attach is stored, and goes after it', async () => {
  const made = carrierOf(GPRS);
  made.attach(3);
  made.send(3, 'head-end', uplink(3), 0);
  const attachedNs = attachDurationNs(GPRS, 1, 3, 1);
  await clock.sleepUntil(attachedNs);
  expect(up).toEqual([]);
  await clock.sleepUntil(60 * S);
  expect(up).toHaveLength(1);
  expect(up[0]?.atNs).toBeGreaterThanOrEqual(attachedNs + GPRS.latencyNs.least);
  expect(up[0]?.atNs).toBeLessThanOrEqual(attachedNs + GPRS.latencyNs.most);
});

test('what is stored is gone when the module goes dark before its attach', async () => {
  const made = carrierOf(GPRS);
  made.attach(3);
  made.send(3, 'head-end', uplink(3), 0);
  await clock.sleepUntil(S);
  made.detach(3);
  made.attach(3);
  await clock.sleepUntil(100 * S);
  expect(up).toEqual([]);
  made.send(3, 'head-end', uplink(3), 0);
  await clock.sleepUntil(101 * S);
  expect(up.map(({ attach }) => attach)).toEqual([2]);
});

test('nothing reaches a module at an address that it has no more', async () => {
  const made = carrierOf(carrier('ideal'));
  made.attach(0);
  made.receive(0, 1, 'head-end', request(0));
  await clock.sleepUntil(1);
  expect(down).toHaveLength(1);
  made.detach(0);
  made.attach(0);
  made.receive(0, 1, 'head-end', request(0));
  await clock.sleepUntil(2);
  expect(down).toHaveLength(1);
  made.receive(0, made.attachOf(0), 'head-end', request(0));
  await clock.sleepUntil(3);
  expect(down).toHaveLength(2);
});

describe('cells', () => {
  test('a cell carries so much a second, and the rest waits', async () => {
    const made = carrierOf(narrow(100));
    for (let index = 0; index < 100; index++) {
      made.attach(index);
      made.send(index, 'head-end', uplink(index), 0);
    }
    await clock.sleepUntil(20 * S);
    expect(up.map(({ atNs }) => atNs)).toEqual(
      Array.from({ length: 100 }, (_, turn) => turn * 100 * MS),
    );
    expect(up.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  test('cells do not wait for each other', async () => {
    const made = carrierOf(narrow(50));
    for (const index of [0, 50, 99, 100]) {
      made.attach(index);
      made.send(index, 'head-end', uplink(index), 0);
    }
    await clock.sleepUntil(S);
    expect(up.map(({ atNs }) => atNs)).toEqual([0, 0, 0, 100 * MS]);
  });

  test('a carrier that begins within a cell has the cells of the whole', async () => {
    const made = carrierOf(narrow(50), { firstIndex: 30, count: 30 });
    for (const index of [30, 49, 50, 59]) {
      made.attach(index);
      made.send(index, 'head-end', uplink(index), 0);
    }
    await clock.sleepUntil(S);
    expect(up.map(({ index, atNs }) => [index, atNs])).toEqual([
      [30, 0],
      [50, 0],
      [49, 100 * MS],
      [59, 100 * MS],
    ]);
  });
});

describe('transactions in flight', () => {
  test('count from their entry until their answer has left', async () => {
    const made = carrierOf(carrier('ideal', { latencyNs: { least: 10 * MS, most: 10 * MS } }), {
      answers: true,
    });
    for (let index = 0; index < 5; index++) made.attach(index);
    for (let index = 0; index < 3; index++) made.receive(index, 1, 'head-end', request(index));
    expect(inFlight.current()).toBe(3);
    await clock.sleepUntil(15 * MS);
    expect(down).toHaveLength(3);
    expect(inFlight.current()).toBe(3);
    made.receive(4, 1, 'head-end', request(4));
    await clock.sleepUntil(20 * MS);
    expect(inFlight.current()).toBe(1);
    expect(inFlight.maximum()).toBe(4);
    await clock.sleepUntil(S);
    expect(inFlight.current()).toBe(0);
    inFlight.reset();
    expect(inFlight.maximum()).toBe(0);
  });

  test('answers to what a module said are none', async () => {
    const made = carrierOf(carrier('ideal'));
    made.attach(0);
    made.receive(0, 1, 'head-end', answer(0));
    made.send(0, 'head-end', uplink(0), 0);
    await clock.sleepUntil(S);
    expect(inFlight.maximum()).toBe(0);
    expect(up).toHaveLength(1);
  });

  test.each([
    ['is lost', carrier('ideal', { lossPpm: 1_000_000 }), true],
    ['is not answered', carrier('ideal'), false],
    ['comes twice and is answered twice', carrier('ideal', { duplicatePpm: 1_000_000 }), true],
  ] as const)('one that %s does not stay for ever', async (_what, model, answers) => {
    const made = carrierOf(model, { answers });
    made.attach(0);
    for (let number = 0; number < 10; number++) made.receive(0, 1, 'head-end', request(0, number));
    await clock.sleepUntil(S);
    expect(inFlight.current()).toBe(0);
    expect(inFlight.maximum()).toBeGreaterThan(0);
  });

  test('one that a held answer belongs to counts until it leaves', async () => {
    const made = carrierOf(carrier('ideal'));
    made.join({
      toHost: () => {},
      toModule: (index) => made.send(index, 'head-end', answer(index), 5 * S),
    });
    made.attach(0);
    made.receive(0, 1, 'head-end', request(0));
    await clock.sleepUntil(5 * S - 1);
    expect(inFlight.current()).toBe(1);
    await clock.sleepUntil(5 * S);
    expect(inFlight.current()).toBe(0);
  });

  test('shards in threads count on one memory', () => {
    const other = new InFlight(inFlight.buffer);
    other.enter();
    inFlight.enter();
    other.leave();
    expect([inFlight.current(), inFlight.maximum(), other.maximum()]).toEqual([1, 2, 2]);
  });
});
