import { describe, expect, test } from 'vitest';
import { NS_PER_S } from '../../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../../devices/protocol/c12-22/ap-title.ts';
import { createEaxPrimeCipher } from '../../../../devices/protocol/c12-22/eax-prime.ts';
import type { SecurityMode } from '../../../../devices/protocol/c12-22/epsem.ts';
import { Association } from '../../../../devices/protocol/c12-22/node/association.ts';
import { C1222Node, type NodeSettings } from '../../../../devices/protocol/c12-22/node/server.ts';
import {
  NODE_TRANSITIONS,
  NOT_A_NODES,
  type NodeService,
  type NodeState,
} from '../../../../devices/protocol/c12-22/node/session.ts';
import { decodeApdu } from '../../../../devices/protocol/c12-22/apdu.ts';
import { sealApdu } from '../../../../devices/protocol/c12-22/secure-apdu.ts';
import type {
  C1222Request,
  C1222Response,
} from '../../../../devices/protocol/psem/network-service.ts';
import { encodeRequest } from '../../../../devices/protocol/psem/request.ts';
import { decodeResponse } from '../../../../devices/protocol/psem/response.ts';
import { PASSWORD, recordedHost } from '../meter-host.ts';

const TITLE = ApTitle.of('.1.7');
const CALLER = ApTitle.of('.2.9');
const KEY = '00112233445566778899aabbccddeeff';
const KEY_ID = 5;
const OPEN = 1;
const SECURED = 23;

const user = new TextEncoder().encode('meterbench');
const password = new Uint8Array(20);
password.set(new TextEncoder().encode(PASSWORD));
const LOGON = { service: 'logon', userId: 2, user, idleTimeoutS: 60 } as const;
const SECURITY = { service: 'security', password } as const;
const read = (table: number) => ({ service: 'read', table, part: { by: 'whole' } }) as const;

/** A node and one who asks it, joined by nothing but bytes; the caller remembers what it sent. */
class Wire {
  readonly host = recordedHost();
  readonly node: C1222Node;
  nowNs = 0;
  sent: Uint8Array = new Uint8Array();
  readonly #association: Association;
  #iv = 0x6b00_0000;

  constructor(
    mode: SecurityMode,
    settings: Partial<NodeSettings> = {},
    caller: { key?: string; keyId?: number; calling?: ApTitle | null; called?: ApTitle } = {},
  ) {
    this.host.tables.set(SECURED, Uint8Array.of(1, 2, 3));
    this.node = new C1222Node({
      host: this.host,
      identity: {
        title: TITLE,
        device: { standard: 3, version: 1, revision: 0, features: new Uint8Array() },
        nativeAddress: Uint8Array.of(127, 0, 0, 1),
      },
      cipherOf: (keyId) => (keyId === KEY_ID ? createEaxPrimeCipher(fromHex(KEY)) : undefined),
      nextIv: () => ++this.#iv,
      settings,
    });
    const { key = KEY, keyId = KEY_ID, called = TITLE, calling = CALLER } = caller;
    this.#association = new Association({
      called,
      ...(calling !== null && { calling }),
      security:
        mode === 'clear' ? null : { mode, keyId, cipher: createEaxPrimeCipher(fromHex(key)) },
      nextIv: () => ++this.#iv,
      firstInvocation: 100,
    });
  }

  /** Asks, and reads what is answered. */
  ask(requests: readonly C1222Request[], path = 'here'): readonly C1222Response[] | string {
    this.sent = this.#association.ask({ services: requests.map((one) => encodeRequest(one)) });
    return this.answerTo(this.node.receive(this.nowNs, path, this.sent), requests);
  }

  answerTo(
    answer: Uint8Array | null,
    requests: readonly C1222Request[],
  ): readonly C1222Response[] | string {
    if (answer === null) return 'silence';
    const arrived = this.#association.accept(answer);
    if (arrived.is === 'other') return arrived.reason;
    return arrived.services.map((service, at) =>
      decodeResponse(service, requests[at]?.service ?? 'terminate'),
    );
  }

  logOn(): void {
    const [answer] = this.ask([LOGON]);
    if (typeof answer !== 'object' || 'refused' in answer) throw new Error('no session');
    this.#association.rememberParameters();
  }

  /** From now on each APDU tells its parameters again. */
  forget(): void {
    this.#association.forgetParameters();
  }
}

const MODES = ['clear', 'authenticated', 'ciphered'] as const;
const GOOD = { answers: 'read', data: Uint8Array.of(1, 2, 3) };

describe.each(MODES)('%s', (mode) => {
  test('a table is read without a session', () => {
    const wire = new Wire(mode);
    expect(wire.ask([read(OPEN)])).toMatchObject([{ answers: 'read' }]);
  });

  test('without a session the password holds for the services behind it, and for no other APDU', () => {
    const wire = new Wire(mode);
    expect(wire.ask([read(SECURED), { ...SECURITY, userId: 2 }, read(SECURED)])).toEqual([
      { refused: 'isc' },
      { answers: 'security' },
      GOOD,
    ]);
    expect(wire.ask([read(SECURED)])).toEqual([{ refused: 'isc' }]);
  });

  test('in a session the password holds until it ends', () => {
    const wire = new Wire(mode);
    wire.logOn();
    expect(wire.ask([SECURITY])).toEqual([{ answers: 'security' }]);
    expect(wire.ask([read(SECURED)])).toEqual([GOOD]);
    expect(wire.ask([{ service: 'logoff' }])).toEqual([{ answers: 'logoff' }]);
    expect(wire.node.sessions).toBe(0);
    expect(wire.host.calls).toContain('ended normally');
  });

  test('one answer has a response for each service, also for those that cannot be', () => {
    const wire = new Wire(mode);
    const asked = [
      { service: 'identify' },
      { service: 'negotiate', packetSize: 64, packets: 1, baudCodes: [] },
      { service: 'logoff' },
      read(7),
      read(26),
      { service: 'resolve', title: TITLE },
      { service: 'resolve', title: CALLER },
      { service: 'trace', titles: [CALLER] },
      { service: 'terminate' },
    ] as const;
    expect(wire.ask(asked)).toMatchObject([
      { answers: 'identify', identity: { standard: 3 } },
      { refused: 'sns' },
      { refused: 'isss' },
      { refused: 'iar' },
      { refused: 'dlk' },
      { answers: 'resolve', nativeAddress: Uint8Array.of(127, 0, 0, 1) },
      { refused: 'uat' },
      { answers: 'trace', titles: [{}, {}] },
      { answers: 'terminate' },
    ]);
  });

  test('a silent session is over after its idle time-out, and Wait makes it longer', () => {
    const wire = new Wire(mode);
    wire.logOn();
    expect(wire.ask([{ service: 'wait', seconds: 30 }])).toEqual([{ answers: 'wait' }]);
    wire.nowNs = 89 * NS_PER_S;
    expect(wire.ask([read(OPEN)])).toMatchObject([{ answers: 'read' }]);
    wire.nowNs += 60 * NS_PER_S;
    const [response] = wire.ask([{ service: 'logoff' }]);
    expect(response).toMatchObject({ refused: 'isss' });
    expect(wire.host.calls).toContain('ended abnormally');
  });

  test('a way that is gone takes its session with it', () => {
    const wire = new Wire(mode);
    wire.logOn();
    wire.node.pathLost(wire.nowNs, 'elsewhere');
    expect(wire.node.sessions).toBe(1);
    wire.node.pathLost(wire.nowNs, 'here');
    expect(wire.node.sessions).toBe(0);
  });

  test('a node that was not called says so', () => {
    const wire = new Wire(mode, {}, { called: ApTitle.of('.1.8') });
    const answered = wire.ask([read(OPEN)]);
    expect(answered).toBe('it comes from .1.7, .1.8 was asked');
  });

  test('an answer that would be too large, and a request that is, tell the greatest size', () => {
    const wire = new Wire(mode, { apduBytesMost: 300 });
    wire.host.tables.set(OPEN, new Uint8Array(400));
    expect(wire.ask([read(OPEN)])).toEqual([{ refused: 'rstl', maximum: 300 }]);
    const data = new Uint8Array(400);
    const write = { service: 'write', table: 5, part: { by: 'whole' }, data } as const;
    expect(wire.ask([write])).toEqual([{ refused: 'rqtl', maximum: 300 }]);
  });

  test('more sessions than there are find the node busy', () => {
    const wire = new Wire(mode, { sessions: 0 });
    expect(wire.ask([LOGON])).toEqual([{ refused: 'bsy' }]);
  });

  test('an answer is not sent when none is wanted', () => {
    const wire = new Wire(mode);
    wire.ask([read(OPEN)]);
    const before = wire.node.counters.answered;
    const quiet = new Association({
      called: TITLE,
      calling: CALLER,
      security: null,
      nextIv: () => 1,
      firstInvocation: 7,
    });
    const ask = (response: 'never' | 'on-exception', table: number) =>
      wire.node.receive(0, 'here', quiet.ask({ response, services: [encodeRequest(read(table))] }));
    expect(ask('never', OPEN)).toBeNull();
    expect(ask('on-exception', OPEN)).toBeNull();
    expect(ask('on-exception', SECURED)).not.toBeNull();
    expect(wire.node.counters.answered).toBe(before + 1);
  });
});

describe.each(['authenticated', 'ciphered'] as const)('%s: who is not believed', (mode) => {
  test('a wrong key is refused in the clear', () => {
    const wire = new Wire(mode, {}, { key: '00'.repeat(16) });
    expect(wire.ask([read(OPEN)])).toEqual([{ refused: 'sme' }]);
    expect(wire.node.counters.badMac).toBe(1);
  });

  test('so is a key id without a key, and a flipped bit', () => {
    const wire = new Wire(mode, {}, { keyId: 6 });
    expect(wire.ask([read(OPEN)])).toEqual([{ refused: 'sme' }]);
    const other = new Wire(mode);
    other.ask([read(OPEN)]);
    const flipped = other.sent.slice();
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const answer = other.node.receive(0, 'here', flipped);
    expect(toHex(decodeApdu(answer ?? new Uint8Array()).epsem)).toBe('80010b');
  });

  test('a mode that the node does not accept is refused', () => {
    const wire = new Wire(mode, { accepts: new Set(['clear']) });
    expect(wire.ask([read(OPEN)])).toEqual([{ refused: 'sme' }]);
  });

  test('the same bytes once more are answered again, and done once', () => {
    const wire = new Wire(mode);
    const write = { service: 'write', table: 5, part: { by: 'whole' }, data: password } as const;
    const asked = [{ ...SECURITY, userId: 2 }, write];
    wire.ask(asked);
    const done = wire.host.calls.length;
    expect(wire.node.receive(0, 'here', wire.sent)).not.toBeNull();
    expect(wire.host.calls).toHaveLength(done);
    expect(wire.node.counters).toMatchObject({ repeated: 1, replays: 0 });
  });

  test('a replay from elsewhere, or of an older message, is not heard', () => {
    const wire = new Wire(mode);
    wire.ask([read(OPEN)]);
    const old = wire.sent;
    expect(wire.node.receive(0, 'elsewhere', old)).toBeNull();
    wire.ask([read(OPEN)]);
    expect(wire.node.receive(0, 'here', old)).toBeNull();
    expect(wire.node.counters.replays).toBe(2);
  });

  test('a session that began under a key is not gone on with in the clear', () => {
    const wire = new Wire(mode);
    wire.logOn();
    wire.ask([SECURITY]);
    const intruder = new Association({
      called: TITLE,
      calling: CALLER,
      security: null,
      nextIv: () => 1,
      firstInvocation: 500,
    });
    const bytes = intruder.ask({ services: [encodeRequest(read(SECURED))] });
    expect(intruder.accept(wire.node.receive(0, 'here', bytes) ?? bytes)).toEqual({
      is: 'answer',
      services: [Uint8Array.of(0x0b)],
    });
  });

  test('an old message of a session without AC is not heard', () => {
    const wire = new Wire(mode);
    wire.logOn();
    wire.ask([SECURITY]);
    const old = wire.sent;
    expect(decodeApdu(old).authentication).toBeUndefined();
    wire.ask([read(SECURED)]);
    expect(wire.node.receive(0, 'here', old)).toBeNull();
    wire.ask([{ service: 'logoff' }]);
    const answer = wire.node.receive(0, 'here', old);
    // Without its session nothing says under which key it was.
    expect(toHex(decodeApdu(answer ?? new Uint8Array()).epsem)).toBe('80010a');
  });
});

test("a session's messages without AC count from 0, whatever the logon's own id was", () => {
  const wire = new Wire('ciphered');
  const cipher = createEaxPrimeCipher(fromHex(KEY));
  const parameters = { keyId: KEY_ID, iv: 0x6b00_ffff };
  const send = (
    callingInvocation: number,
    parametersFrom: 'apdu' | 'session',
    asked: C1222Request,
  ) =>
    wire.node.receive(
      0,
      'here',
      sealApdu(
        { called: TITLE, calling: CALLER, callingInvocation },
        { services: [encodeRequest(asked)] },
        { mode: 'ciphered', cipher, parameters, parametersFrom },
      ),
    );
  expect(send(0x9fcf_632e, 'apdu', LOGON)).not.toBeNull();
  expect(send(0, 'session', SECURITY)).not.toBeNull();
  expect(send(1, 'session', read(SECURED))).not.toBeNull();
  expect(send(1, 'session', read(OPEN))).toBeNull();
  expect(wire.node.counters).toMatchObject({ replays: 1, badMac: 0 });
});

test('a node that starts anew is busy, and then its sessions are over', () => {
  const wire = new Wire('ciphered');
  let starts = 0;
  let isBusy = false;
  wire.host.starts = () => starts;
  wire.host.busy = () => isBusy;
  wire.logOn();
  wire.ask([SECURITY]);
  starts = 1;
  isBusy = true;
  expect(wire.ask([read(OPEN), { service: 'identify' }])).toMatchObject([
    { refused: 'bsy' },
    { answers: 'identify' },
  ]);
  expect(wire.node.sessions).toBe(1);
  isBusy = false;
  wire.forget();
  expect(wire.ask([read(SECURED)])).toEqual([{ refused: 'isc' }]);
  expect(wire.node.sessions).toBe(0);
  expect(wire.host.calls).toContain('ended abnormally');
  expect(wire.ask([read(OPEN)])).toMatchObject([{ answers: 'read' }]);
});

test('control: in the clear a caller without a title is told apart by its way', () => {
  const wire = new Wire('clear', {}, { calling: null });
  wire.logOn();
  expect(wire.ask([SECURITY])).toEqual([{ answers: 'security' }]);
  expect(wire.ask([read(SECURED)], 'elsewhere')).toEqual([{ refused: 'isc' }]);
  expect(wire.ask([read(SECURED)])).toEqual([GOOD]);
});

test('the clear is refused where only the protected modes are accepted', () => {
  const wire = new Wire('clear', { accepts: new Set(['ciphered']) });
  expect(wire.ask([read(OPEN)])).toEqual([{ refused: 'sme' }]);
});

/** One request of each service. */
const ONE_OF_EACH: Readonly<Record<NodeService, C1222Request>> = {
  identify: { service: 'identify' },
  terminate: { service: 'terminate' },
  disconnect: { service: 'disconnect' },
  read: read(OPEN),
  write: { service: 'write', table: 5, part: { by: 'whole' }, data: password },
  logon: LOGON,
  security: SECURITY,
  logoff: { service: 'logoff' },
  authenticate: { service: 'authenticate', keyId: 1, data: password },
  negotiate: { service: 'negotiate', packetSize: 64, packets: 1, baudCodes: [] },
  wait: { service: 'wait', seconds: 1 },
  'timing-setup': {
    service: 'timing-setup',
    timing: { trafficS: 1, interCharacterS: 1, responseS: 1, retries: 1 },
  },
  register: {
    service: 'register',
    registration: {
      nodeType: 0x20,
      connectionType: 0,
      deviceClass: fromHex('01020304'),
      title: TITLE,
      serialNumber: TITLE,
      nativeAddress: new Uint8Array(),
      periodS: 0,
    },
  },
  deregister: { service: 'deregister', title: TITLE },
  resolve: { service: 'resolve', title: TITLE },
  trace: { service: 'trace', titles: [] },
};

const TABLE = (['IDLE', 'SESSION'] as const).flatMap((state) =>
  (Object.keys(ONE_OF_EACH) as NodeService[]).map((service) => {
    const next = NODE_TRANSITIONS[state][service];
    const answer = NOT_A_NODES.has(service) ? 'sns' : next === undefined ? 'isss' : 'ok';
    return { state, service, answer, next: answer === 'ok' ? next : state };
  }),
);

test.each(TABLE)('$state: $service is answered $answer and leads to $next', (row) => {
  const wire = new Wire('ciphered');
  if (row.state === 'SESSION') {
    wire.logOn();
    wire.ask([SECURITY]);
  }
  const asked = row.state === 'IDLE' && row.service === 'write' ? [SECURITY] : [];
  const responses = wire.ask([...asked, ONE_OF_EACH[row.service]]);
  const last = Array.isArray(responses) ? (responses.at(-1) as C1222Response) : undefined;
  const code = last === undefined ? responses : 'refused' in last ? last.refused : 'ok';
  expect(code).toBe(row.answer);
  const state: NodeState = wire.node.sessions === 1 ? 'SESSION' : 'IDLE';
  expect(state).toBe(row.next);
});
