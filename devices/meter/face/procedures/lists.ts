import { LISTS } from '../../../protocol/c12-19/project/procedure-data.ts';
import { type ListName, listState } from '../../lists.ts';
import { isRecording } from '../../logs.ts';
import { CONFLICT, INVALID, operation, type StandardProcedures } from './procedure.ts';

/** Procedures about the lists: their pointers, and recording of the load profile. */

const LIST_NAMES: ReadonlyMap<unknown, ListName> = new Map([
  [LISTS['event-log'], 'event-log'],
  [LISTS['self-reads'], 'self-reads'],
  [LISTS['load-profile-set-1'], 'load-profile'],
  [LISTS['history-log'], 'history-log'],
]);

export const LIST_PROCEDURES: StandardProcedures = {
  'reset-list-pointers': (call, { LIST: code }) => {
    const list = LIST_NAMES.get(code);
    if (code === LISTS.all) {
      return operation(call, { kind: 'reset-lists', lists: [...LIST_NAMES.values()] });
    }
    if (list === undefined) return INVALID;
    return operation(call, { kind: 'reset-lists', lists: [list] });
  },
  'update-last-read-entry': (call, { LIST: code, ENTRIES_READ: read }) => {
    const list = LIST_NAMES.get(code);
    if (list === undefined || typeof read !== 'number') return INVALID;
    if (read > listState(call.meters, call.row, list).unread) return INVALID;
    return operation(call, { kind: 'acknowledge-list', list, entries: read });
  },
  'start-load-profile': (call) =>
    isRecording(call.meters, call.row)
      ? CONFLICT
      : operation(call, { kind: 'record-load-profile', on: true }),
  'stop-load-profile': (call) =>
    isRecording(call.meters, call.row)
      ? operation(call, { kind: 'record-load-profile', on: false })
      : CONFLICT,
};
