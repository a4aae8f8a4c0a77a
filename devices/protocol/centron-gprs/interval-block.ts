/** Interval data in few bytes: pulses of seven bits a byte, and the status by its runs. */
import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { unsigned } from './fields.ts';
import type { Field } from './fields.ts';
import type { IntervalBlock } from './messages.ts';

/** A day of quarters of an hour. */
export const MOST_INTERVALS = 96;

const PULSES_MAX = 0xffff_ffff;
const [unsigned16, unsigned32, unsigned48] = [unsigned(2), unsigned(4), unsigned(6)];

/** A block, whose count of intervals is told once, in front of pulses and status. */
export const intervalBlock: Field<IntervalBlock> = {
  write(writer, _, block) {
    const { pulses, status } = block;
    if (pulses.length > MOST_INTERVALS || status.length !== pulses.length) {
      throw new CodecError(
        `intervals: at most ${MOST_INTERVALS}, each with a status, wanted; ${pulses.length} with ${status.length} given`,
      );
    }
    unsigned32.write(writer, 'endMinutes', block.endMinutes);
    unsigned16.write(writer, 'intervalMinutes', block.intervalMinutes);
    unsigned48.write(writer, 'registerPulses', block.registerPulses);
    writer.octet('intervals', pulses.length);
    for (const one of pulses) writePulses(writer, one);
    writeRuns(writer, status);
  },

  read(reader) {
    const endMinutes = unsigned32.read(reader, 'endMinutes');
    const intervalMinutes = unsigned16.read(reader, 'intervalMinutes');
    const registerPulses = unsigned48.read(reader, 'registerPulses');
    const count = reader.octet('intervals');
    if (count > MOST_INTERVALS) {
      throw new CodecError(`intervals: at most ${MOST_INTERVALS} wanted, ${count} found`);
    }
    const pulses = Array.from({ length: count }, () => readPulses(reader));
    const status = readRuns(reader, count);
    return { endMinutes, intervalMinutes, pulses, status, registerPulses };
  },
};

/** Lowest seven bits first; bit 7 says that more follow. Most intervals fit into one or two bytes. */
function writePulses(writer: ByteWriter, pulses: number): void {
  if (!Number.isInteger(pulses) || pulses < 0 || pulses > PULSES_MAX) {
    throw new CodecError(`pulses: ${pulses} does not fit into 4 bytes`);
  }
  let left = pulses;
  for (; left > 0x7f; left = Math.floor(left / 0x80)) writer.octet('pulses', 0x80 | (left & 0x7f));
  writer.octet('pulses', left);
}

function readPulses(reader: ByteReader): number {
  const offset = reader.offset;
  let [pulses, weight, byte] = [0, 1, 0];
  do {
    byte = reader.octet('pulses');
    pulses += (byte & 0x7f) * weight;
    weight *= 0x80;
  } while (byte > 0x7f && pulses <= PULSES_MAX && reader.offset - offset < 5);
  const isLongerThanNeeded = byte === 0 && weight > 0x80;
  if (byte > 0x7f || pulses > PULSES_MAX || isLongerThanNeeded) {
    throw new CodecError(`pulses: the number at offset ${offset} is not in its shortest form`);
  }
  return pulses;
}

/** Nearly always one run of 00: an interval is rarely other than the one before. */
function writeRuns(writer: ByteWriter, status: readonly number[]): void {
  let start = 0;
  status.forEach((value, index) => {
    if (status[index + 1] === value) return;
    writer.octet('status run', index + 1 - start).octet('status', value);
    start = index + 1;
  });
}

function readRuns(reader: ByteReader, count: number): number[] {
  const status: number[] = [];
  while (status.length < count) {
    const offset = reader.offset;
    const run = reader.octet('status run');
    const value = reader.octet('status');
    if (run === 0 || status.length + run > count || status.at(-1) === value) {
      throw new CodecError(`status run: that of ${run} intervals at offset ${offset} is none`);
    }
    for (let index = 0; index < run; index++) status.push(value);
  }
  return status;
}
