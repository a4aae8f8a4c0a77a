import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { testIdentity } from '../../../devices/domain/identity.ts';
import type { Uplink } from '../../../devices/protocol/centron-gprs/messages.ts';
import { encodeUplink, decodeTransaction } from '../../../devices/protocol/mqtt/messages.ts';
import { decodePayload, encodePayload } from '../../../devices/protocol/mqtt/payload.ts';
import { decodePublish } from '../../../devices/protocol/mqtt/publish.ts';
import { filters, makeTopic, parseTopic } from '../../../devices/protocol/mqtt/topics.ts';
import { UPLINK_ADDRESSEE } from '../../../devices/protocol/centron-gprs/messages.ts';
import { loadMapping } from '../../../harness/main/rig-files.ts';
import { TEST_ACCOUNT } from '../../../rigs/head-end/test-language.ts';
import { matches, MqttBridge } from '../../../rigs/mqtt/bridge.ts';
import { EmbeddedBroker } from '../../../rigs/mqtt/broker.ts';
import { MqttSession } from '../../../rigs/mqtt/session.ts';
import { until } from '../head-end/scripted-meters.ts';

const EXAMPLE = readFileSync(
  new URL('../../../rigs/example.mqtt-map.yaml', import.meta.url),
  'utf8',
);
const { serial } = testIdentity(0);
const { root, customer, encoding } = TEST_ACCOUNT;
const PIN = '31'.repeat(20);

/** A meter, a head-end of somebody else with a broker of its own, and the bridge between them. */
async function bridged() {
  const loaded = loadMapping('example.mqtt-map.yaml', EXAMPLE);
  if (!loaded.ok) throw new Error(loaded.mistakes.map(({ message }) => message).join('\n'));
  const brokers = [
    await EmbeddedBroker.open('127.0.0.1', 0),
    await EmbeddedBroker.open('127.0.0.1', 0),
  ];
  const [meters, headEnd] = brokers.map(({ address }) => address);
  if (meters === undefined || headEnd === undefined) throw new Error('no brokers');
  const refused: string[] = [];
  let number = 0;
  const bridge = await MqttBridge.open({
    mapping: loaded.value,
    account: TEST_ACCOUNT,
    meters,
    headEnd,
    nextNumber: () => ++number,
    onRefused: (what) => refused.push(what),
  });
  const atMeter: Uint8Array[] = [];
  const atHeadEnd: string[] = [];
  const meter = await MqttSession.open({
    broker: meters,
    clientId: serial,
    subscribe: [filters.toMeter(root, { customer, serial })],
    onPublish: (bytes) => atMeter.push(bytes),
  });
  const stranger = await MqttSession.open({
    broker: headEnd,
    clientId: 'ami',
    subscribe: ['ami/alarms/#', 'ami/registrations/#', 'ami/answers/#'],
    onPublish: (bytes) => {
      const { topic, payload } = decodePublish(bytes);
      atHeadEnd.push(`${topic} ${Buffer.from(payload).toString()}`);
    },
  });
  onTestFinished(async () => {
    await bridge.close();
    await meter.close();
    await stranger.close();
    for (const broker of brokers) await broker.close();
  });
  return { bridge, meter, stranger, atMeter, atHeadEnd, refused };
}

function say(meter: MqttSession, uplink: Uplink, number: number): Promise<void> {
  const { kind } = uplink;
  const server = UPLINK_ADDRESSEE[kind];
  const topic = makeTopic(root, { customer, serial, direction: 'up', server, kind });
  return meter.say(topic, encodePayload({ number }, encodeUplink(uplink), encoding));
}

test('what meters say comes in the topics and payloads of the head-end', async () => {
  const { bridge, meter, atHeadEnd } = await bridged();
  await say(meter, { kind: 'last-gasp', outageNumber: 7, lostAtMs: 1000 }, 1);
  await say(meter, { kind: 'heartbeat', sequenceNumber: 1 }, 2);
  await say(meter, { kind: 'event-alarm', eventCode: 47, occurredAtMs: 2000 }, 3);
  await until(() => bridge.counts.up === 2 && atHeadEnd.length === 2, 'two alarms');
  expect(atHeadEnd.map((line) => line.split(' ')[0])).toEqual([
    `ami/alarms/${serial}`,
    `ami/alarms/${serial}`,
  ]);
  expect(atHeadEnd.map((line) => JSON.parse(line.slice(line.indexOf(' '))) as unknown)).toEqual([
    { type: 'last-gasp', meter: serial, sequence: 1, detail: { outageNumber: 7, lostAtMs: 1000 } },
    {
      type: 'event-alarm',
      meter: serial,
      sequence: 3,
      detail: { eventCode: 47, occurredAtMs: 2000 },
    },
  ]);
  expect(bridge.counts).toEqual({ up: 2, down: 0, unmapped: 1, refused: 0 });
});

test('what the head-end says comes as a meter understands it, each with a number of its own', async () => {
  const { bridge, stranger, atMeter } = await bridged();
  const order = Buffer.from(JSON.stringify({ command: 'version', pin: PIN }));
  await stranger.say(`ami/commands/${serial}`, order);
  await stranger.say(`ami/commands/${serial}`, order);
  await until(() => atMeter.length === 2, 'two transactions');
  const read = atMeter.map((bytes) => {
    const { topic, payload } = decodePublish(bytes);
    const { kind } = parseTopic(root, topic);
    const { number, body, pin } = decodePayload(payload);
    if (kind !== 'get-version') throw new Error(kind);
    return [number, decodeTransaction(kind, body), Buffer.from(pin ?? []).toString('hex')];
  });
  expect(read).toEqual([
    [1, { kind: 'get-version' }, PIN],
    [2, { kind: 'get-version' }, PIN],
  ]);
  expect(bridge.counts).toMatchObject({ down: 2, refused: 0 });
});

test('what fits no rule is counted, what a rule makes wrong is told without its payload', async () => {
  const { bridge, stranger, atMeter, refused } = await bridged();
  await stranger.say(`ami/commands/${serial}`, Buffer.from('{"command":"dance"}'));
  const wrong = Buffer.from(JSON.stringify({ command: 'version', pin: 'not a pin' }));
  await stranger.say(`ami/commands/${serial}`, wrong);
  await until(() => bridge.counts.unmapped === 1 && bridge.counts.refused === 1, 'both');
  expect(atMeter).toEqual([]);
  expect(refused.join()).toMatch(/down ami\/commands\/\+: pin/);
  expect(refused.join()).not.toContain('not a pin');
});

test.each([
  ['ami/commands/+', 'ami/commands/7', true],
  ['ami/commands/+', 'ami/commands/7/x', false],
  ['ami/#', 'ami/commands/7/x', true],
  ['ami/#', 'ami', true],
  ['ami/+/x', 'ami/7', false],
  ['ami', 'amis', false],
])('%s and %s: %s', (filter, topic, expected) => {
  expect(matches(filter, topic)).toBe(expected);
});

test('a mapping that is no JSONata is a mistake with its place', () => {
  const loaded = loadMapping(
    'my.mqtt-map.yaml',
    EXAMPLE.replace('"ami/alarms/" & serial', '"ami/alarms/" &'),
  );
  expect(loaded.ok ? [] : loaded.mistakes.map(({ message }) => message).join()).toMatch(
    /no JSONata/,
  );
});
