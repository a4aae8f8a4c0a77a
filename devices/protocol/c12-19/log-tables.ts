/** Decade 7: history and event logs. */
import {
  array,
  bits,
  flagOf,
  ltime,
  numberOf,
  octets,
  record,
  set,
  u16,
  u32,
  u8,
} from './layout.ts';
import type { Layout, Scope } from './layout.ts';
import { eventCode, eventEntry } from './project/event-log.ts';

const limit = (name: string) => (scope: Scope) => numberOf(scope, 71, name);
const when = (flag: string) => (scope: Scope) => flagOf(scope, 71, `LOG_FLAGS.${flag}`);
const general = (name: string) => (scope: Scope) => numberOf(scope, 0, name);
/** Standard version 2 (2008) appended two fields to ST71. */
const extended = (scope: Scope) => numberOf(scope, 0, 'STD_VERSION_NO') >= 2;

const control = record({
  STD_EVENTS_MONITORED_FLAGS: set(limit('NBR_STD_EVENTS')),
  MFG_EVENTS_MONITORED_FLAGS: set(limit('NBR_MFG_EVENTS')),
  STD_TBLS_MONITORED_FLAGS: set(general('DIM_STD_TBLS_USED')),
  MFG_TBLS_MONITORED_FLAGS: set(general('DIM_MFG_TBLS_USED')),
  STD_PROC_MONITORED_FLAGS: set(general('DIM_STD_PROC_USED')),
  MFG_PROC_MONITORED_FLAGS: set(general('DIM_MFG_PROC_USED')),
});

const listFlags = bits(1, {
  ORDER: 0,
  OVERFLOW_FLAG: 1,
  LIST_TYPE: 2,
  INHIBIT_OVERFLOW_FLAG: 3,
});

const listHeader = {
  NBR_VALID_ENTRIES: u16,
  LAST_ENTRY_ELEMENT: u16,
  LAST_ENTRY_SEQ_NBR: u32,
  NBR_UNREAD_ENTRIES: u16,
};

const historyEntry = record({
  HISTORY_TIME: [ltime, when('HIST_DATE_TIME_FLAG')],
  EVENT_NUMBER: [u16, when('EVENT_NUMBER_FLAG')],
  HISTORY_SEQ_NBR: [u16, when('HIST_SEQ_NBR_FLAG')],
  USER_ID: u16,
  HISTORY_CODE: eventCode,
  HISTORY_ARGUMENT: octets(limit('HIST_DATA_LENGTH')),
});

/** Tables 70 (possible) and 71 (actual). */
const limits = record({
  LOG_FLAGS: bits(1, {
    EVENT_NUMBER_FLAG: 0,
    HIST_DATE_TIME_FLAG: 1,
    HIST_SEQ_NBR_FLAG: 2,
    HIST_INHIBIT_OVF_FLAG: 3,
    EVENT_INHIBIT_OVF_FLAG: 4,
  }),
  NBR_STD_EVENTS: u8,
  NBR_MFG_EVENTS: u8,
  HIST_DATA_LENGTH: u8,
  EVENT_DATA_LENGTH: u8,
  NBR_HISTORY_ENTRIES: u16,
  NBR_EVENT_ENTRIES: u16,
  EXT_LOG_FLAGS: [octets(1), extended],
  NBR_PROGRAM_TABLES: [u16, extended],
});

export const LOG_TABLES: Readonly<Record<number, Layout>> = {
  70: limits,
  71: limits,
  72: record({
    STD_EVENTS_SUPPORTED: set(limit('NBR_STD_EVENTS')),
    MFG_EVENTS_SUPPORTED: set(limit('NBR_MFG_EVENTS')),
  }),
  73: control,
  74: record({
    HIST_FLAGS: listFlags,
    ...listHeader,
    ENTRIES: array(limit('NBR_HISTORY_ENTRIES'), historyEntry),
  }),
  75: control,
  76: record({
    EVENT_FLAGS: listFlags,
    ...listHeader,
    ENTRIES: array(limit('NBR_EVENT_ENTRIES'), eventEntry),
  }),
};
