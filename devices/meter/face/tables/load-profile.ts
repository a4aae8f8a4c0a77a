import type { MeterProfile } from '../../../domain/profile.ts';
import { at } from '../../clock.ts';
import { listState } from '../../lists.ts';
import { isRecording } from '../../logs.ts';
import { isMetering } from '../../mode.ts';
import { SOURCE } from './sources.ts';
import type { Subject, TableMakers } from './subject.ts';

/**
 * Decade 6: one channel of delivered energy in pulses. One interval a block: each has its own end
 * time, so that nothing has to be reckoned across a change of the clock.
 */

const UINT32_INTERVALS = 4;
/** Bytes of one block: end time, status, one value. */
const BLOCK_BYTES = 5 + 1 + 4;

export const LOAD_PROFILE_TABLES: TableMakers = {
  60: ({ meters }) => limits(meters.profile),
  61: ({ meters }) => limits(meters.profile),
  62: () => ({
    LP_SEL_SET1: [
      {
        CHNL_FLAG: {},
        LP_SOURCE_SEL: SOURCE.deliveredWattHours,
        END_BLK_RDG_SOURCE_SEL: SOURCE.deliveredWattHours,
      },
    ],
    INT_FMT_CDE1: UINT32_INTERVALS,
  }),
  63: status,
  64: blocks,
};

function limits(profile: MeterProfile): Readonly<Record<string, unknown>> {
  const { capacity, intervalMinutes } = profile.loadProfile;
  return {
    LP_MEMORY_LEN: capacity * BLOCK_BYTES,
    LP_FLAGS: { EXTENDED_INT_STATUS_FLAG: true },
    LP_FMATS: { INV_UINT32_FLAG: true },
    NBR_BLKS_SET1: capacity,
    NBR_BLK_INTS_SET1: 1,
    NBR_CHNS_SET1: 1,
    MAX_INT_TIME_SET1: intervalMinutes,
  };
}

function status({ meters, row }: Subject): Readonly<Record<string, unknown>> {
  const { capacity, written, valid, unread } = listState(meters, row, 'load-profile');
  return {
    LP_STATUS_SET1: {
      SET_STATUS_FLAGS: {
        LIST_TYPE: true,
        OVERFLOW_FLAG: written > capacity,
        ACTIVE_MODE_FLAG: isRecording(meters, row),
        TEST_MODE: !isMetering(meters, row),
      },
      NBR_VALID_BLOCKS: valid,
      LAST_BLOCK_ELEMENT: written === 0 ? 0 : (written - 1) % capacity,
      LAST_BLOCK_SEQ_NBR: written,
      NBR_UNREAD_BLOCKS: unread,
      NBR_VALID_INT: Math.min(written, 1),
    },
  };
}

function blocks({ meters, row }: Subject): Readonly<Record<string, unknown>> {
  const group = meters.loadProfile;
  const { capacity } = meters.profile.loadProfile;
  return {
    LP_DATA_SETS1: Array.from({ length: capacity }, (_, element) => {
      if (group === null || element >= at(group.written, row)) return block(null, 0, 0);
      const place = row * capacity + element;
      return block(
        at(group.endMinutes, place) * 60_000,
        at(group.status, place),
        at(group.pulses, place),
      );
    }),
  };
}

function block(
  endMs: number | null,
  intervalStatus: number,
  pulses: number,
): Readonly<Record<string, unknown>> {
  return {
    BLK_END_TIME: endMs,
    END_READINGS: [{}],
    LP_INT: [{ EXTENDED_INT_STATUS: [intervalStatus], INT_DATA: [pulses] }],
  };
}
