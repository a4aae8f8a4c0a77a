import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TRANSACTION_KINDS } from '../../../../devices/domain/northbound.ts';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import {
  UPLINK_ADDRESSEE,
  type UplinkKind,
} from '../../../../devices/protocol/centron-gprs/messages.ts';
import {
  connectionOf,
  connectionTopic,
  filters,
  makeTopic,
  type MessageTopic,
  parseTopic,
  SERVERS,
} from '../../../../devices/protocol/mqtt/topics.ts';
import { unlessRefused } from '../vectors.ts';
import { ADDRESS, ROOT } from './examples.ts';

const UPLINKS = Object.keys(UPLINK_ADDRESSEE) as UplinkKind[];
const TOPICS: readonly MessageTopic[] = [
  ...UPLINKS.map((kind): MessageTopic => {
    return { ...ADDRESS, direction: 'up', server: UPLINK_ADDRESSEE[kind], kind };
  }),
  ...SERVERS.flatMap((server): MessageTopic[] => [
    { ...ADDRESS, direction: 'up', server, kind: 'response' },
    ...[...TRANSACTION_KINDS, 'answer' as const].map((kind): MessageTopic => {
      return { ...ADDRESS, direction: 'down', server, kind };
    }),
  ]),
];

/** Whether a filter of MQTT takes a topic (4.7). */
function takes(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  const pattern = filter.split('/');
  const isOpen = pattern.at(-1) === '#';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  return (
    (isOpen ? levels.length > fixed.length : levels.length === fixed.length) &&
    fixed.every((level, place) => level === '+' || level === levels[place])
  );
}

test('the topic of every message is read as it was made, and names its server', () => {
  for (const topic of TOPICS) {
    const made = makeTopic(ROOT, topic);
    expect(made.split('/')).toHaveLength(6);
    expect(parseTopic(ROOT, made)).toEqual(topic);
    expect(parseTopic('a/b', makeTopic('a/b', topic))).toEqual(topic);
  }
  expect(makeTopic(ROOT, TOPICS[6] as MessageTopic)).toBe(
    'meters/edwards/60000001/up/head-end/last-gasp',
  );
});

test('each message is taken by one filter of a meter and one of a server', () => {
  for (const topic of TOPICS) {
    const made = makeTopic(ROOT, topic);
    const isUp = topic.direction === 'up';
    expect(takes(filters.fromMeter(ROOT, ADDRESS), made)).toBe(isUp);
    expect(takes(filters.toMeter(ROOT, ADDRESS), made)).toBe(!isUp);
    for (const server of SERVERS) {
      expect(takes(filters.toServer(ROOT, server), made)).toBe(isUp && topic.server === server);
      expect(takes(filters.fromServer(ROOT, server), made)).toBe(!isUp && topic.server === server);
    }
    const other = { ...ADDRESS, serial: '60000002' };
    expect(takes(filters.fromMeter(ROOT, other), made)).toBe(false);
    expect(takes(filters.toMeter(ROOT, other), made)).toBe(false);
  }
});

test('a connection is told of beside the messages', () => {
  const topic = connectionTopic(ROOT, ADDRESS);
  expect(topic).toBe('meters/edwards/60000001/connection');
  expect(connectionOf(ROOT, topic)).toEqual(ADDRESS);
  expect(takes(filters.connections(ROOT), topic)).toBe(true);
  expect(() => parseTopic(ROOT, topic)).toThrow(CodecError);
  for (const other of [
    `${topic}/more`,
    `other/${topic}`,
    makeTopic(ROOT, TOPICS[0] as MessageTopic),
  ]) {
    expect(connectionOf(ROOT, other)).toBeNull();
  }
});

describe('a serial number that would reach beyond its level is refused', () => {
  const bad = ['+', '#', 'a/b', '/', '', 'a+', '\u0000', 'a\n', '$SYS', '\ud800', 'x'.repeat(65)];

  test.each(bad)('%j', (serial) => {
    const topic = { ...TOPICS[0], serial } as MessageTopic;
    expect(() => makeTopic(ROOT, topic)).toThrow(CodecError);
    expect(() => filters.toMeter(ROOT, { ...ADDRESS, serial })).toThrow(CodecError);
    expect(() => connectionTopic(ROOT, { ...ADDRESS, serial })).toThrow(CodecError);
    expect(() => makeTopic(ROOT, { ...topic, serial: '1', customer: serial })).toThrow(CodecError);
  });

  test('and so is a root', () => {
    for (const root of ['', '+', 'a//b', '$share', 'a/#']) {
      expect(() => filters.toServer(root, 'head-end')).toThrow(CodecError);
    }
    expect(filters.toServer('a/b', 'head-end')).toBe('a/b/+/+/up/head-end/#');
  });
});

test.each([
  ['another root', 'other/c/1/up/head-end/heartbeat'],
  ['too few levels', 'meters/c/1/up/head-end'],
  ['too many levels', 'meters/c/1/up/head-end/heartbeat/x'],
  ['another server', 'meters/c/1/up/broker/heartbeat'],
  ['a transaction that goes up', 'meters/c/1/up/head-end/get-version'],
  ['an uplink that goes down', 'meters/c/1/down/head-end/heartbeat'],
  ['another direction', 'meters/c/1/sideways/head-end/heartbeat'],
  ['an uplink for the other server', 'meters/c/1/up/configuration-server/last-gasp'],
  ['a wildcard', 'meters/+/1/up/head-end/heartbeat'],
  ['no serial number', 'meters/c//up/head-end/heartbeat'],
])('%s is no topic of a message', (_, text) => {
  expect(() => parseTopic(ROOT, text)).toThrow(CodecError);
});

test('whatever text comes, it is one topic or none', () => {
  let taken = 0;
  const level = fc.oneof(
    fc.constantFrom('meters', 'c', 'up', 'down', ...SERVERS, ...UPLINKS, 'answer', 'get-version'),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  const nearly = fc
    .constantFrom(...TOPICS)
    .chain((topic) =>
      fc.tuple(fc.constant(makeTopic(ROOT, topic).split('/')), fc.nat({ max: 5 }), level),
    )
    .map(([levels, place, other]) => levels.with(place, other).join('/'));
  fc.assert(
    fc.property(nearly, (text) => {
      const topic = unlessRefused(() => parseTopic(ROOT, text));
      if (topic === undefined) return;
      taken++;
      expect(makeTopic(ROOT, topic)).toBe(text);
    }),
    { seed: 6, numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(200);
});
