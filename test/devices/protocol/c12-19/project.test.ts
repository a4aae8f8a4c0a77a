import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';
import { fromHex, toHex } from '../../../../devices/protocol/bytes/hex.ts';
import {
  decodeProcedureParameters,
  decodeProcedureResponseData,
  encodeProcedureParameters,
  encodeProcedureResponseData,
} from '../../../../devices/protocol/c12-19/procedure-data.ts';
import { PROCEDURES } from '../../../../devices/protocol/c12-19/procedures.ts';
import type { ProcedureName } from '../../../../devices/protocol/c12-19/procedures.ts';
import {
  blockCount,
  decodeDownloadStart,
  decodeDownloadStartResponse,
  decodeImageBlock,
  decodeImageStatus,
  DOWNLOAD_LAYOUTS,
  DOWNLOAD_PROCEDURES,
  DOWNLOAD_TABLES,
  encodeDownloadStart,
  encodeDownloadStartResponse,
  encodeImageBlock,
  encodeImageStatus,
} from '../../../../devices/protocol/c12-19/project/download.ts';
import type {
  DownloadStart,
  ImageStatus,
} from '../../../../devices/protocol/c12-19/project/download.ts';
import {
  activationAt,
  activationTimeMs,
  decodePendingWrite,
  encodePendingWrite,
  pendingTableId,
  tableIdOf,
} from '../../../../devices/protocol/c12-19/project/pending-tables.ts';
import type { PendingEvent } from '../../../../devices/protocol/c12-19/project/pending-tables.ts';
import {
  decodeTable,
  encodeTable,
  locateElements,
} from '../../../../devices/protocol/c12-19/tables.ts';
import type { TableContext } from '../../../../devices/protocol/c12-19/tables.ts';

const PAGE = readFileSync('docs/profile-messages.md', 'utf8');

/** Meter of the examples, as the page says: the limits that they depend on, and nothing else. */
function meter(timeFormat: number): TableContext {
  return {
    0: {
      FORMAT_CONTROL_1: { DATA_ORDER: false },
      FORMAT_CONTROL_2: { TM_FORMAT: timeFormat, INT_FORMAT: 0, ID_FORM: false },
      FORMAT_CONTROL_3: { NI_FORMAT1: 10, NI_FORMAT2: 8 },
      DIM_STD_TBLS_USED: 8,
      DIM_MFG_TBLS_USED: 1,
      NBR_PENDING: 1,
    },
    21: {
      REG_FUNC1_FLAGS: {
        SEASON_INFO_FIELD_FLAG: true,
        DATE_TIME_FIELD_FLAG: true,
        DEMAND_RESET_CTR_FLAG: true,
        CUM_DEMAND_FLAG: false,
        CONT_CUM_DEMAND_FLAG: false,
      },
      REG_FUNC2_FLAGS: { SELF_READ_SEQ_NBR_FLAG: true },
      NBR_SELF_READS: 1,
      NBR_SUMMATIONS: 1,
      NBR_DEMANDS: 0,
      NBR_COIN_VALUES: 0,
      NBR_OCCUR: 1,
      NBR_TIERS: 0,
    },
    51: {
      TIME_FUNC_FLAG1: { ANCHOR_DATE_FLAG: true },
      TIME_FUNC_FLAG2: { SEPARATE_WEEKDAYS_FLAG: true },
      CALENDAR_FUNC: { NBR_SEASONS: 1, NBR_SPECIAL_SCHED: 0 },
      NBR_NON_RECURR_DATES: 1,
      NBR_RECURR_DATES: 1,
      NBR_TIER_SWITCHES: 1,
    },
    71: { LOG_FLAGS: { EVENT_NUMBER_FLAG: false }, NBR_EVENT_ENTRIES: 1, EVENT_DATA_LENGTH: 2 },
  };
}

const FIELDS = meter(2);
const COUNTED = meter(4);

interface Codec {
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

function table(number: number, context: TableContext): Codec {
  return {
    encode: (value: Readonly<Record<string, unknown>>) => encodeTable(number, value, context),
    decode: (bytes) => decodeTable(number, bytes, context),
  };
}

function parameters(name: ProcedureName): Codec {
  return {
    encode: (value: Readonly<Record<string, unknown>>) =>
      encodeProcedureParameters(name, value, FIELDS),
    decode: (bytes) => decodeProcedureParameters(name, bytes, FIELDS),
  };
}

/** How each example of the page is written and read; its heading names it. */
const CODECS: Readonly<Record<string, Codec>> = {
  ST4: table(4, FIELDS),
  'pending write': {
    encode: (value: { event: PendingEvent; data: string }) =>
      encodePendingWrite({ event: value.event, data: fromHex(value.data) }, FIELDS),
    decode: (bytes) => {
      const { event, data } = decodePendingWrite(bytes, FIELDS);
      return { event, data: toHex(data) };
    },
  },
  ST26: table(26, FIELDS),
  ST53: table(53, COUNTED),
  ST54: table(54, COUNTED),
  ST76: table(76, FIELDS),
  'procedure 4': parameters('reset-list-pointers'),
  'procedure 5': parameters('update-last-read-entry'),
  'procedure 10 response': {
    encode: (value: Readonly<Record<string, unknown>>) =>
      encodeProcedureResponseData('set-date-and-time', value, FIELDS),
    decode: (bytes) => decodeProcedureResponseData('set-date-and-time', bytes, FIELDS),
  },
  'procedure 13': parameters('activate-specific-pending-tables'),
  'procedure 15': parameters('clear-specific-pending-tables'),
  'procedure 18': parameters('log-in'),
  'download start': {
    encode: (value: DownloadStart) => encodeDownloadStart(value, FIELDS),
    decode: (bytes) => decodeDownloadStart(bytes, FIELDS),
  },
  'download start response': {
    encode: (value: { firstMissingBlock: number }) => encodeDownloadStartResponse(value, FIELDS),
    decode: (bytes) => decodeDownloadStartResponse(bytes, FIELDS),
  },
  'image data': {
    encode: (value: { block: number; data: string }) =>
      encodeImageBlock({ block: value.block, data: fromHex(value.data) }, FIELDS),
    decode: (bytes) => {
      const { block, data } = decodeImageBlock(bytes, FIELDS);
      return { block, data: toHex(data) };
    },
  },
  'image status': {
    encode: (value: ImageStatus) => encodeImageStatus(value, FIELDS),
    decode: (bytes) => decodeImageStatus(bytes, FIELDS),
  },
};

const EXAMPLE =
  /^#### C12\.19 `(?<name>[^`]+)`$(?:(?!^#)[^])*?^```json\n(?<json>[^]*?)^```\n\n```hex\n(?<hex>[^]*?)^```$/gm;

const EXAMPLES = [...PAGE.matchAll(EXAMPLE)].map(({ groups = {} }) => ({
  name: groups['name'] ?? '',
  value: JSON.parse(groups['json'] ?? '') as never,
  hex: toHex(fromHex((groups['hex'] ?? '').replaceAll(/#.*$/gm, ''))),
}));

function codecOf(name: string): Codec {
  const codec = CODECS[name];
  if (codec === undefined) throw new Error(`the page has an example '${name}' that nothing reads`);
  return codec;
}

test.each(EXAMPLES)('$name: the bytes of the page say what it tells', ({ name, value, hex }) => {
  const codec = codecOf(name);
  expect(toHex(codec.encode(value))).toBe(hex);
  expect(codec.decode(fromHex(hex))).toEqual(value);
});

test.each(EXAMPLES)('$name: bytes that are cut are refused', ({ name, hex }) => {
  // Of an image block and a pending write only the head has a length.
  const head = { 'image data': 2, 'pending write': 6 }[name] ?? Infinity;
  const bytes = fromHex(hex);
  for (let length = 0; length < Math.min(bytes.length, head); length++) {
    expect(() => codecOf(name).decode(bytes.subarray(0, length))).toThrow(CodecError);
  }
});

test('everything that is not public has an example, and every example a section', () => {
  expect(EXAMPLES.map(({ name }) => name).toSorted()).toEqual(Object.keys(CODECS).toSorted());
  expect(EXAMPLES).toHaveLength(PAGE.match(/^#### /gm)?.length ?? 0);
});

test('the page has the numbers of the procedures that came with C12.22', () => {
  for (const name of ['register', 'network-interface-control', 'exception-report'] as const) {
    expect(PAGE).toContain(`${PROCEDURES[name]} \`${name}\``);
  }
});

describe('pending tables', () => {
  test('have bit 12 in their number', () => {
    expect(pendingTableId(54)).toBe(0x1036);
    expect(tableIdOf(0x1036)).toEqual({ table: 54, manufacturer: false, pending: true });
    expect(tableIdOf(0x0828)).toEqual({ table: 40, manufacturer: true, pending: false });
    expect(() => tableIdOf(0x2036)).toThrow(CodecError);
  });

  test.each([1, 2, 3, 4])('wait for an instant in TM_FORMAT %i', (format) => {
    const context = meter(format);
    const at = Date.UTC(2026, 4, 1, 12, 15);
    const event = activationAt(at, context);
    expect(event.EVENT_STORAGE).toHaveLength(10);
    expect(activationTimeMs(event, context)).toBe(at);
    expect(activationTimeMs(activationAt(null, context), context)).toBeNull();
  });

  test('do not take another event for an instant', () => {
    const event = { EVENT_SELECTOR: { EVENT_CODE: 2 }, EVENT_STORAGE: '0000000000' };
    expect(() => activationTimeMs(event, FIELDS)).toThrow('event code 2');
  });
});

describe('a download', () => {
  const start = { totalLength: 1000, blockSize: 256 };

  test('has as many blocks as its length asks for', () => {
    expect(blockCount(start)).toBe(4);
    expect(blockCount({ totalLength: 1024, blockSize: 256 })).toBe(4);
    expect(blockCount({ totalLength: 0, blockSize: 256 })).toBe(0);
    expect(() => blockCount({ totalLength: 1, blockSize: 0 })).toThrow(CodecError);
  });

  test('follows the byte order of ST0', () => {
    const bigEndian: TableContext = {
      0: { ...FIELDS[0], FORMAT_CONTROL_1: { DATA_ORDER: true } },
    };
    const block = { block: 258, data: Uint8Array.of(7) };
    expect(toHex(encodeImageBlock(block, FIELDS))).toBe('020107');
    expect(toHex(encodeImageBlock(block, bigEndian))).toBe('010207');
    expect(decodeImageBlock(fromHex('010207'), bigEndian)).toEqual(block);
  });

  test('refuses states, kinds and results without a name', () => {
    const { hex } = EXAMPLES.find(({ name }) => name === 'image status') ?? { hex: '' };
    expect(() => decodeImageStatus(fromHex(`ff${hex.slice(2)}`), FIELDS)).toThrow(
      'STATE: code 255',
    );
    expect(() => decodeImageStatus(fromHex(`${hex.slice(0, -2)}ff`), FIELDS)).toThrow(
      'LAST_RESULT',
    );
  });

  test('is looked up by index like a standard table', () => {
    const { hex } = EXAMPLES.find(({ name }) => name === 'image status') ?? { hex: '' };
    const layout = DOWNLOAD_LAYOUTS[DOWNLOAD_TABLES.imageStatus];
    if (layout === undefined) throw new Error('no layout');
    const located = locateElements(
      DOWNLOAD_TABLES.imageStatus,
      layout,
      fromHex(hex),
      FIELDS,
      [6],
      1,
    );
    expect(located).toEqual({ offset: 56, count: 2 });
  });

  test('has the numbers that the page gives', () => {
    for (const [name, number] of Object.entries(DOWNLOAD_PROCEDURES)) {
      expect(PAGE).toContain(`${number} \`${name}\``);
    }
    expect([DOWNLOAD_TABLES.imageData, DOWNLOAD_TABLES.imageStatus]).toEqual([2088, 2089]);
    expect(PAGE).toContain('MT 40');
    expect(PAGE).toContain('MT 41');
  });
});
