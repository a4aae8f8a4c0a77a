import { describe, expect, test } from 'vitest';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import { sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import type { Uplink } from '../../../devices/protocol/centron-gprs/messages.ts';
import { COMPRESSED_TABLE } from '../../../devices/protocol/centron-gprs/tables.ts';
import { encodeUplink } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { encodeRequest } from '../../../devices/protocol/psem/request.ts';
import { cipherOf, keyIdOf, SETTINGS, START_MS, Story } from './story.ts';

const HEARTBEAT: Uplink = { kind: 'heartbeat', sequenceNumber: 1 };
const LAST_GASP: Uplink = { kind: 'last-gasp', outageNumber: 1, lostAtMs: START_MS };
const HEAD = {
  called: ApTitle.of('.2.1'),
  calling: ApTitle.of('.1.1'),
  callingInvocation: 1,
};

function sealed(change: {
  head?: object;
  cipher?: number;
  keyId?: number;
  service?: Uint8Array;
  iv?: number;
}) {
  const { head = {}, cipher = 0, keyId = keyIdOf(0), service, iv = 1 } = change;
  const services = service === undefined ? encodeUplink(LAST_GASP) : [service];
  return sealApdu(
    { ...HEAD, ...head },
    { services },
    {
      mode: 'ciphered',
      cipher: cipherOf(cipher),
      parameters: { keyId, iv },
      parametersFrom: 'apdu',
    },
  );
}

describe('who is listened to', () => {
  test.each([
    ["sealed with the meter's key", sealed({}), 'opened'],
    ['in the clear', sealApdu(HEAD, { services: encodeUplink(LAST_GASP) }), 'badMac'],
    ["sealed with another meter's key", sealed({ cipher: 1 }), 'badMac'],
    ['under another key id', sealed({ keyId: 9 }), 'badMac'],
    [
      'of a title in no manifest',
      sealed({ head: { calling: ApTitle.of('.1.99') } }),
      'unknownMeter',
    ],
    ['without a calling title', sealed({ head: { calling: undefined } }), 'unknownMeter'],
    ['for another host', sealed({ head: { called: ApTitle.of('.2.9') } }), 'malformed'],
    ['cut short', sealed({}).subarray(0, -1), 'malformed'],
    ['empty', new Uint8Array(), 'malformed'],
  ])('an APDU %s is counted as such', (_, bytes, counter) => {
    const story = new Story({ meters: 2 });
    story.hears(bytes, '10.0.0.0');
    const refused = { badMac: 0, replays: 0, unknownMeter: 0, malformed: 0 };
    const nothing = { opened: 0, outOfOrder: 0, ...refused };
    const isOpened = counter === 'opened';
    const expected = { ...nothing, received: 1, [counter]: 1, sent: isOpened ? 1 : 0 };
    expect(story.headEnd.northbound.counters()).toEqual(expected);
    expect(story.events).toHaveLength(isOpened ? 1 : 0);
    expect(story.record().address).toBe(isOpened ? '10.0.0.0' : null);
  });

  test('one that was overtaken is taken and counted as out of order; again it is a replay', () => {
    const story = new Story();
    const counted = (iv: number) => {
      story.hears(sealed({ iv }), '10.0.0.0');
      const { opened, outOfOrder, replays } = story.headEnd.northbound.counters();
      return [opened, outOfOrder, replays];
    };
    expect(counted(5)).toEqual([1, 0, 0]);
    expect(counted(6)).toEqual([2, 0, 0]);
    expect(counted(3)).toEqual([3, 1, 0]);
    expect(counted(3)).toEqual([3, 1, 1]);
    expect(counted(6)).toEqual([3, 1, 2]);
  });

  test('a flipped bit anywhere is refused, or changes nothing', () => {
    const good = sealed({});
    for (let at = 0; at < good.length; at++) {
      const story = new Story({ meters: 2 });
      const bytes = good.with(at, (good[at] ?? 0) ^ 0x01);
      story.hears(bytes, '10.0.0.0');
      expect(story.events, `byte ${at}`).toEqual([]);
    }
  });

  test('services that are no message are refused and counted', () => {
    const story = new Story();
    story.hears(sealed({ service: Uint8Array.of(0x52) }), '10.0.0.0');
    expect(story.sent).toHaveLength(1);
    expect(story.headEnd.northbound.counters()).toMatchObject({ opened: 1, malformed: 1 });
  });

  test('compressed bytes that are no deflate are refused with err, counted, and weigh nothing', () => {
    const data = Uint8Array.of(0x41, 0x08, 0x4a, 0x00, 0xff, 0xff);
    const write = {
      service: 'write',
      table: COMPRESSED_TABLE,
      part: { by: 'whole' },
      data,
    } as const;
    const story = new Story();
    story.hears(sealed({ service: encodeRequest(write) }), '10.0.0.0');
    expect(story.sent).toHaveLength(1);
    expect(story.headEnd.northbound.counters()).toMatchObject({ opened: 1, malformed: 1 });
    expect(story.headEnd.northbound.payloads()).toEqual([]);
    story.hears(sealed({ iv: 2 }), '10.0.0.0');
    expect(story.headEnd.northbound.payloads()).toMatchObject([{ kind: 'last-gasp', messages: 1 }]);
  });

  test("the configuration server's messages are refused", () => {
    const story = new Story();
    story.say(story.meter, { kind: 'auto-configuration', identity: story.meter.identity });
    story.settle();
    expect(story.meter.answers).toEqual([{ outcome: 'refused', code: 'iar' }]);
  });

  test('a heartbeat asks for no answer and gets none', () => {
    const story = new Story();
    story.say(story.meter, HEARTBEAT);
    expect(story.headEnd.northbound.counters()).toMatchObject({ opened: 1, sent: 0 });
  });
});

/** Which of these IVs are taken, in this order. */
function taken(ivs: readonly number[], rules = {}): number[] {
  const story = new Story({ rules });
  return ivs.filter((iv) => {
    const before = story.headEnd.northbound.counters().replays;
    story.hears(story.meter.uplink(HEARTBEAT, 'head-end', iv), '10.0.0.0');
    return story.headEnd.northbound.counters().replays === before;
  });
}

describe('replays', () => {
  test.each([
    { ivs: [5, 5], expected: [5] },
    { ivs: [5, 4, 4, 5, 6], expected: [5, 4, 6] },
    { ivs: [100, 36, 35], expected: [100, 36] },
    { ivs: [100, 36, 36, 68, 68, 67, 67], expected: [100, 36, 68, 67] },
    { ivs: [1, 2, 3, 4, 66, 2, 3, 1], expected: [1, 2, 3, 4, 66] },
    { ivs: [10, 42, 10, 43, 10, 11, 42], expected: [10, 42, 43, 11] },
    { ivs: [10, 11, 12, 1000, 12, 999], expected: [10, 11, 12, 1000, 999] },
    { ivs: [0xffff_fffe, 0xffff_ffff, 0xffff_fffe], expected: [0xffff_fffe, 0xffff_ffff] },
  ])('of $ivs only $expected are taken', ({ ivs, expected }) => {
    expect(taken(ivs)).toEqual(expected);
  });

  test('are refused over the whole window, whatever the order', () => {
    const ivs = Array.from({ length: 65 }, (_, at) => 200 + ((at * 37) % 65));
    expect(taken([264, ...ivs.filter((iv) => iv !== 264)])).toHaveLength(65);
    expect(taken([...ivs, ...ivs])).toEqual(ivs);
  });

  test('get through when the rule takes them (control)', () => {
    expect(taken([5, 5], { replayAccepted: () => true })).toEqual([5, 5]);
  });

  test('are refused after a restart too', () => {
    const story = new Story();
    const bytes = story.meter.uplink(LAST_GASP);
    story.hears(bytes, '10.0.0.0');
    story.restart();
    story.hears(bytes, '10.0.0.0');
    expect(story.headEnd.northbound.counters()).toMatchObject({
      received: 2,
      opened: 1,
      replays: 1,
    });
  });
});

describe('addresses', () => {
  test('transactions go to where the meter was heard last', () => {
    const story = new Story();
    story.register();
    story.meter.address = '10.9.9.9';
    story.say(story.meter, HEARTBEAT);
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    expect(story.wire).toMatchObject([{ address: '10.9.9.9' }]);
    expect(story.record().address).toBe('10.9.9.9');
  });

  test('a message that was overtaken does not bring the old address back', () => {
    const story = new Story();
    const late = story.meter.uplink(HEARTBEAT);
    story.hears(story.meter.uplink(HEARTBEAT), 'new');
    story.hears(late, 'old');
    expect(story.headEnd.northbound.counters()).toMatchObject({ opened: 2 });
    expect(story.record().address).toBe('new');
  });

  test('an answer goes to where its question came from', () => {
    const story = new Story();
    const late = story.meter.uplink(LAST_GASP);
    story.hears(story.meter.uplink(HEARTBEAT), 'new');
    story.hears(late, 'old');
    expect(story.sent).toMatchObject([{ address: 'old' }]);
  });
});

describe('IVs of the head-end', () => {
  test('rise for each meter and never come again, restarts included', () => {
    const story = new Story({ meters: 2, parameters: { ivBlock: 4 } });
    for (let life = 0; life < 3; life++) {
      for (const meter of story.meters) {
        for (let count = 0; count < 5; count++) story.say(meter, LAST_GASP);
      }
      story.settle();
      story.restart();
    }
    for (const meter of story.meters) {
      const ivs = meter.ivs['head-end'];
      expect(ivs).toHaveLength(15);
      expect(ivs).toEqual([...new Set(ivs)].sort((one, other) => one - other));
    }
  });
});

describe('the clock', () => {
  test.each([
    [0, 0, START_MS, 0],
    [0, 123_456, START_MS, 123_456],
    [1_500_000_000, 999_999, START_MS + 1_500, 999_999],
    [900_000, 200_000, START_MS + 1, 100_000],
    [-1, 0, START_MS - 1, 999_999],
  ])('with a skew of %i ns at .%i ns is told exactly', (skewNs, belowMsNs, utcMs, below) => {
    const story = new Story();
    story.headEnd.northbound.setClockSkew(skewNs);
    const request = story.meter.uplink({ kind: 'clock-reference-request', sequenceNumber: 1 });
    story.headEnd.receive(START_MS, belowMsNs, story.meter.address, request);
    story.settle();
    expect(story.meter.answers).toEqual([{ outcome: 'clock-reference', utcMs, belowMsNs: below }]);
  });

  test('stamps what is recorded, and keeps its skew over a restart', () => {
    const story = new Story();
    story.headEnd.northbound.setClockSkew(3_000_000_000);
    story.restart();
    expect(story.headEnd.northbound.clockSkewNs()).toBe(3_000_000_000);
    story.register();
    expect(story.record().firstRegisteredAtMs).toBe(START_MS + 3_000);
    expect(story.events[0]?.publishedAtMs).toBe(START_MS);
  });

  test('skewed in the middle of provisioning makes nothing overdue', () => {
    const story = new Story();
    story.register();
    story.headEnd.northbound.provision(story.nowMs, story.serials, SETTINGS);
    story.headEnd.northbound.setClockSkew(3_600_000_000_000);
    story.pass(1_000);
    expect(story.provisioning()).toMatchObject({ state: 'done', overdue: false });
  });
});

test('no secret is in the store', () => {
  const story = new Story();
  story.commission();
  const texts = Object.values(story.store).flatMap((part) =>
    'entries' in part ? JSON.stringify([...part.entries()]) : [],
  );
  expect(texts.join()).toContain(story.meter.serial);
  const pin = Array.from({ length: 20 }, () => 1);
  expect(texts.join()).not.toContain(pin.join());
});
