import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { loadHeadEnd } from '../../../harness/main/rig-files.ts';
import { ALARM_KINDS } from '../../../devices/domain/northbound.ts';
import { VERB_NAMES } from '../../../harness/scenario/verb/index.ts';
import { performable } from '../../../rigs/head-end/foreign/capabilities.ts';
import { isPermitted } from '../../../rigs/head-end/foreign/head-end-file.ts';
import { TOLD, Words } from '../../../rigs/head-end/foreign/words.ts';

const LINES = [
  'head-end: Example AMI 7.2',
  'southbound: { address: "127.0.0.1:1153" }',
  'northbound:',
  '  - { server-sent-events: "http://127.0.0.1:8080/events", resolution: 1 ms }',
  'control:',
  '  records: { post: "http://127.0.0.1:8080/meters" }',
  'capabilities: [registration]',
  'permitted-addresses: [127.0.0.0/8]',
];

/** The example with one text replaced by another. */
function mistakesWith(before: string, after: string): readonly string[] {
  const text = LINES.join('\n');
  if (!text.includes(before)) throw new Error(`the example has no "${before}"`);
  const loaded = loadHeadEnd('my.head-end.yaml', text.replace(before, after));
  return loaded.ok ? [] : loaded.mistakes.map(({ message }) => message);
}

describe('a head-end file', () => {
  test('the example and the shipped one have no mistake', () => {
    expect(mistakesWith('7.2', '7.3')).toEqual([]);
    const shipped = readFileSync(
      new URL('../../../rigs/reference.head-end.yaml', import.meta.url),
      'utf8',
    );
    expect(loadHeadEnd('reference.head-end.yaml', shipped)).toMatchObject({ ok: true });
  });

  test.each([
    [
      'a capability without its call',
      '[registration]',
      '[registration, alarms]',
      /alarms needs control alarms/,
    ],
    [
      'an address outside of the ranges',
      '127.0.0.1:8080/meters',
      '192.0.2.1/meters',
      /control records is at 192\.0\.2\.1, which no range holds/,
    ],
    ['a name instead of an address', '127.0.0.1:1153', 'localhost:1153', /numbers, not names/],
    [
      'a name in a call, which nobody resolves',
      '127.0.0.1:8080/meters',
      'ami.example/meters',
      /is at ami\.example, which no range holds/,
    ],
    ['a range that is none', '127.0.0.0/8', '127.0.0.0/88', /is no range/],
    [
      'a call that is none',
      'post:',
      'get: "http://127.0.0.1/x", post:',
      /a call is one of get, post and put/,
    ],
    [
      'a mapping that is no JSONata',
      'resolution: 1 ms',
      'resolution: 1 ms, map: "alarm[", ',
      /no JSONata: .*at character/,
    ],
    ['a resolution without a unit', '1 ms', '1', /has no unit/],
    ['polling without a pace', 'server-sent-events', 'poll', /every goes with poll/],
    ['a word that nobody knows', 'capabilities', 'capacities', /unknown key capacities/],
  ])('%s is a mistake', (_, before, after, told) => {
    expect(mistakesWith(before, after).join('\n')).toMatch(told);
  });
});

test.each([
  ['127.0.0.9', ['127.0.0.0/8'], true],
  ['128.0.0.1', ['127.0.0.0/8'], false],
  ['::1', ['127.0.0.0/8', '::1'], true],
  ['::2', ['::1'], false],
  ['2001:db8::7', ['2001:db8::/32'], true],
  ['::ffff:127.0.0.1', ['127.0.0.0/8'], true],
  ['head-end.example', ['0.0.0.0/0', '::/0'], false],
])('%s in %j: %s', (host, ranges, permitted) => {
  expect(isPermitted(host, ranges)).toBe(permitted);
});

test('what a head-end lacks is not asked of it, and what nobody thought about neither', () => {
  const able = performable(VERB_NAMES, ['registration']);
  expect(able).toContain('await-state');
  expect(able).toContain('open-mains');
  for (const verb of [
    'provision',
    'take-snapshot',
    'read-intervals',
    'restart-head-end',
  ] as const) {
    expect(able).not.toContain(verb);
  }
});

function alarm(kind: string) {
  return TOLD.event.parse({ type: 'alarm', alarm: { kind, serial: '7' } });
}

describe('words of a stranger', () => {
  const words = new Words({ codes: { 'last-gasp': ['3.26.136.47', 'POWER_LOST'] } }, ALARM_KINDS);
  test('several codes may mean one alarm, and what is left out is completed', () => {
    for (const code of ['3.26.136.47', 'POWER_LOST', 'last-gasp']) {
      expect(words.event(alarm(code), 1000)).toMatchObject({
        type: 'alarm',
        publishedAtMs: 1000,
        alarm: { kind: 'last-gasp', serial: '7', outageId: null, occurredAtMs: 1000 },
      });
    }
  });

  test('a code without a map is counted and is no alarm', () => {
    expect(words.event(alarm('3.2.22.150'), 1000)).toBeNull();
    expect(words.unmapped).toEqual(new Map([['3.2.22.150', 1]]));
  });

  test('JSONata makes one thing of a list of one, and nothing of an empty one', () => {
    const one = { serial: '7', state: 'placed' };
    expect(TOLD.records.parse(one)).toHaveLength(1);
    expect(TOLD.records.parse(undefined)).toEqual([]);
    expect(TOLD.records.safeParse([{ serial: '7', state: 'somewhere' }]).success).toBe(false);
  });
});
