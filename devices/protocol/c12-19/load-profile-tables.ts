/** Decade 6: load profile, four sets of blocks of intervals. */
import {
  array,
  bits,
  flagOf,
  ni1,
  ni2,
  numberOf,
  record,
  set,
  stime,
  tableUsed,
  u16,
  u32,
  u8,
} from './layout.ts';
import type { Field, Layout, Scope } from './layout.ts';
import { CodecError } from '../bytes/codec-error.ts';

export const LOAD_PROFILE_SETS = [1, 2, 3, 4] as const;
export type LoadProfileSet = (typeof LOAD_PROFILE_SETS)[number];

/** A set exists when ST0 lists its data table, ST64 to ST67. */
const present = (number: LoadProfileSet) => (scope: Scope) => tableUsed(scope, 63 + number);

/** Fields that stand in a table once for each set that exists. */
function perSet(fields: (number: LoadProfileSet) => Readonly<Record<string, Layout>>): Field[] {
  return LOAD_PROFILE_SETS.flatMap((number) =>
    Object.entries(fields(number)).map(([name, layout]) => ({
      name,
      layout,
      when: present(number),
    })),
  );
}

function fieldsOf(layout: Layout): readonly Field[] {
  return layout.kind === 'record' ? layout.fields : [];
}

/** Tables 60 (possible) and 61 (actual). */
const limits: Layout = {
  kind: 'record',
  fields: [
    ...fieldsOf(
      record({
        LP_MEMORY_LEN: u32,
        LP_FLAGS: bits(2, {
          LP_SET1_INHIBIT_OVF_FLAG: 0,
          LP_SET2_INHIBIT_OVF_FLAG: 1,
          LP_SET3_INHIBIT_OVF_FLAG: 2,
          LP_SET4_INHIBIT_OVF_FLAG: 3,
          BLK_END_READ_FLAG: 4,
          BLK_END_PULSE_FLAG: 5,
          SCALAR_DIVISOR_FLAG_SET1: 6,
          SCALAR_DIVISOR_FLAG_SET2: 7,
          SCALAR_DIVISOR_FLAG_SET3: 8,
          SCALAR_DIVISOR_FLAG_SET4: 9,
          EXTENDED_INT_STATUS_FLAG: 10,
          SIMPLE_INT_STATUS_FLAG: 11,
          // So NIST and EPRI; readings at the end of a block count that block alone.
          BLK_END_RD_INDICATOR_FLAG: 12,
        }),
        LP_FMATS: bits(1, {
          INV_UINT8_FLAG: 0,
          INV_UINT16_FLAG: 1,
          INV_UINT32_FLAG: 2,
          INV_INT8_FLAG: 3,
          INV_INT16_FLAG: 4,
          INV_INT32_FLAG: 5,
          INV_NI_FMAT1_FLAG: 6,
          INV_NI_FMAT2_FLAG: 7,
        }),
      }),
    ),
    ...perSet((number) => ({
      [`NBR_BLKS_SET${number}`]: u16,
      [`NBR_BLK_INTS_SET${number}`]: u16,
      [`NBR_CHNS_SET${number}`]: u8,
      [`MAX_INT_TIME_SET${number}`]: u8,
    })),
  ],
};

const channels = (number: LoadProfileSet) => (scope: Scope) =>
  numberOf(scope, 61, `NBR_CHNS_SET${number}`);

const channelControl = record({
  CHNL_FLAG: bits(1, { END_RDG_FLAG: 0 }),
  LP_SOURCE_SEL: u8,
  END_BLK_RDG_SOURCE_SEL: u8,
});

const control: Layout = {
  kind: 'record',
  fields: LOAD_PROFILE_SETS.flatMap((number) => {
    const scaled = (scope: Scope) =>
      present(number)(scope) && flagOf(scope, 61, `LP_FLAGS.SCALAR_DIVISOR_FLAG_SET${number}`);
    return fieldsOf(
      record({
        [`LP_SEL_SET${number}`]: [array(channels(number), channelControl), present(number)],
        [`INT_FMT_CDE${number}`]: [u8, present(number)],
        [`SCALARS_SET${number}`]: [array(channels(number), u16), scaled],
        [`DIVISOR_SET${number}`]: [array(channels(number), u16), scaled],
      }),
    );
  }),
};

const setStatus = record({
  SET_STATUS_FLAGS: bits(1, {
    BLOCK_ORDER: 0,
    OVERFLOW_FLAG: 1,
    LIST_TYPE: 2,
    BLOCK_INHIBIT_OVERFLOW_FLAG: 3,
    INTERVAL_ORDER: 4,
    ACTIVE_MODE_FLAG: 5,
    TEST_MODE: 6,
  }),
  NBR_VALID_BLOCKS: u16,
  LAST_BLOCK_ELEMENT: u16,
  LAST_BLOCK_SEQ_NBR: u32,
  NBR_UNREAD_BLOCKS: u16,
  NBR_VALID_INT: u16,
});

/** Interval values by ST62 INT_FMT_CDE. */
const INTERVAL_FORMATS: Readonly<Record<number, Layout>> = {
  1: u8,
  2: u16,
  4: u32,
  8: { kind: 'int', bytes: 1 },
  16: { kind: 'int', bytes: 2 },
  32: { kind: 'int', bytes: 4 },
  64: ni1,
  128: ni2,
};

function intervalValue(number: LoadProfileSet): Layout {
  return {
    kind: 'choice',
    choose: (scope) => {
      const code = numberOf(scope, 62, `INT_FMT_CDE${number}`);
      const layout = INTERVAL_FORMATS[code];
      if (layout === undefined)
        throw new CodecError(`ST62 INT_FMT_CDE${number} ${code} is unknown`);
      return layout;
    },
  };
}

const flagged = (flag: string) => (scope: Scope) => flagOf(scope, 61, `LP_FLAGS.${flag}`);

/** One block of a set, for readers that fetch single blocks by offset. */
export function blockLayout(number: LoadProfileSet): Layout {
  const count = channels(number);
  const intervals = (scope: Scope) => numberOf(scope, 61, `NBR_BLK_INTS_SET${number}`);
  const reading = record({
    BLK_END_READ: [ni1, flagged('BLK_END_READ_FLAG')],
    BLK_END_PULSE: [u32, flagged('BLK_END_PULSE_FLAG')],
  });
  const interval = record({
    EXTENDED_INT_STATUS: [
      array((scope) => Math.floor(count(scope) / 2) + 1, u8),
      flagged('EXTENDED_INT_STATUS_FLAG'),
    ],
    INT_DATA: array(count, intervalValue(number)),
  });
  return record({
    BLK_END_TIME: stime,
    END_READINGS: array(count, reading),
    SET_SIMPLE_INT_STATUS: [
      set((scope) => Math.ceil(intervals(scope) / 8)),
      flagged('SIMPLE_INT_STATUS_FLAG'),
    ],
    LP_INT: array(intervals, interval),
  });
}

function dataTable(number: LoadProfileSet): Layout {
  const blocks = (scope: Scope) => numberOf(scope, 61, `NBR_BLKS_SET${number}`);
  return record({ [`LP_DATA_SETS${number}`]: array(blocks, blockLayout(number)) });
}

export const LOAD_PROFILE_TABLES: Readonly<Record<number, Layout>> = {
  60: limits,
  61: limits,
  62: control,
  63: {
    kind: 'record',
    fields: perSet((number) => ({ [`LP_STATUS_SET${number}`]: setStatus })),
  },
  64: dataTable(1),
  65: dataTable(2),
  66: dataTable(3),
  67: dataTable(4),
};

/** Flags of the common nibble of an interval's extended status. */
export const COMMON_STATUS = {
  'dst-changed': 0x1,
  'power-fail': 0x2,
  'clock-forward': 0x4,
  'clock-back': 0x8,
} as const;
export type CommonStatus = keyof typeof COMMON_STATUS;

/** Codes of one channel in an interval's extended status, by number. */
export const CHANNEL_STATUS = [
  'fine',
  'overflow',
  'partial',
  'long',
  'skipped',
  'test',
  'configuration-changed',
  'stopped',
] as const;
export type ChannelStatus = (typeof CHANNEL_STATUS)[number];

export interface IntervalStatus {
  readonly common: readonly CommonStatus[];
  readonly channels: readonly ChannelStatus[];
}

/**
 * Meaning of EXTENDED_INT_STATUS: byte 0 holds the common flags (high nibble) and channel 1, later
 * bytes an even channel (high) and the odd one after it (low).
 * @throws CodecError for a code without a name
 */
export function intervalStatus(status: readonly number[], channelCount: number): IntervalStatus {
  const common = (Object.keys(COMMON_STATUS) as CommonStatus[]).filter(
    (name) => ((status[0] ?? 0) >> 4) & COMMON_STATUS[name],
  );
  const nibble = (channel: number) => {
    const byte = status[Math.floor(channel / 2)] ?? 0;
    return channel % 2 === 0 ? byte >> 4 : byte & 0x0f;
  };
  const channelStatus = Array.from({ length: channelCount }, (_, index) => {
    const code = nibble(index + 1);
    const name = CHANNEL_STATUS[code];
    if (name === undefined) throw new CodecError(`channel status ${code} is unknown`);
    return name;
  });
  return { common, channels: channelStatus };
}

/** EXTENDED_INT_STATUS of a meaning; the inverse of {@link intervalStatus}. */
export function extendedStatusOf(status: IntervalStatus): number[] {
  const bytes = Array.from({ length: Math.floor(status.channels.length / 2) + 1 }, () => 0);
  const put = (byte: number, value: number) => {
    bytes[byte] = (bytes[byte] ?? 0) | value;
  };
  for (const name of status.common) put(0, COMMON_STATUS[name] << 4);
  for (const [index, name] of status.channels.entries()) {
    const channel = index + 1;
    const code = CHANNEL_STATUS.indexOf(name);
    put(Math.floor(channel / 2), channel % 2 === 0 ? code << 4 : code);
  }
  return bytes;
}
