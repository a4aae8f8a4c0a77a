/**
 * Project-defined: not public. ST26, the list of self reads. It rests on basic table 26 of OSGP, the
 * European sibling of C12.19 (gviegas/contic-osgpb, CT_bt26.h: flags, three counters of one byte
 * around one of two, then sequence number, time and season of each entry) and on the body of ST25.
 * Bytes: docs/profile-messages.md.
 */
import { array, bits, flagOf, numberOf, record, u16, u8 } from '../layout.ts';
import type { Layout, Scope } from '../layout.ts';

type Fields = Readonly<Record<string, Layout | readonly [Layout, (scope: Scope) => boolean]>>;

const numbered = (scope: Scope) => flagOf(scope, 21, 'REG_FUNC2_FLAGS.SELF_READ_SEQ_NBR_FLAG');

/** @param closedRegister the fields of ST25, of which each entry is a copy */
export function selfReads(closedRegister: Fields): Layout {
  return record({
    LIST_STATUS: bits(1, {
      ORDER: 0,
      OVERFLOW_FLAG: 1,
      LIST_TYPE: 2,
      INHIBIT_OVERFLOW_FLAG: 3,
    }),
    NBR_VALID_ENTRIES: u8,
    LAST_ENTRY_ELEMENT: u8,
    LAST_ENTRY_SEQ_NBR: u16,
    NBR_UNREAD_ENTRIES: u8,
    SELF_READS_ENTRIES: array(
      (scope) => numberOf(scope, 21, 'NBR_SELF_READS'),
      record({ SELF_READ_SEQ_NBR: [u16, numbered], ...closedRegister }),
    ),
  });
}
