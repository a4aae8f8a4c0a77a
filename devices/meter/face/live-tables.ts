import { at, clockUtcSeconds } from '../clock.ts';
import type { Meters } from '../columns.ts';
import { pulsesAt } from '../metrology.ts';

/** Tables that are made from the columns when they are read. */

type LiveTable = (meters: Meters, row: number, nowNs: number) => Readonly<Record<string, unknown>>;

export const LIVE_TABLES: Readonly<Record<number, LiveTable>> = {
  3: () => ({
    ED_MODE: { METERING_FLAG: true },
    ED_STD_STATUS1: {},
    ED_STD_STATUS2: 0,
    ED_MFG_STATUS: '00',
  }),
  23: (meters, row, nowNs) => ({
    TOT_DATA_BLOCK: {
      SUMMATIONS: [Math.floor(pulsesAt(meters, row, nowNs) * meters.profile.khWattHours)],
      DEMANDS: [],
      COINCIDENTS: [],
    },
    TIER_DATA_BLOCK: [],
  }),
  52: clock,
  55: (meters, row, nowNs) => ({
    ...clock(meters, row, nowNs),
    STATUS: { CURR_TIER: 0, TIER_DRIVE: 0, SPECIAL_SCHD_ACTIVE: 0, SEASON: 0 },
  }),
  63: loadProfileStatus,
  64: loadProfileBlocks,
  74: historyLog,
};

function clock(meters: Meters, row: number, nowNs: number): Readonly<Record<string, unknown>> {
  const shownMs = clockUtcSeconds(meters, row, nowNs) * 1000;
  return {
    CLOCK_CALENDAR: shownMs,
    TIME_DATE_QUAL: { DAY_OF_WEEK: new Date(shownMs).getUTCDay(), GMT_FLAG: true },
  };
}

function loadProfileStatus(meters: Meters, row: number): Readonly<Record<string, unknown>> {
  const group = meters.loadProfile;
  const written = group === null ? 0 : at(group.written, row);
  const capacity = meters.profile.loadProfile.capacity;
  const valid = Math.min(written, capacity);
  return {
    LP_STATUS_SET1: {
      SET_STATUS_FLAGS: {
        LIST_TYPE: true,
        OVERFLOW_FLAG: written > capacity,
        ACTIVE_MODE_FLAG: true,
      },
      NBR_VALID_BLOCKS: valid,
      LAST_BLOCK_ELEMENT: written === 0 ? 0 : (written - 1) % capacity,
      LAST_BLOCK_SEQ_NBR: written,
      NBR_UNREAD_BLOCKS: valid,
      NBR_VALID_INT: Math.min(written, 1),
    },
  };
}

function loadProfileBlocks(meters: Meters, row: number): Readonly<Record<string, unknown>> {
  const group = meters.loadProfile;
  const capacity = meters.profile.loadProfile.capacity;
  const blocks = Array.from({ length: capacity }, (_, element) => {
    if (group === null || element >= at(group.written, row)) return block(null, 0, 0);
    const place = row * capacity + element;
    return block(
      at(group.endMinutes, place) * 60_000,
      at(group.status, place),
      at(group.pulses, place),
    );
  });
  return { LP_DATA_SETS1: blocks };
}

function block(
  endMs: number | null,
  status: number,
  pulses: number,
): Readonly<Record<string, unknown>> {
  return {
    BLK_END_TIME: endMs,
    END_READINGS: [{}],
    LP_INT: [{ EXTENDED_INT_STATUS: [status], INT_DATA: [pulses] }],
  };
}

function historyLog(meters: Meters, row: number): Readonly<Record<string, unknown>> {
  const log = meters.eventLog;
  const written = log === null ? 0 : at(log.written, row);
  const capacity = log?.capacity ?? 0;
  const valid = Math.min(written, capacity);
  const entries = Array.from({ length: capacity }, (_, element) => {
    const place = row * capacity + element;
    const used = log !== null && element < written;
    // The newest entry of this element: its number is the last one that fell on it.
    const number = used
      ? element + 1 + capacity * Math.floor((written - 1 - element) / capacity)
      : 0;
    return {
      HISTORY_TIME: used ? at(log.stampSeconds, place) * 1000 : null,
      EVENT_NUMBER: number & 0xffff,
      HISTORY_SEQ_NBR: number & 0xffff,
      USER_ID: 0,
      HISTORY_CODE: { EVENT_NUMBER: used ? at(log.code, place) : 0, SELECTOR: 0 },
      HISTORY_ARGUMENT: '',
    };
  });
  return {
    HIST_FLAGS: { LIST_TYPE: true, OVERFLOW_FLAG: written > capacity },
    NBR_VALID_ENTRIES: valid,
    LAST_ENTRY_ELEMENT: written === 0 ? 0 : (written - 1) % capacity,
    LAST_ENTRY_SEQ_NBR: written,
    NBR_UNREAD_ENTRIES: valid,
    ENTRIES: entries,
  };
}
