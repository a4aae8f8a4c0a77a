import { beforeEach, describe, expect, test } from 'vitest';
import type { ApduRefusal } from '../../../devices/meter/face/module.ts';
import { encodeTransaction } from '../../../devices/protocol/centron-gprs/transaction.ts';
import { encodeUplinkAnswer } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import { sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import {
  CIPHER,
  KEY_ID,
  METER,
  Network,
  OTHER_CIPHER,
  OUTAGES,
  PIN,
  REGISTERED,
  TITLES,
} from './module-network.ts';
import { OFF, ON } from './story.ts';

function nothingBut(...refused: ApduRefusal[]) {
  return { refused, sent: 0, obeyed: false };
}

let network: Network;
beforeEach(() => {
  network = new Network();
});

describe('what it does not believe', () => {
  let before: number;
  beforeEach(() => {
    network.place();
    before = network.sent.length;
  });

  /** What became of it all: the reasons of refusals, what was sent, and whether it was obeyed. */
  function outcome() {
    const obeyed = network.received.some(([kind]) => kind === OUTAGES.kind);
    return { refused: network.refused, sent: network.sent.length - before, obeyed };
  }
  const services = encodeTransaction(OUTAGES, PIN);
  const head = { called: METER, calling: TITLES['head-end'], callingInvocation: 1 };
  const parameters = { keyId: KEY_ID, iv: 900 };

  test('cleartext', () => {
    network.receive(sealApdu(head, { services }));
    expect(outcome()).toEqual(nothingBut('clear'));
  });

  test('services that everybody can read, though their MAC is right', () => {
    const protection = {
      mode: 'authenticated',
      cipher: CIPHER,
      parameters,
      parametersFrom: 'apdu',
    } as const;
    network.receive(sealApdu(head, { services }, protection));
    expect(outcome()).toEqual(nothingBut('clear'));
  });

  test('another key', () => {
    const protection = {
      mode: 'ciphered',
      cipher: OTHER_CIPHER,
      parameters,
      parametersFrom: 'apdu',
    } as const;
    network.receive(sealApdu(head, { services }, protection));
    expect(outcome()).toEqual(nothingBut('bad mac'));
  });

  test('a changed bit', () => {
    const bytes = network.seal('head-end', { callingInvocation: 1 }, services);
    const last = bytes.length - 6;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    network.receive(bytes);
    expect(outcome()).toEqual(nothingBut('bad mac'));
  });

  test.each([
    ['for another meter', { called: ApTitle.of('.9.2') }],
    ['from a stranger', { calling: ApTitle.of('.2.9') }],
  ])('what is %s', (_what, change) => {
    network.receive(network.seal('head-end', { callingInvocation: 1, ...change }, services));
    expect(outcome()).toEqual(nothingBut('unknown'));
  });

  test('the same services from the head-end are believed: the tests beside this one can fail', () => {
    network.receive(network.seal('head-end', { callingInvocation: 1 }, services));
    expect(outcome()).toEqual({ refused: [], sent: 1, obeyed: true });
  });

  test('bytes that are no APDU', () => {
    network.receive(Uint8Array.of(0x60, 5, 1));
    expect(outcome()).toEqual(nothingBut('malformed'));
  });

  test('an answer to what it never sent, and one that comes twice', () => {
    const accepted = encodeUplinkAnswer('last-gasp', { outcome: 'accepted' });
    network.receive(network.seal('head-end', { calledInvocation: 9_999 }, accepted));
    network.answer('registration', REGISTERED);
    expect(outcome()).toEqual(nothingBut('unknown', 'unknown'));
  });
});

test('an answer to an uplink of long ago is not taken for one to the newest', () => {
  network.place();
  const newest = network.uplink('registration-confirmed').sent.head.callingInvocation ?? -1;
  const accepted = encodeUplinkAnswer('registration-confirmed', { outcome: 'accepted' });
  const answerTo = (calledInvocation: number): void =>
    network.receive(network.seal('configuration-server', { calledInvocation }, accepted));
  answerTo(newest - 8);
  expect(network.refused).toEqual(['unknown']);
  answerTo(newest);
  expect(network.refused).toEqual(['unknown']);
});

test('a heartbeat awaits no answer, so none is taken', () => {
  network.place();
  network.at(100);
  const calledInvocation = network.uplink('heartbeat').sent.head.callingInvocation ?? -1;
  const accepted = encodeUplinkAnswer('heartbeat', { outcome: 'accepted' });
  network.receive(network.seal('head-end', { calledInvocation }, accepted));
  expect(network.refused).toEqual(['unknown']);
});

describe('replays', () => {
  beforeEach(() => network.place());

  test('the same bytes are obeyed once', () => {
    const bytes = network.seal(
      'head-end',
      { callingInvocation: 1 },
      encodeTransaction(OUTAGES, PIN),
    );
    network.receive(bytes);
    network.receive(bytes);
    expect(network.refused).toEqual(['replay']);
    expect(network.received.filter(([kind]) => kind === OUTAGES.kind)).toHaveLength(1);
  });

  test('a late one inside the window is obeyed, one below it is not', () => {
    const ask = (iv: number): void =>
      network.receive(
        network.seal('head-end', { callingInvocation: 1 }, encodeTransaction(OUTAGES, PIN), iv),
      );
    for (const iv of [2_000, 1_936, 1_935]) ask(iv);
    expect(network.refused).toEqual(['replay']);
    expect(network.received.filter(([kind]) => kind === OUTAGES.kind)).toHaveLength(2);
  });

  test('the windows of the two hosts are apart', () => {
    const read = encodeTransaction({ kind: 'read-parameters' }, PIN);
    const coverage = encodeTransaction({ kind: 'read-coverage' }, PIN);
    network.receive(network.seal('head-end', { callingInvocation: 1 }, coverage, 5_000));
    network.receive(network.seal('configuration-server', { callingInvocation: 1 }, read, 200));
    expect(network.refused).toEqual([]);
  });

  test('a forged APDU moves no window', () => {
    const parameters = { keyId: KEY_ID, iv: 90_000 };
    const head = { called: METER, calling: TITLES['head-end'], callingInvocation: 1 };
    const protection = {
      mode: 'ciphered',
      cipher: OTHER_CIPHER,
      parameters,
      parametersFrom: 'apdu',
    } as const;
    network.receive(sealApdu(head, { services: encodeTransaction(OUTAGES, PIN) }, protection));
    expect(network.ask(OUTAGES)).toEqual({ outcome: 'done' });
  });

  test('the window survives a cut of the mains', () => {
    const bytes = network.seal(
      'head-end',
      { callingInvocation: 1 },
      encodeTransaction(OUTAGES, PIN),
    );
    network.receive(bytes);
    network.at(200, OFF);
    network.at(500, ON);
    network.at(520);
    network.receive(bytes);
    expect(network.refused).toEqual(['replay']);
  });

  test('a module whose rule takes replays is found out', () => {
    network = new Network({ rules: { replayAccepted: () => true } });
    network.place();
    const bytes = network.seal(
      'head-end',
      { callingInvocation: 1 },
      encodeTransaction(OUTAGES, PIN),
    );
    network.receive(bytes);
    network.receive(bytes);
    expect(network.received.filter(([kind]) => kind === OUTAGES.kind)).toHaveLength(2);
  });
});

describe('a meter that lost its clock', () => {
  /** In years of the run's start: a clock that fell back to its epoch, and one far ahead. */
  test.each([-56, 40])('by %i years hears and is heard: no clock makes an IV', (years) => {
    network.place();
    const before = network.sent.at(-1)?.iv ?? 0;
    network.at(30, { kind: 'set-clock', shownNs: years * 365.25 * 86_400 * 1e9 });
    network.at(200);
    const ivs = network.sent.map(({ iv }) => iv);
    const later = ivs.filter((iv) => iv > before);
    expect(later.length).toBeGreaterThan(0);
    // One after the other, as if nothing had happened.
    expect(ivs).toEqual(ivs.map((_, at) => at + 1));
    expect(network.ask(OUTAGES)).toEqual({ outcome: 'done' });
    expect(network.refused).toEqual([]);
  });
});
