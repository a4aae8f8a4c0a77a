/** What reading a table costs: its bytes, its meaning, and the whole exchange with a node. */
import { createHash } from 'node:crypto';
import type { Bench } from 'tinybench';
import { createMeters } from '../../devices/meter/columns.ts';
import { createMeterHost } from '../../devices/meter/face/table-host.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { step } from '../../devices/meter/step.ts';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { createTableEaxPrimeCipher } from '../../devices/protocol/c12-22/eax-prime-tables.ts';
import type { SecurityMode } from '../../devices/protocol/c12-22/epsem.ts';
import { Association } from '../../devices/protocol/c12-22/node/association.ts';
import { C1222Node } from '../../devices/protocol/c12-22/node/server.ts';
import {
  decodeTable,
  tablesNeededFor,
  type TableContext,
} from '../../devices/protocol/c12-19/tables.ts';
import type { TableHost } from '../../devices/protocol/psem/table-host.ts';
import { encodeRequest } from '../../devices/protocol/psem/request.ts';
import { decodeResponse } from '../../devices/protocol/psem/response.ts';
import { PROFILE, START_UTC_MS } from '../devices/meter/story.ts';

const SECOND_NS = 1e9;
const PASSWORD = new Uint8Array(20);
const TITLE = ApTitle.of('.1.1');
const KEY_ID = 1;
/** A small one, the registers, and the load profile. */
const TABLES = [1, 23, 64] as const;

function host(): TableHost {
  const meters = createMeters({
    count: 1,
    seed: 1,
    profile: PROFILE,
    rules: METER_RULES,
    createdAtNs: 0,
    startUtcMs: START_UTC_MS,
    withEventLog: true,
    withLoadProfile: true,
    withRegisters: true,
  });
  const sink = { say: () => undefined };
  step(meters, 0, SECOND_NS, { kind: 'mains', energised: true }, sink);
  return createMeterHost({
    meters,
    row: 0,
    serial: '60012345',
    password: PASSWORD,
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    give: (input) => step(meters, 0, SECOND_NS, input, sink),
  });
}

function bytesOf(meter: TableHost, table: number): Uint8Array {
  const bytes = meter.readTable(table, SECOND_NS);
  if (typeof bytes === 'string') throw new Error(`table ${table} was refused with ${bytes}`);
  return bytes;
}

function contextOf(meter: TableHost, table: number): TableContext {
  let context: TableContext = {};
  for (const needed of tablesNeededFor(table)) {
    context = { ...context, [needed]: decodeTable(needed, bytesOf(meter, needed), context) };
  }
  return context;
}

/** A node and its caller; each call is a read with the password before it, answered and opened. */
function exchange(meter: TableHost, mode: SecurityMode, table: number): () => void {
  let iv = 0;
  const cipher = createTableEaxPrimeCipher(new Uint8Array(16).fill(9));
  const node = new C1222Node({
    host: meter,
    identity: { title: TITLE, device: meter.identity, nativeAddress: new Uint8Array() },
    cipherOf: () => cipher,
    nextIv: () => ++iv,
  });
  const caller = new Association({
    called: TITLE,
    calling: ApTitle.of('.2.9'),
    security: mode === 'clear' ? null : { mode, cipher, keyId: KEY_ID },
    nextIv: () => ++iv,
    firstInvocation: 1,
  });
  const services = [
    encodeRequest({ service: 'security', password: PASSWORD, userId: 1 }),
    encodeRequest({ service: 'read', table, part: { by: 'whole' } }),
  ];
  return () => {
    const answer = node.receive(SECOND_NS, 'bench', caller.ask({ services }));
    const arrived = caller.accept(answer ?? new Uint8Array());
    if (arrived.is === 'other') throw new Error(arrived.reason);
    decodeResponse(arrived.services[1] ?? new Uint8Array(), 'read');
  };
}

/** Adds reads of tables. */
export function addTables(bench: Bench): void {
  const meter = host();
  for (const table of TABLES) {
    const bytes = bytesOf(meter, table);
    const context = contextOf(meter, table);
    bench.add(`ST${table}: the meter makes its bytes`, () => {
      meter.readTable(table, SECOND_NS);
    });
    bench.add(`ST${table}: its meaning from ${bytes.length} bytes`, () => {
      decodeTable(table, bytes, context);
    });
  }
  bench.add('ST23: read over C12.22 in the clear', exchange(meter, 'clear', 23));
  bench.add('ST23: read over C12.22, ciphered', exchange(meter, 'ciphered', 23));
}
