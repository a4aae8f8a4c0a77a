import { MS_PER_S } from '../../../domain/time.ts';
import {
  activationTimeMs,
  type PendingEvent,
} from '../../../protocol/c12-19/project/pending-tables.ts';
import type { TableValue } from '../../../protocol/c12-19/tables.ts';
import { pendingTables } from '../../configuration.ts';
import {
  CONFLICT,
  operation,
  type ProcedureAnswer,
  type ProcedureCall,
  type StandardProcedures,
} from './procedure.ts';

/** Procedures about pending tables; the specific ones name them by the event that they wait for. */
export const PENDING_PROCEDURES: StandardProcedures = {
  'activate-all-pending-tables': (call) => all(call, 'activate-tables'),
  'activate-specific-pending-tables': (call, parameters) =>
    specific(call, 'activate-tables', parameters),
  'clear-all-pending-tables': (call) => all(call, 'clear-pending-tables'),
  'clear-specific-pending-tables': (call, parameters) =>
    specific(call, 'clear-pending-tables', parameters),
};

type What = 'activate-tables' | 'clear-pending-tables';

function all(call: ProcedureCall, kind: What): ProcedureAnswer {
  const tables = pendingTables(call.meters, call.row).map(({ table }) => table);
  return operation(call, { kind, tables });
}

function specific(call: ProcedureCall, kind: What, parameters: TableValue): ProcedureAnswer {
  const event = parameters['EVENT'] as unknown as PendingEvent;
  const atMs = activationTimeMs(event, call.context);
  const atSeconds = atMs === null ? null : atMs / MS_PER_S;
  const tables = pendingTables(call.meters, call.row)
    .filter((pending) => pending.atSeconds === atSeconds)
    .map(({ table }) => table);
  return tables.length === 0 ? CONFLICT : operation(call, { kind, tables });
}
