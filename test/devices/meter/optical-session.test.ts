import { expect, test } from 'vitest';
import { RESTART_NS } from '../../../devices/meter/end-device.ts';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import { encodeProcedure } from '../../../devices/protocol/c12-19/procedures.ts';
import { encodeRequest } from '../../../devices/protocol/psem/request.ts';
import { RESPONSE_CODES } from '../../../devices/protocol/psem/response-code.ts';
import type { PsemRequest } from '../../../devices/protocol/psem/service.ts';
import { ScriptedClient } from '../protocol/scripted-client.ts';
import { meterWithFace, PASSWORD } from './meter-face.ts';

/** A reader at the optical port of the model, byte by byte. */
function session() {
  const meter = meterWithFace();
  const client = new ScriptedClient(createOpticalServer(meter.host));
  client.nowNs = meter.now.ns;
  const ask = (request: PsemRequest): string => {
    meter.later((client.nowNs - meter.now.ns) / 1e9);
    return client.ask(toHex(encodeRequest(request)));
  };
  const open = (): string => {
    ask({ service: 'identify' });
    ask({ service: 'negotiate', packetSize: 512, packets: 4, baudCodes: [6] });
    return ask({ service: 'logon', userId: 2, user: new Uint8Array(10).fill(0x20) });
  };
  const read = (table: number): string => ask({ service: 'read', table, part: { by: 'whole' } });
  const start = (procedure: 'remote-reset' | 'warm-start', ...parameters: number[]): string =>
    ask({
      service: 'write',
      table: 7,
      part: { by: 'whole' },
      data: encodeProcedure(procedure, 1, Uint8Array.from(parameters), 'little-endian'),
    });
  const wait = (ns: number): void => {
    client.nowNs += ns;
  };
  return {
    ask,
    open,
    read,
    start,
    wait,
    password: () => ask({ service: 'security', password: PASSWORD }),
  };
}

const code = (name: keyof typeof RESPONSE_CODES) =>
  RESPONSE_CODES[name].toString(16).padStart(2, '0');

test('a demand reset over the port: guarded, done, answered in ST8 and seen in ST23', () => {
  const { ask, open, read, start, password } = session();
  expect(open()).toBe(code('ok'));
  expect(start('remote-reset', 1)).toBe(code('isc'));
  expect(read(26)).toBe(code('dlk'));
  const wrong = ask({ service: 'security', password: new Uint8Array(20) });
  expect(wrong).toBe(code('err'));
  expect(password()).toBe(code('ok'));
  expect(read(8)).toBe(code('dnr'));
  expect(start('remote-reset', 1)).toBe(code('ok'));
  // Four bytes: procedure 9, started as number 1, completed.
  expect(read(8)).toMatch(/^00000409000100/);
  // NBR_DEMAND_RESETS is the first byte of ST23.
  expect(read(23)).toMatch(/^00[0-9a-f]{4}01/);
});

test('a warm start over the port: busy, then the session is over, and another can be opened', () => {
  const { ask, open, read, start, wait, password } = session();
  open();
  password();
  expect(start('warm-start')).toBe(code('ok'));
  expect(read(1)).toBe(code('bsy'));
  wait(RESTART_NS);
  expect(read(1)).toBe(code('isss'));
  expect(ask({ service: 'terminate' })).toBe(code('ok'));
  expect(open()).toBe(code('ok'));
  expect(read(1)).toMatch(/^00/);
  expect(read(23)).toBe(code('isc'));
});
