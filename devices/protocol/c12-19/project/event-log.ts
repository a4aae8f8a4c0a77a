/**
 * Project-defined: not public. One entry of ST76, the event log. It rests on what is public of the
 * history log (ST74 as Termineter reads it: time, event number, sequence number, user, code,
 * argument) and on the lengths in ST71; that EVENT_TIME and EVENT_SEQ_NBR always stand there is how
 * the standard is remembered. Bytes: docs/profile-messages.md.
 */
import { bits, flagOf, ltime, numberOf, octets, record, u16 } from '../layout.ts';

/** A code of a log: an event of the standard or of the manufacturer. */
export const eventCode = bits(2, { EVENT_NUMBER: [0, 10], MFG_FLAG: 11, SELECTOR: [12, 15] });

export const eventEntry = record({
  EVENT_TIME: ltime,
  EVENT_NUMBER: [u16, (scope) => flagOf(scope, 71, 'LOG_FLAGS.EVENT_NUMBER_FLAG')],
  EVENT_SEQ_NBR: u16,
  USER_ID: u16,
  EVENT_CODE: eventCode,
  EVENT_ARGUMENT: octets((scope) => numberOf(scope, 71, 'EVENT_DATA_LENGTH')),
});
