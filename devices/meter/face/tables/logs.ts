import { at } from '../../clock.ts';
import { EVENT_LOG_CAPACITY } from '../../columns.ts';
import { CONFIGURATION_TABLES } from '../../configuration-columns.ts';
import { EVENT } from '../../events.ts';
import { type ListName, listState } from '../../lists.ts';
import { instantMs, type Subject, type TableMakers } from './subject.ts';
import { numberOfElement } from './rings.ts';

/** Decade 7: one memory of events in two views, the history log (ST74) and the event log (ST76). */

/** Bytes of the sets of standard events (0 to 79). */
const EVENT_SET_BYTES = 10;

const limits = {
  LOG_FLAGS: { EVENT_NUMBER_FLAG: true, HIST_DATE_TIME_FLAG: true, HIST_SEQ_NBR_FLAG: true },
  NBR_STD_EVENTS: EVENT_SET_BYTES,
  NBR_MFG_EVENTS: 0,
  HIST_DATA_LENGTH: 0,
  EVENT_DATA_LENGTH: 0,
  NBR_HISTORY_ENTRIES: EVENT_LOG_CAPACITY,
  NBR_EVENT_ENTRIES: EVENT_LOG_CAPACITY,
  EXT_LOG_FLAGS: '00',
  NBR_PROGRAM_TABLES: 0,
};

/** All events that the meter knows are logged, and of tables each write to configuration. */
const monitored = {
  STD_EVENTS_MONITORED_FLAGS: Object.values(EVENT),
  MFG_EVENTS_MONITORED_FLAGS: [],
  STD_TBLS_MONITORED_FLAGS: CONFIGURATION_TABLES,
  MFG_TBLS_MONITORED_FLAGS: [],
  STD_PROC_MONITORED_FLAGS: [],
  MFG_PROC_MONITORED_FLAGS: [],
};

export const LOG_TABLES: TableMakers = {
  70: () => limits,
  71: () => limits,
  72: () => ({ STD_EVENTS_SUPPORTED: Object.values(EVENT), MFG_EVENTS_SUPPORTED: [] }),
  73: () => monitored,
  74: (subject) => ({
    HIST_FLAGS: flags(subject, 'history-log'),
    ...header(subject, 'history-log'),
    ENTRIES: entriesOf(subject).map(({ stampMs, number, code }) => ({
      HISTORY_TIME: stampMs,
      EVENT_NUMBER: number,
      HISTORY_SEQ_NBR: number,
      USER_ID: 0,
      HISTORY_CODE: code,
      HISTORY_ARGUMENT: '',
    })),
  }),
  75: () => monitored,
  76: (subject) => ({
    EVENT_FLAGS: flags(subject, 'event-log'),
    ...header(subject, 'event-log'),
    ENTRIES: entriesOf(subject).map(({ stampMs, number, code }) => ({
      EVENT_TIME: stampMs,
      EVENT_NUMBER: number,
      EVENT_SEQ_NBR: number,
      USER_ID: 0,
      EVENT_CODE: code,
      EVENT_ARGUMENT: '',
    })),
  }),
};

function flags({ meters, row }: Subject, list: ListName): Readonly<Record<string, boolean>> {
  const { written, capacity } = listState(meters, row, list);
  return { LIST_TYPE: true, OVERFLOW_FLAG: written > capacity };
}

function header({ meters, row }: Subject, list: ListName): Readonly<Record<string, number>> {
  const { capacity, written, valid, unread } = listState(meters, row, list);
  return {
    NBR_VALID_ENTRIES: valid,
    LAST_ENTRY_ELEMENT: written === 0 ? 0 : (written - 1) % capacity,
    LAST_ENTRY_SEQ_NBR: written,
    NBR_UNREAD_ENTRIES: unread,
  };
}

interface Entry {
  readonly stampMs: number | null;
  /** 16 bits of it, as entries hold them. */
  readonly number: number;
  readonly code: { readonly EVENT_NUMBER: number; readonly SELECTOR: number };
}

function entriesOf({ meters, row }: Subject): readonly Entry[] {
  const log = meters.eventLog;
  const written = log === null ? 0 : at(log.written, row);
  return Array.from({ length: EVENT_LOG_CAPACITY }, (_, element) => {
    const place = row * EVENT_LOG_CAPACITY + element;
    const used = log !== null && element < written;
    return {
      stampMs: instantMs(used ? at(log.stampSeconds, place) : 0),
      number: numberOfElement(element, written, EVENT_LOG_CAPACITY) & 0xffff,
      code: { EVENT_NUMBER: used ? at(log.code, place) : 0, SELECTOR: 0 },
    };
  });
}
