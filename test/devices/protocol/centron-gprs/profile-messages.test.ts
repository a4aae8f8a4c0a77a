import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TRANSACTION_KINDS } from '../../../../devices/domain/northbound.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { sentCompressed } from '../../../../devices/meter/rules/module.ts';
import {
  compressServices,
  DICTIONARY,
} from '../../../../devices/protocol/centron-gprs/compression.ts';
import { UPLINK_ADDRESSEE } from '../../../../devices/protocol/centron-gprs/messages.ts';
import type {
  Transaction,
  TransactionAnswer,
  Uplink,
  UplinkAnswer,
  UplinkKind,
} from '../../../../devices/protocol/centron-gprs/messages.ts';
import {
  decodeTransaction,
  decodeTransactionAnswer,
  encodeTransaction,
  encodeTransactionAnswer,
} from '../../../../devices/protocol/centron-gprs/transaction.ts';
import {
  decodeUplink,
  decodeUplinkAnswer,
  encodeUplink,
  encodeUplinkAnswer,
} from '../../../../devices/protocol/centron-gprs/uplink.ts';

/** An example of docs/profile-messages.md: its heading, its value and its services. */
interface Example {
  readonly heading: string;
  readonly isAnswer: boolean;
  readonly of: string;
  readonly kind: string;
  readonly json: string;
  readonly services: readonly string[];
}

const EXAMPLE =
  /^### (?<heading>(?<answer>Answer to )?(?<of>uplink|transaction) `(?<kind>[a-z-]+)`.*)$(?:(?!^#)[^])*?^```json\n(?<json>[^]*?)^```\n\n```hex\n(?<hex>[^]*?)^```$/gim;

const PAGE = readFileSync('docs/profile-messages.md', 'utf8');
const EXAMPLES: readonly Example[] = [...PAGE.matchAll(EXAMPLE)].map(({ groups = {} }) => ({
  heading: groups['heading'] ?? '',
  isAnswer: groups['answer'] !== undefined,
  of: (groups['of'] ?? '').toLowerCase(),
  kind: groups['kind'] ?? '',
  json: groups['json'] ?? '',
  services: (groups['hex'] ?? '')
    .split('\n\n')
    .map((service) => toHex(fromHex(service.replaceAll(/#.*$/gm, '')))),
}));

function encoded({ heading, isAnswer, of, kind, json }: Example): Uint8Array[] {
  const value: unknown = JSON.parse(json);
  const isCompressed = heading.endsWith(', compressed');
  if (of === 'uplink') {
    if (!isAnswer) {
      const said = encodeUplink(value as Uplink);
      return isCompressed ? compressServices(said, sentCompressed) : said;
    }
    return encodeUplinkAnswer(kind as UplinkKind, value as UplinkAnswer);
  }
  if (!isAnswer) {
    const { pin, ...transaction } = value as Transaction & { pin?: string };
    return encodeTransaction(transaction, pin === undefined ? null : fromHex(pin));
  }
  const { hadPin = false, ...answer } = value as TransactionAnswer & { hadPin?: boolean };
  return encodeTransactionAnswer(kind as Transaction['kind'], answer, hadPin);
}

function decoded({ isAnswer, of, kind, json, services: hex }: Example): unknown {
  const services = hex.map((service) => fromHex(service));
  if (of === 'uplink') {
    return isAnswer ? decodeUplinkAnswer(kind as UplinkKind, services) : decodeUplink(services);
  }
  if (!isAnswer) {
    const { transaction, pin } = decodeTransaction(services);
    return pin === null ? transaction : { ...transaction, pin: toHex(pin) };
  }
  const hadPin = json.includes('"hadPin": true');
  const answer = decodeTransactionAnswer(kind as Transaction['kind'], services, hadPin);
  return hadPin ? { ...answer, hadPin } : answer;
}

test.each(EXAMPLES)('$heading: the bytes of the page say what it tells', (example) => {
  expect(decoded(example)).toEqual(JSON.parse(example.json));
  expect(encoded(example).map((service) => toHex(service))).toEqual(example.services);
});

test('every message of the profile has an example', () => {
  expect(EXAMPLES).toHaveLength(PAGE.match(/^### /gm)?.length ?? 0);
  const kinds = (of: string, isAnswer: boolean) =>
    new Set(EXAMPLES.filter((one) => one.of === of && one.isAnswer === isAnswer).map(kindOf));
  expect(kinds('uplink', false)).toEqual(new Set(Object.keys(UPLINK_ADDRESSEE)));
  expect(kinds('transaction', false)).toEqual(new Set(TRANSACTION_KINDS));
  const outcomes = EXAMPLES.filter(({ isAnswer }) => isAnswer).map(
    ({ json }) => (JSON.parse(json) as UplinkAnswer | TransactionAnswer).outcome,
  );
  expect([...new Set(outcomes)].sort()).toEqual([
    'accepted',
    'clock-reference',
    'coverage',
    'done',
    'intervals',
    'parameters',
    'refused',
    'registered',
    'settings',
    'version',
  ]);
});

function kindOf({ kind }: Example): string {
  return kind;
}

test('the page says that these messages are ours', () => {
  expect(PAGE).toContain('**project-defined**');
  expect(PAGE).toContain('have no public bytes');
});

test('the dictionary of the page is the one that both ends have', () => {
  const { bytes = '' } = /^```dictionary\n(?<bytes>[^]*?)^```$/m.exec(PAGE)?.groups ?? {};
  expect(toHex(fromHex(bytes.replaceAll(/#.*$/gm, '')))).toBe(toHex(DICTIONARY));
});
