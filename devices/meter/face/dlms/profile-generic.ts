import type { Selection } from '../../../protocol/dlms/apdu/types.ts';
import {
  array,
  type Data,
  number,
  structure,
  elementsOf,
  numberIn,
} from '../../../protocol/dlms/data.ts';
import { type Obis, obisText } from '../../../protocol/dlms/obis.ts';
import type { ActionResult, DataAccessResult, DataRefusal } from '../../../protocol/dlms/result.ts';
import { CLOCK } from './local-time.ts';
import {
  ACCESS,
  type CosemMethod,
  type CosemObject,
  fixed,
  live,
  method,
  object,
} from './object.ts';
import type { Subject } from './subject.ts';
import { name } from './values.ts';
import { type TimeRange, timeRange } from './time-range.ts';

/**
 * Profile generic (class 7): rows of captured values, of which a client may ask for a part, by time
 * or by place (Blue Book 4.3.6). Rows are made one by one, when they are asked for.
 */

/** One column: which attribute of which object it holds. */
export interface CaptureObject {
  readonly classId: number;
  readonly logicalName: Obis;
  readonly attribute: number;
}

export const CLOCK_COLUMN: CaptureObject = { classId: 8, logicalName: CLOCK, attribute: 2 };

/** The rows that there are now, oldest first. */
export interface Rows {
  readonly count: number;
  /** UTC ms of the meter's clock that the clock's column holds. */
  readonly utcMsOf: (index: number) => number;
  readonly columnsOf: (index: number) => readonly Data[];
}

export interface ProfileDescription {
  readonly logicalName: Obis;
  readonly columns: readonly CaptureObject[];
  readonly rows: (subject: Subject) => Rows;
  readonly capacity: (subject: Subject) => number;
  /** Seconds; 0 for rows that are captured as things happen. */
  readonly periodSeconds: (subject: Subject) => number;
  readonly setPeriod?: (subject: Subject, seconds: number) => DataAccessResult;
  readonly order: keyof typeof SORT_METHOD;
  readonly reset: (subject: Subject) => ActionResult;
  readonly capture?: (subject: Subject) => ActionResult;
}

/** Values of sort_method: unsorted rows come oldest first, or newest first. */
const SORT_METHOD = { fifo: 1, lifo: 2 } as const;
const SELECTOR = { range: 1, entry: 2 } as const;

export function profileGeneric(profile: ProfileDescription): CosemObject {
  const { columns, rows, capacity, periodSeconds, setPeriod, order, reset, capture } = profile;
  const methods: CosemMethod[] = [method(1, reset)];
  if (capture !== undefined) methods.push(method(2, capture));
  return object(
    7,
    1,
    profile.logicalName,
    [
      {
        attribute: 2,
        access: ACCESS.readable,
        selectors: Object.values(SELECTOR),
        read: (subject, selection) => bufferOf(profile, subject, selection),
      },
      fixed(3, array(columns.map(captureDefinition))),
      live(
        4,
        (subject) => number('double-long-unsigned', periodSeconds(subject)),
        setPeriod === undefined ? ACCESS.readable : ACCESS.settable,
        setPeriod === undefined
          ? undefined
          : (subject, value) =>
              value.type === 'double-long-unsigned'
                ? setPeriod(subject, value.value)
                : 'type-unmatched',
      ),
      fixed(5, number('enum', SORT_METHOD[order])),
      fixed(6, captureDefinition(CLOCK_COLUMN)),
      live(7, (subject) => number('double-long-unsigned', rows(subject).count)),
      live(8, (subject) => number('double-long-unsigned', capacity(subject))),
    ],
    methods,
  );
}

function captureDefinition({ classId, logicalName, attribute }: CaptureObject): Data {
  return structure(
    number('long-unsigned', classId),
    name(logicalName),
    number('integer', attribute),
    number('long-unsigned', 0),
  );
}

function bufferOf(
  profile: ProfileDescription,
  subject: Subject,
  selection: Selection | null,
): Data | DataRefusal {
  const rows = profile.rows(subject);
  const newestFirst = profile.order === 'lifo';
  const part = selection === null ? WHOLE : partOf(profile.columns, subject, selection);
  if (typeof part === 'string') return part;
  const indices = Array.from({ length: rows.count }, (_, place) =>
    newestFirst ? rows.count - 1 - place : place,
  );
  const chosen = indices
    .slice(part.firstEntry - 1, part.lastEntry ?? undefined)
    .filter((index) => part.within?.(rows.utcMsOf(index)) ?? true);
  return array(
    chosen.map((index) => {
      const row = rows.columnsOf(index);
      const kept = part.columns === null ? row : part.columns.flatMap((at) => row[at] ?? []);
      return structure(...kept);
    }),
  );
}

/** Which rows and columns are asked for. */
interface Part {
  readonly firstEntry: number;
  /** Null for the last one that there is. */
  readonly lastEntry: number | null;
  readonly within: TimeRange | null;
  /** Places of columns in the order wanted; null for all. */
  readonly columns: readonly number[] | null;
}

const WHOLE: Part = { firstEntry: 1, lastEntry: null, within: null, columns: null };

function partOf(
  columns: readonly CaptureObject[],
  subject: Subject,
  { selector, parameters }: Selection,
): Part | DataRefusal {
  const fields = elementsOf(parameters, 4);
  if (fields === null) return 'type-unmatched';
  switch (selector) {
    case SELECTOR.range:
      return byRange(columns, subject, fields);
    case SELECTOR.entry:
      return byEntry(columns, fields);
    default:
      return 'scope-of-access-violated';
  }
}

/** Both ends belong to the range. It restricts the clock, by which all our profiles are sorted. */
function byRange(
  columns: readonly CaptureObject[],
  subject: Subject,
  [restricting, from, to, wanted]: readonly Data[],
): Part | DataRefusal {
  const restricted = captureObjectIn(restricting);
  const list = elementsOf(wanted ?? null);
  const within = timeRange(subject.meters, subject.row, from, to);
  if (restricted === null || list === null || within === null) return 'type-unmatched';
  if (!isSame(restricted, CLOCK_COLUMN)) return 'object-undefined';
  const places = list.map((column) => {
    const chosen = captureObjectIn(column);
    return chosen === null ? -1 : columns.findIndex((other) => isSame(other, chosen));
  });
  if (places.includes(-1)) return 'object-undefined';
  return { ...WHOLE, within, columns: places.length === 0 ? null : places };
}

/** Entries and columns are counted from 1; 0 as an end is the last there is. */
function byEntry(columns: readonly CaptureObject[], fields: readonly Data[]): Part | DataRefusal {
  const [first, last, firstColumn, lastColumn] = fields.map(numberIn);
  if (typeof first !== 'number' || typeof last !== 'number') return 'type-unmatched';
  if (typeof firstColumn !== 'number' || typeof lastColumn !== 'number') return 'type-unmatched';
  if (first < 1 || firstColumn < 1 || firstColumn > columns.length) {
    return 'scope-of-access-violated';
  }
  const places = columns.map((_, place) => place);
  return {
    firstEntry: first,
    lastEntry: last === 0 ? null : last,
    within: null,
    columns: places.slice(firstColumn - 1, lastColumn === 0 ? undefined : lastColumn),
  };
}

function captureObjectIn(data: Data | undefined): CaptureObject | null {
  const [classId, logicalName, attribute] = elementsOf(data ?? null, 4) ?? [];
  const [classNumber, attributeNumber] = [numberIn(classId), numberIn(attribute)];
  if (logicalName?.type !== 'octet-string' || logicalName.bytes.length !== 6) return null;
  if (classNumber === null || attributeNumber === null) return null;
  return {
    classId: classNumber,
    logicalName: obisText(logicalName.bytes),
    attribute: attributeNumber,
  };
}

function isSame(one: CaptureObject, other: CaptureObject): boolean {
  return (
    one.classId === other.classId &&
    one.logicalName === other.logicalName &&
    one.attribute === other.attribute
  );
}
