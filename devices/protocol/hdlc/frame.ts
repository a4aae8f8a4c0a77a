/** Frames of format type 3 (IEC 62056-46, 6.4): flag, format, addresses, control, HCS, information, FCS, flag. */
import { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/codec-error.ts';
import { crc16X25 } from '../bytes/crc16.ts';
import { encodeAddress, type HdlcAddress, readAddress } from './address.ts';
import { type Control, decodeControl, encodeControl } from './control.ts';

export interface HdlcFrame {
  /** Whether the information goes on in the next frame (the S bit of the format field). */
  readonly segmented: boolean;
  readonly destination: HdlcAddress;
  readonly source: HdlcAddress;
  readonly control: Control;
  /** Empty for none. */
  readonly information: Uint8Array;
}

/** Begins and ends a frame; one flag may do both between two frames. */
export const FLAG = 0x7e;
/** Octets of the format field. */
const FORMAT_LENGTH = 2;
/** Longest frame that the eleven bits of the length can tell, without its flags. */
const FRAME_LENGTH_MAXIMUM = 0x7ff;
/** Format, two addresses of an octet, control, FCS. */
const FRAME_LENGTH_MINIMUM = 7;

const FORMAT_TYPE = 0xa000;
const FORMAT_TYPE_MASK = 0xf000;
const SEGMENTATION = 0x0800;
const CHECK_LENGTH = 2;

/** The bytes of a frame with both flags. @throws CodecError when it is too long or an address does not fit */
export function encodeFrame(frame: HdlcFrame): Uint8Array {
  const { information, control } = frame;
  const destination = encodeAddress('destination address', frame.destination);
  const source = encodeAddress('source address', frame.source);
  const headLength = FORMAT_LENGTH + destination.length + source.length + 1;
  const hasInformation = information.length > 0;
  const bodyLength = hasInformation ? CHECK_LENGTH + information.length : 0;
  const length = headLength + bodyLength + CHECK_LENGTH;
  if (length > FRAME_LENGTH_MAXIMUM) {
    throw new CodecError(`frame length: ${length} octets, ${FRAME_LENGTH_MAXIMUM} is the most`);
  }
  const bytes = new Uint8Array(length + 2);
  const format = FORMAT_TYPE | (frame.segmented ? SEGMENTATION : 0) | length;
  const head = [format >> 8, format & 0xff, ...destination, ...source, encodeControl(control)];
  bytes.set([FLAG, ...head]);
  if (hasInformation) {
    putCheck(bytes, 1 + headLength);
    bytes.set(information, 1 + headLength + CHECK_LENGTH);
  }
  putCheck(bytes, 1 + length - CHECK_LENGTH);
  bytes[length + 1] = FLAG;
  return bytes;
}

/**
 * The length that the format field tells, from the first octet of the format to the last of the FCS.
 * @returns null when these two octets begin no frame of format type 3
 */
export function frameLengthIn(high: number, low: number): number | null {
  const format = (high << 8) | low;
  const length = format & FRAME_LENGTH_MAXIMUM;
  return (format & FORMAT_TYPE_MASK) === FORMAT_TYPE && length >= FRAME_LENGTH_MINIMUM
    ? length
    : null;
}

/**
 * Reads what stands between two flags.
 * @throws CodecError when format or length is wrong, a check sequence does not match, or fields are missing
 */
export function decodeFrame(bytes: Uint8Array): HdlcFrame {
  const reader = new ByteReader(bytes);
  const format = reader.unsigned('format', FORMAT_LENGTH, 'big-endian');
  const length = frameLengthIn(format >> 8, format & 0xff);
  if (length === null) throw new CodecError(`format: ${format.toString(16)} is no frame format 3`);
  if (length !== bytes.length) {
    throw new CodecError(`frame length: ${length} octets told, ${bytes.length} came`);
  }
  const check = crc16X25(bytes.subarray(0, length - CHECK_LENGTH));
  matched('FCS', checkAt(bytes, length - CHECK_LENGTH), check);
  const destination = readAddress('destination address', reader);
  const source = readAddress('source address', reader);
  const control = decodeControl(reader.octet('control'));
  return {
    segmented: (format & SEGMENTATION) !== 0,
    destination,
    source,
    control,
    information: readInformation(reader, bytes),
  };
}

function readInformation(reader: ByteReader, bytes: Uint8Array): Uint8Array {
  const headLength = reader.offset;
  // The FCS alone: a frame without information has no HCS (6.4.4).
  if (reader.left === CHECK_LENGTH) return new Uint8Array();
  const sent = reader.unsigned('HCS', CHECK_LENGTH, 'little-endian');
  matched('HCS', sent, crc16X25(bytes.subarray(0, headLength)));
  if (reader.left <= CHECK_LENGTH) throw new CodecError('information: an HCS, but no octets');
  return reader.bytes('information', reader.left - CHECK_LENGTH);
}

function putCheck(bytes: Uint8Array, at: number): void {
  const check = crc16X25(bytes.subarray(1, at));
  bytes[at] = check & 0xff;
  bytes[at + 1] = check >> 8;
}

function checkAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function matched(field: string, sent: number, computed: number): void {
  if (sent === computed) return;
  const [was, wanted] = [sent, computed].map((check) => check.toString(16).padStart(4, '0'));
  throw new CodecError(`${field}: ${was} sent, ${wanted} computed`);
}
