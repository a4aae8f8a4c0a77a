import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodeRequest, encodeRequest } from '../../../devices/protocol/psem/request.ts';
import { decodeResponse, encodeResponse } from '../../../devices/protocol/psem/response.ts';
import type { NetworkServiceName } from '../../../devices/protocol/psem/network-service.ts';
import type { ServiceName } from '../../../devices/protocol/psem/service.ts';
import { SeededBytes } from './seeded-bytes.ts';
import { ANSI, unlessRefused } from './vectors.ts';

const INPUTS = 1_000_000;
/** Most inputs end in an error, and its stack is what takes the time. */
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});
const LONGEST = 60;

const SERVICES: readonly (ServiceName | NetworkServiceName)[] = [
  'identify',
  'terminate',
  'disconnect',
  'read',
  'write',
  'logon',
  'security',
  'logoff',
  'authenticate',
  'negotiate',
  'wait',
  'timing-setup',
  'register',
  'deregister',
  'resolve',
  'trace',
];

/** Requests and answers to begin with: those of the vectors, and one of each that they lack. */
const SEEDS = [
  ...ANSI.c1218_frames.map(({ data }) => data),
  '32000700010002000301',
  '3e',
  '4100050000000101ff',
  '530903a0a1a2a3a4a5a6a7',
  '6b0200020102030405060708090a0b',
  '711e010403',
  '001e010403',
  '000903a0a1a2a3a4a5a6a7',
  '27210601020304800301027b8003047bc1040a0000010002580100',
  '24800301027b',
  '25800301027b',
  '26800301027b8003047bc1',
  '00040a000001',
  '00800301027b000a00025800',
  '000301000204088586878889808182010005820600800301027b070302414200',
  '0f00000400',
].map((hex) => fromHex(hex));

function inputs(seed: number, use: (bytes: Uint8Array, chance: SeededBytes) => void): void {
  const chance = new SeededBytes(seed);
  for (let input = 0; input < INPUTS; input++) {
    const bytes =
      chance.below(4) === 0
        ? chance.bytes(chance.below(LONGEST))
        : chance.mutated(chance.one(SEEDS));
    use(bytes, chance);
  }
}

test('a million random and mutated requests are read and written back, or refused', () => {
  let read = 0;
  const changed: string[] = [];
  inputs(1, (bytes) => {
    for (const dialect of ['c12-18', 'c12-22'] as const) {
      const request = unlessRefused(() => decodeRequest(bytes, dialect));
      if (request === undefined) continue;
      read += 1;
      if (!sameBytes(encodeRequest(request), bytes)) changed.push(toHex(bytes));
    }
  });
  expect(changed).toEqual([]);
  // A decoder that refused everything would have passed.
  expect(read).toBeGreaterThan(INPUTS / 20);
});

test('a million random and mutated answers to all services are read and written back, or refused', () => {
  let read = 0;
  const changed: string[] = [];
  inputs(2, (bytes, chance) => {
    const service = chance.one(SERVICES);
    const response = unlessRefused(() => decodeResponse(bytes, service));
    if (response === undefined) return;
    read += 1;
    if (!sameBytes(encodeResponse(response), bytes)) changed.push(`${service} ${toHex(bytes)}`);
  });
  expect(changed).toEqual([]);
  expect(read).toBeGreaterThan(INPUTS / 50);
});

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
