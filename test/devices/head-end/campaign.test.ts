import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../devices/protocol/bytes/codec-error.ts';
import { done, type ScriptedMeter, SETTINGS, Story, type StoryOptions } from './story.ts';

/** Provisioned meters, and nothing on the wire. */
function fleet(meters: number, options: StoryOptions = {}): Story {
  const story = new Story({ meters, ...options });
  const coverage = { rssiDbm: -60, validatedAtMs: 1 };
  story.headEnd.takeOver(
    story.nowMs,
    story.meters.map(({ identity }) => ({ identity, settings: SETTINGS, coverage })),
  );
  for (const meter of story.meters) story.say(meter, { kind: 'heartbeat', sequenceNumber: 1 });
  return story;
}

function start(story: Story, clusterSize: number, concurrency: number) {
  const { northbound } = story.headEnd;
  const order = { serials: story.serials, clusterSize, concurrency, intervals: 1 };
  return northbound.startCampaign(story.nowMs, order);
}

interface Seen {
  /** Most requests that were at meters at one time. */
  most: number;
  /** Indexes of meters in the order in which they were asked, one list for each turn. */
  readonly turns: number[][];
}

/** Requests wait at the meters; one after the other is answered, the newest first. */
function answerSlowly(story: Story): Seen {
  const seen: Seen = { most: 0, turns: [] };
  const at: { meter: ScriptedMeter; bytes: Uint8Array }[] = [];
  for (;;) {
    const turn: number[] = [];
    for (const { address, bytes } of story.wire.splice(0)) {
      const meter = story.meters.find((one) => one.address === address);
      if (meter === undefined) continue;
      at.push({ meter, bytes });
      turn.push(meter.index);
    }
    seen.turns.push(turn);
    seen.most = Math.max(seen.most, at.length);
    const next = at.pop();
    if (next === undefined) return seen;
    story.nowMs++;
    const answer = next.meter.receive('head-end', next.bytes);
    if (answer !== null) story.hears(answer, next.meter.address);
  }
}

describe('a campaign', () => {
  test.each([
    { meters: 250, clusterSize: 100, concurrency: 100, clusters: 3, most: 100 },
    { meters: 150, clusterSize: 100, concurrency: 30, clusters: 2, most: 30 },
    { meters: 120, clusterSize: 120, concurrency: 100, clusters: 1, most: 100 },
    { meters: 7, clusterSize: 3, concurrency: 100, clusters: 3, most: 3 },
  ])(
    'over $meters meters by $clusterSize, $concurrency at once, has $clusters clusters',
    ({ meters, clusterSize, concurrency, clusters, most }) => {
      const story = fleet(meters);
      const begun = start(story, clusterSize, concurrency);
      expect(begun).toMatchObject({ campaignId: 1, meters, clusters, endedAtMs: null });
      expect(answerSlowly(story).most).toBe(most);
      expect(story.headEnd.northbound.campaign(1)).toMatchObject({
        endedAtMs: story.nowMs,
        read: meters,
        failed: 0,
      });
      expect(story.meters.every(({ kinds }) => kinds.join() === 'read-intervals')).toBe(true);
    },
  );

  test('begins a cluster when all of the one before is through', () => {
    const story = fleet(6);
    start(story, 3, 100);
    expect(answerSlowly(story).turns.filter((turn) => turn.length > 0)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  test('has 101 in flight when the rule lets one more through (control of LOD-02)', () => {
    const rules = { mayStartPoll: (inFlight: number, limit: number) => inFlight <= limit };
    const story = fleet(150, { rules });
    start(story, 150, 100);
    expect(answerSlowly(story).most).toBe(101);
  });

  test('overlaps clusters when the rule lets it (control of LOD-01)', () => {
    const story = fleet(150, { rules: { nextClusterMayStart: () => true } });
    start(story, 50, 100);
    expect(answerSlowly(story).most).toBe(100);
    expect(story.headEnd.northbound.campaign(1)).toMatchObject({ read: 150 });
  });

  test('keeps the place of a silent meter until it is given up', () => {
    const story = fleet(4);
    story.at(1).doing = () => null;
    start(story, 2, 2);
    story.pass(179_999);
    expect(story.at(2).kinds).toEqual([]);
    expect(story.at(1).kinds).toHaveLength(3);
    story.pass(1);
    expect(story.at(2).kinds).toEqual(['read-intervals']);
    expect(story.headEnd.northbound.campaign(1)).toMatchObject({ read: 3, failed: 1 });
  });

  test('takes an answer that comes while the retry waits', () => {
    const story = fleet(1);
    start(story, 1, 1);
    const [request] = story.wire.splice(0);
    const late = story.meter.receive('head-end', request?.bytes ?? new Uint8Array());
    story.pass(45_000);
    story.hears(late ?? new Uint8Array(), story.meter.address);
    expect(story.headEnd.northbound.campaign(1)).toMatchObject({ read: 1 });
    story.pass(600_000);
    expect(story.meter.kinds).toEqual(['read-intervals']);
  });

  test('beside another one keeps to the limit over both', () => {
    const story = fleet(20);
    start(story, 20, 5);
    start(story, 20, 5);
    expect(answerSlowly(story).most).toBe(5);
    for (const id of [1, 2]) {
      expect(story.headEnd.northbound.campaign(id)).toMatchObject({ read: 20 });
    }
  });

  test('does not ask meters that may not be read', () => {
    const story = new Story({ meters: 300 });
    start(story, 100, 100);
    expect(story.wire).toEqual([]);
    expect(story.headEnd.northbound.campaign(1)).toMatchObject({
      endedAtMs: story.nowMs,
      failed: 300,
    });
  });

  test('tells northbound its beginning, each further cluster, and its end', () => {
    const story = fleet(5);
    start(story, 2, 2);
    answerSlowly(story);
    const told = story.events.flatMap((event) => (event.type === 'campaign' ? event.campaign : []));
    expect(told.map(({ read }) => read)).toEqual([0, 2, 4, 5]);
  });

  test('goes on after a restart with the cluster that was not through', () => {
    const story = fleet(9);
    start(story, 3, 3);
    story.at(4).doing = () => null;
    story.settle();
    story.at(4).doing = done;
    story.restart();
    story.pass(1);
    expect(story.meters.map(({ asked }) => asked.length)).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1]);
    expect(story.headEnd.northbound.campaign(1)).toMatchObject({ read: 9, failed: 0 });
  });

  test.each([
    { serials: [] as string[] },
    { clusterSize: 0 },
    { concurrency: 0 },
    { concurrency: 1.5 },
  ])('is refused with %o', (change) => {
    const story = fleet(1);
    const order = { serials: story.serials, clusterSize: 1, concurrency: 1, intervals: 1 };
    const ask = () => story.headEnd.northbound.startCampaign(story.nowMs, { ...order, ...change });
    expect(ask).toThrow(RangeError);
    expect(story.headEnd.northbound.campaign(1)).toBeUndefined();
  });

  test('is refused for more intervals than a read can ask', () => {
    const story = fleet(1);
    const order = { serials: story.serials, clusterSize: 1, concurrency: 1, intervals: 97 };
    const ask = () => story.headEnd.northbound.startCampaign(story.nowMs, order);
    expect(ask).toThrow(CodecError);
  });
});
