/** Load profile blocks as people read them: valid intervals, each with its end and its status. */
import { CodecError } from '../../bytes/codec-error.ts';
import { valueAt } from '../layout.ts';
import type { TableContext } from '../layout.ts';
import { intervalStatus } from '../load-profile-tables.ts';

type Value = Readonly<Record<string, unknown>>;

const MS_PER_MINUTE = 60_000;

/** What ST61 and ST63 say of a set; without ST63 all blocks and intervals count as valid. */
interface Shape {
  readonly minutes: number;
  readonly channels: number;
  readonly blocks: number;
  readonly validBlocks: number;
  readonly lastBlock: number;
  readonly validInLast: number;
  readonly newestBlockFirst: boolean;
  readonly newestIntervalFirst: boolean;
}

/**
 * ST64 to ST67 without the blocks and intervals that hold nothing yet; each interval has END_TIME
 * (UTC ms of the meter's clock) where its block has one, and its status in words.
 */
export function readableLoadProfile(table: number, value: Value, context: TableContext): Value {
  const set = table - 63;
  const field = `LP_DATA_SETS${set}`;
  const shape = shapeOf(set, context);
  const blocks = value[field];
  if (shape === undefined || !Array.isArray(blocks)) return value;
  const readable = (blocks as readonly Value[]).map((block, at) =>
    isValid(at, shape) ? readableBlock(block, at, shape) : NOTHING,
  );
  return { [field]: readable };
}

const NOTHING: Value = {};

function shapeOf(set: number, context: TableContext): Shape | undefined {
  const limits = context[61];
  const status = valueAt(context[63], `LP_STATUS_SET${set}`);
  const minutes = valueAt(limits, `MAX_INT_TIME_SET${set}`);
  const channels = valueAt(limits, `NBR_CHNS_SET${set}`);
  const blocks = valueAt(limits, `NBR_BLKS_SET${set}`);
  const intervals = valueAt(limits, `NBR_BLK_INTS_SET${set}`);
  if (
    typeof minutes !== 'number' ||
    typeof channels !== 'number' ||
    typeof blocks !== 'number' ||
    typeof intervals !== 'number'
  ) {
    return undefined;
  }
  const told = (field: string, otherwise: number) => {
    const at = valueAt(status, field);
    return typeof at === 'number' ? at : otherwise;
  };
  return {
    minutes,
    channels,
    blocks,
    validBlocks: told('NBR_VALID_BLOCKS', blocks),
    lastBlock: told('LAST_BLOCK_ELEMENT', blocks - 1),
    validInLast: told('NBR_VALID_INT', intervals),
    newestBlockFirst: valueAt(status, 'SET_STATUS_FLAGS.BLOCK_ORDER') === true,
    newestIntervalFirst: valueAt(status, 'SET_STATUS_FLAGS.INTERVAL_ORDER') === true,
  };
}

/** Valid blocks are those that end, or begin, with the newest one; the list may be circular. */
function isValid(at: number, shape: Shape): boolean {
  const behind = shape.newestBlockFirst ? at - shape.lastBlock : shape.lastBlock - at;
  return (behind + shape.blocks) % shape.blocks < shape.validBlocks;
}

function readableBlock(block: Value, at: number, shape: Shape): Value {
  const all = block['LP_INT'];
  if (!Array.isArray(all)) return block;
  const valid = (all as readonly Value[]).slice(
    0,
    at === shape.lastBlock ? shape.validInLast : all.length,
  );
  const endMs = block['BLK_END_TIME'];
  const intervals = valid.map((interval, index) => {
    const later = shape.newestIntervalFirst ? index : valid.length - 1 - index;
    const end =
      typeof endMs === 'number'
        ? { END_TIME: endMs - later * shape.minutes * MS_PER_MINUTE }
        : NOTHING;
    const status = interval['EXTENDED_INT_STATUS'];
    const words = Array.isArray(status)
      ? { EXTENDED_INT_STATUS: statusText(status as readonly number[], shape.channels) }
      : NOTHING;
    return { ...end, ...words, INT_DATA: interval['INT_DATA'] };
  });
  return { ...block, LP_INT: intervals };
}

/** Common flags, then each channel that is not fine; the bytes where a code has no name. */
function statusText(status: readonly number[], channelCount: number): string {
  try {
    const { common, channels } = intervalStatus(status, channelCount);
    const unusual = channels.flatMap((name, index) =>
      name === 'fine' ? [] : [`channel ${index + 1} ${name}`],
    );
    return [...common, ...unusual].join(', ') || 'fine';
  } catch (error) {
    if (error instanceof CodecError) return `unknown ${status.join(' ')}`;
    throw error;
  }
}
