import { describe, expect, test } from 'vitest';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import type { PacketStandard } from '../../../devices/protocol/c12-18/link-settings.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { SessionState } from '../../../devices/protocol/c12-18/session.ts';
import { mayRefuse } from '../../../devices/protocol/psem/permitted-refusals.ts';
import { decodeRequest } from '../../../devices/protocol/psem/request.ts';
import { responseCodeOf } from '../../../devices/protocol/psem/response-code.ts';
import { PASSWORD, recordedHost } from './meter-host.ts';
import type { RecordedHost } from './meter-host.ts';
import { ScriptedClient } from './scripted-client.ts';
import { unlessRefused } from './vectors.ts';

const IDENTIFY = '20';
const LOGON = '50000030303030202020202020';
const SECURITY = `51${toHex(new TextEncoder().encode(PASSWORD)).padEnd(40, '20')}`;

/**
 * Every service in every state, written down by hand from the digest of the standard: response
 * code, and the state that follows where it is another one.
 */
const GRID: readonly (readonly [
  service: string,
  request: string,
  BASE: string,
  ID: string,
  SESSION: string,
])[] = [
  ['Identify', IDENTIFY, '00 ID', '0a', '0a'],
  ['Terminate', '21', '00', '00 BASE', '00 BASE'],
  ['Disconnect', '22', '02', '02', '02'],
  ['Read', '300001', '0a', '0a', '00'],
  ['Read by index', '31000500000001', '0a', '0a', '00'],
  ['Default read', '3e', '02', '02', '02'],
  ['Read by offset', '3f00050000020003', '0a', '0a', '00'],
  ['Write without clearance', '400005000101ff', '0a', '0a', '03'],
  ['Write by index without clearance', '4100050000000101ff', '0a', '0a', '03'],
  ['Default write', '4e01', '02', '02', '02'],
  ['Write by offset without clearance', '4f0005000002000101ff', '0a', '0a', '03'],
  ['Logon', LOGON, '0a', '00 SESSION', '0a'],
  ['Logon of a stranger', '500000737472616e6765722020', '0a', '05', '0a'],
  ['Security', SECURITY, '0a', '0a', '00'],
  ['Security, wrong', `51${'00'.repeat(20)}`, '0a', '0a', '01'],
  ['Logoff', '52', '0a', '0a', '00 ID'],
  ['Negotiate', '6102000206', '0a', '00', '0a'],
  ['Negotiate without speeds', '60020002', '0a', '00', '0a'],
  ['Negotiate of 11 speeds', `6b020002${'06'.repeat(11)}`, '0a', '00', '0a'],
  ['Negotiate of nothing', '6100000106', '0a', '01', '0a'],
  ['Wait', '7001', '0a', '00', '00'],
  ['Register of C12.22', '2700', '02', '02', '02'],
  ['Trace of C12.22', '26', '02', '02', '02'],
  ['a code between reads', '3a0001', '02', '02', '02'],
  ['a code between writes', '4a0001', '02', '02', '02'],
  ['a code after Negotiate', '6c', '02', '02', '02'],
  ['a response as a request', '00', '02', '02', '02'],
  ['Read, cut', '3000', '01', '01', '01'],
  ['Read, with more', '30000100', '01', '01', '01'],
  ['Identify, with more', '2000', '01', '01', '01'],
  ['Write with a wrong checksum', '40000500010100', '01', '01', '01'],
  ['Logon, cut', '500000', '01', '01', '01'],
  ['an empty message', '', '01', '01', '01'],
];

/** What the two standards answer differently; without a key nobody authenticates. */
const OF_STANDARD: Readonly<Record<PacketStandard, typeof GRID>> = {
  'c12-18': [
    ['Authenticate', '53020000', '02', '02', '02'],
    ['Authenticate, cut', '53', '02', '02', '02'],
    ['Timing setup', '711e010403', '02', '02', '02'],
  ],
  'c12-21': [
    ['Authenticate', '53020000', '0a', '02', '02'],
    ['Authenticate, cut', '53', '01', '01', '01'],
    ['Timing setup', '711e010403', '0a', '00', '0a'],
    ['Timing setup, cut', '711e', '01', '01', '01'],
  ],
};

const STATES = ['BASE', 'ID', 'SESSION'] as const satisfies readonly SessionState[];

interface Cell {
  readonly standard: PacketStandard;
  readonly state: SessionState;
  readonly service: string;
  readonly request: string;
  readonly answered: string;
  readonly code: string;
  readonly next: SessionState;
}

const CELLS: readonly Cell[] = (['c12-18', 'c12-21'] as const).flatMap((standard) =>
  [...GRID, ...OF_STANDARD[standard]].flatMap(([service, request, ...answers]) =>
    STATES.map((state, at) => {
      const answered = answers[at] ?? '';
      const [code = '', next = state] = answered.split(' ');
      return { standard, state, service, request, answered, code, next: next as SessionState };
    }),
  ),
);

/** A meter that a client has taken to a state. */
function meterIn({ standard, state }: Cell): {
  readonly host: RecordedHost;
  readonly client: ScriptedClient;
  readonly state: () => SessionState;
} {
  const host = recordedHost();
  host.locate = () => ({ offset: 2, count: 1 });
  const server = createOpticalServer(host, { standard });
  const client = new ScriptedClient(server);
  if (state !== 'BASE') client.ask(IDENTIFY);
  if (state === 'SESSION') client.ask(LOGON);
  expect(server.state()).toBe(state);
  return { host, client, state: () => server.state() };
}

describe('the session', () => {
  test.each(CELLS)('$standard, $state: $service is answered $answered', (cell) => {
    const { client, state } = meterIn(cell);
    expect([client.ask(cell.request).slice(0, 2), state()]).toEqual([cell.code, cell.next]);
    // Whatever was answered, the state is the one that it seems to be.
    const identify = { BASE: '00', ID: '0a', SESSION: '0a' }[cell.next];
    expect(client.ask(IDENTIFY).slice(0, 2)).toBe(identify);
    const logon = cell.next === 'SESSION' ? '0a' : '00';
    expect(client.ask(LOGON).slice(0, 2)).toBe(logon);
    expect(client.ask('300003')).toBe('0000050140000000bf');
  });

  test.each(CELLS)('$standard, $state: $service is bsy where it would be done', (cell) => {
    const { host, client, state } = meterIn(cell);
    host.busy = () => true;
    const before = host.calls.length;
    const answered = client.ask(cell.request).slice(0, 2);
    const always = ['Identify', 'Terminate'].includes(cell.service);
    const refusedAtOnce = ['0a', '02'].includes(cell.code) || isMalformed(cell.request);
    // What the meter's clearance says (03, 05, a wrong password) is not even looked at.
    const noAuthentication =
      cell.service === 'Authenticate' && cell.code === '02' && cell.standard === 'c12-21';
    const asEver = always || (refusedAtOnce && !noAuthentication);
    const expected = asEver ? [cell.code, cell.next] : ['06', cell.state];
    expect([answered, state()]).toEqual(expected);
    expect(asEver || host.calls.length === before).toBe(true);
  });

  test.each(CELLS)('$standard, $state: $service is refused with a code of its own', (cell) => {
    const code = responseCodeOf(Number.parseInt(cell.code, 16));
    const request = unlessRefused(() => decodeRequest(Buffer.from(cell.request, 'hex')));
    if (code === undefined) throw new Error(`${cell.code} is no code`);
    if (code === 'ok' || code === 'sns' || request === undefined) return;
    expect(mayRefuse(request.service, code)).toBe(true);
  });
});

test('a host that refuses a Logon with a code that Logon has not is answered with err', () => {
  const host = recordedHost();
  host.logon = () => 'dlk';
  const client = new ScriptedClient(createOpticalServer(host));
  client.ask(IDENTIFY);
  expect(client.ask(LOGON)).toBe('01');
});

function isMalformed(request: string): boolean {
  return unlessRefused(() => decodeRequest(Buffer.from(request, 'hex'))) === undefined;
}
