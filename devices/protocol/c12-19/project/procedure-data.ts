/**
 * Project-defined: not public. Parameters and response data of standard procedures of which only the
 * names are public (4, 5, 12 to 15, 18; the answer of 10). They are how the standard is remembered;
 * the answer of 10 agrees in its length with the MAX_RESP_DATA_LEN of a recorded GE I-210+c.
 * Bytes: docs/profile-messages.md.
 */
import { ltime, record, text, u16, u8 } from '../layout.ts';
import type { Layout } from '../layout.ts';
import { pendingEvent } from './pending-tables.ts';

/** LIST of procedures 4 and 5. */
export const LISTS = {
  'event-log': 1,
  'self-reads': 2,
  'load-profile-set-1': 3,
  'load-profile-set-2': 4,
  'load-profile-set-3': 5,
  'load-profile-set-4': 6,
  'history-log': 7,
  all: 255,
} as const;

/** Procedures 13 and 15 name the pending tables by the event that they wait for. */
const ofEvent = record({ EVENT: pendingEvent });

export const PROJECT_PARAMETERS = {
  'reset-list-pointers': record({ LIST: u8 }),
  'update-last-read-entry': record({ LIST: u8, ENTRIES_READ: u16 }),
  'activate-all-pending-tables': record({}),
  'activate-specific-pending-tables': ofEvent,
  'clear-all-pending-tables': record({}),
  'clear-specific-pending-tables': ofEvent,
  // A text: what it refuses it does not repeat, as hexadecimal digits would be.
  'log-in': record({ USER_ID: u16, PASSWORD: text(20, ' ') }),
} as const satisfies Readonly<Record<string, Layout>>;

export const PROJECT_RESPONSES = {
  'set-date-and-time': record({ CLOCK_BEFORE: ltime, CLOCK_AFTER: ltime }),
} as const satisfies Readonly<Record<string, Layout>>;
