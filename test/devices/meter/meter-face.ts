import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { WAKE } from '../../../devices/meter/input.ts';
import { createMeterHost } from '../../../devices/meter/face/table-host.ts';
import { step } from '../../../devices/meter/step.ts';
import { encodeProcedureParameters } from '../../../devices/protocol/c12-19/procedure-data.ts';
import {
  decodeProcedureResponse,
  encodeProcedure,
  type Procedure,
  type ProcedureSelector,
} from '../../../devices/protocol/c12-19/procedures.ts';
import { decodeTable, tablesNeededFor } from '../../../devices/protocol/c12-19/tables.ts';
import { ON, type Story, tableOf, type TableOptions, tell } from './story.ts';

export type TableValue = Readonly<Record<string, unknown>>;

export const PASSWORD = new Uint8Array(20).fill(0x31);
/** The meter was switched on at 1 s; its face is asked from here on. */
export const ASKED_AT_SECONDS = 600;

/** A meter that is read and written as a reader of tables would, without a line between. */
export function meterWithFace(story: Story = [], options: TableOptions = {}) {
  const meters = tableOf(options);
  tell(meters, 0, [[1, ON], ...story], ASKED_AT_SECONDS);
  const now = { ns: ASKED_AT_SECONDS * 1e9 };
  const give = (input: Parameters<typeof step>[3]): void =>
    step(meters, 0, now.ns, input, { say: () => undefined });
  const host = createMeterHost({
    meters,
    row: 0,
    serial: '60012345',
    password: PASSWORD,
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    give,
  });
  const shape: Record<number, TableValue> = {};
  const context = (table: number): Readonly<Record<number, TableValue>> => {
    for (const earlier of tablesNeededFor(table)) shape[earlier] ??= read(earlier);
    return shape;
  };
  const bytes = (table: number): Uint8Array => {
    const found = host.readTable(table, now.ns);
    if (typeof found === 'string') throw new Error(`table ${table} answered ${found}`);
    return found;
  };
  const read = (table: number): TableValue => decodeTable(table, bytes(table), context(table));
  const write = (table: number, sent: Uint8Array, offset: number | null = null) =>
    host.writeTable(table, offset, sent, now.ns);
  let sequence = 0;
  /** Starts a procedure with parameters as bytes; @returns what ST8 says of it. */
  const startBytes = (
    procedure: Procedure,
    parameters: Uint8Array,
    selector: ProcedureSelector = 'on-completion',
  ) => {
    sequence += 1;
    const sent = encodeProcedure(procedure, sequence, parameters, 'little-endian', selector);
    expect(write(7, sent)).toBe('ok');
    const answered = { procedure, sequence };
    // A meter that starts anew keeps its answer until somebody can read it.
    later(10);
    host.logon(0, 'tester', now.ns);
    return decodeProcedureResponse(bytes(8), answered, 'little-endian');
  };
  const start = (procedure: Procedure, parameters: TableValue = {}) =>
    startBytes(procedure, encodeProcedureParameters(procedure, parameters, context(7))).resultCode;
  /** Lets the meter live for a while. */
  const later = (seconds: number): void => {
    now.ns += seconds * 1e9;
    give(WAKE);
  };
  return { meters, host, now, give, bytes, read, write, start, startBytes, later, context };
}

export type MeterWithFace = ReturnType<typeof meterWithFace>;

/** Codes of the events that the history log holds, oldest first. */
export function loggedEvents({ read }: MeterWithFace): readonly number[] {
  const log = read(74);
  const entries = log['ENTRIES'] as readonly TableValue[];
  return entries
    .filter((entry) => entry['HISTORY_TIME'] !== null)
    .toSorted((a, b) => Number(a['HISTORY_SEQ_NBR']) - Number(b['HISTORY_SEQ_NBR']))
    .map((entry) => Number((entry['HISTORY_CODE'] as TableValue)['EVENT_NUMBER']));
}
