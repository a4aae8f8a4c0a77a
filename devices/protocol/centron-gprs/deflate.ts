/** Raw deflate (RFC 1951) with a preset dictionary, of bytes that are bounded. */
import { deflateSync, inflateSync } from 'fflate';
import { messageOf } from '../../domain/error-text.ts';
import { CodecError } from '../bytes/codec-error.ts';

/** Data of fewer bytes is stored as it is in its one block. */
const STORED_BELOW_BYTES = 16;

export function deflate(data: Uint8Array, dictionary: Uint8Array): Uint8Array {
  // So few bytes only get longer: they are stored, which costs next to nothing.
  const level = data.length < STORED_BELOW_BYTES ? 0 : 9;
  return deflateSync(data, { level, dictionary });
}

/**
 * @param length of the data, as it was declared
 * @throws CodecError when bytes are damaged, are not as long as declared, or longer than `mostBytes`
 */
export function inflate(
  bytes: Uint8Array,
  length: number,
  mostBytes: number,
  dictionary: Uint8Array,
): Uint8Array {
  if (length > mostBytes || bytes.length > mostBytes) {
    throw new CodecError(
      `compressed: at most ${mostBytes} bytes wanted, ${length} in ${bytes.length} found`,
    );
  }
  // One byte of room more than declared: whatever is longer shows, and takes no memory.
  const data = inflateInto(new Uint8Array(length + 1), bytes, dictionary);
  if (data.length !== length) {
    const found = data.length > length ? 'more' : `${data.length}`;
    throw new CodecError(`compressed: ${length} bytes of data wanted, ${found} found`);
  }
  return data;
}

function inflateInto(out: Uint8Array, bytes: Uint8Array, dictionary: Uint8Array): Uint8Array {
  try {
    return inflateSync(bytes, { out, dictionary });
  } catch (error) {
    throw new CodecError(`compressed: no deflate, ${messageOf(error)}`);
  }
}
