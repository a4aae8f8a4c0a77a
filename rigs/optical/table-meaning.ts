import {
  CHANNEL_STATUS,
  COMMON_STATUS,
} from '../../devices/protocol/c12-19/load-profile-tables.ts';
import { BenchError } from '../port/bench.ts';
import type { LoadProfileInterval, LoggedEvent } from '../port/observation.ts';

/** What decoded tables say, as the observations of a bench want it. */

type Value = Readonly<Record<string, unknown>>;

export interface HistoryLog {
  /** Oldest first. */
  readonly entries: readonly LoggedEvent[];
  readonly lastNumber: number;
}

/** ST74. @throws BenchError (dut) when a field is missing */
export function historyLogOf(value: Value): HistoryLog {
  const lastNumber = number(value, 'LAST_ENTRY_SEQ_NBR');
  const valid = number(value, 'NBR_VALID_ENTRIES');
  const entries = list(value, 'ENTRIES')
    .flatMap((entry) => {
      const stampMs = entry.HISTORY_TIME;
      if (typeof stampMs !== 'number') return [];
      // Sequence numbers in entries have 16 bits; the list's own has 32 and tells the rest.
      const short = number(entry, 'HISTORY_SEQ_NBR');
      const behind = (lastNumber - short) & 0xffff;
      const code = number(record(entry, 'HISTORY_CODE'), 'EVENT_NUMBER');
      return [{ number: lastNumber - behind, code, stampMs }];
    })
    .filter((entry) => entry.number > lastNumber - valid)
    .sort((a, b) => a.number - b.number);
  return { entries, lastNumber };
}

export interface LoadProfileShape {
  readonly intervalMinutes: number;
  readonly intervalsPerBlock: number;
  readonly blocks: number;
}

/** ST61, set 1. */
export function loadProfileShapeOf(value: Value): LoadProfileShape {
  return {
    intervalMinutes: number(value, 'MAX_INT_TIME_SET1'),
    intervalsPerBlock: number(value, 'NBR_BLK_INTS_SET1'),
    blocks: number(value, 'NBR_BLKS_SET1'),
  };
}

export interface NumberedInterval extends LoadProfileInterval {
  /** Position since the profile began, so that a reading can tell what is new. */
  readonly number: number;
}

/** ST63 and ST64, set 1, first channel; values are pulses of `khWattHours`. Oldest first. */
export function intervalsOf(
  shape: LoadProfileShape,
  status: Value,
  blocks: Value,
  khWattHours: number,
): { readonly intervals: readonly NumberedInterval[]; readonly lastNumber: number } {
  const set = record(status, 'LP_STATUS_SET1');
  const valid = number(set, 'NBR_VALID_BLOCKS');
  const lastBlock = number(set, 'LAST_BLOCK_SEQ_NBR');
  const validInLast = number(set, 'NBR_VALID_INT');
  const lastElement = number(set, 'LAST_BLOCK_ELEMENT');
  const all = list(blocks, 'LP_DATA_SETS1');
  const intervals: NumberedInterval[] = [];
  for (let back = valid - 1; back >= 0; back--) {
    const block = all[(lastElement - back + shape.blocks) % shape.blocks];
    if (block === undefined) continue;
    const count = back === 0 ? validInLast : shape.intervalsPerBlock;
    const first = (lastBlock - back - 1) * shape.intervalsPerBlock;
    intervals.push(...intervalsOfBlock(block, shape, count, first, khWattHours));
  }
  return { intervals, lastNumber: intervals.at(-1)?.number ?? 0 };
}

function intervalsOfBlock(
  block: Value,
  shape: LoadProfileShape,
  count: number,
  first: number,
  khWattHours: number,
): readonly NumberedInterval[] {
  const endMs = number(block, 'BLK_END_TIME');
  return list(block, 'LP_INT')
    .slice(0, count)
    .map((interval, index) => ({
      number: first + index + 1,
      endMs: endMs - (count - 1 - index) * shape.intervalMinutes * 60_000,
      energyMilliWattHours: Math.round(numbers(interval, 'INT_DATA', 0) * khWattHours * 1000),
      flags: flagsOf(numbers(interval, 'EXTENDED_INT_STATUS', 0)),
    }));
}

/** Names of the common flags and of the first channel's code, of byte 0 of the extended status. */
function flagsOf(status: number): readonly string[] {
  const common = Object.entries(COMMON_STATUS).flatMap(([name, bit]) =>
    ((status >> 4) & bit) === 0 ? [] : [name],
  );
  const code = status & 0x0f;
  return code === 0 ? common : [...common, CHANNEL_STATUS[code] ?? `channel status ${code}`];
}

/** ST23: the first summation, which is in Wh. */
export function summationMilliWattHours(value: Value): number {
  return numbers(record(value, 'TOT_DATA_BLOCK'), 'SUMMATIONS', 0) * 1000;
}

function number(value: Value, field: string): number {
  const found = value[field];
  if (typeof found === 'number') return found;
  throw missing(field, found);
}

function numbers(value: Value, field: string, index: number): number {
  const found = value[field];
  const element: unknown = Array.isArray(found) ? found[index] : undefined;
  if (typeof element === 'number') return element;
  throw missing(`${field}[${index}]`, element);
}

function record(value: Value, field: string): Value {
  const found = value[field];
  if (typeof found === 'object' && found !== null) return found as Value;
  throw missing(field, found);
}

function list(value: Value, field: string): readonly Value[] {
  const found = value[field];
  if (Array.isArray(found)) return found as readonly Value[];
  throw missing(field, found);
}

function missing(field: string, found: unknown): BenchError {
  return new BenchError('dut', `optical port: awaited ${field} in a table, got ${String(found)}`);
}
