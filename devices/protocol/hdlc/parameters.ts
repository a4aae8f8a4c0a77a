/** What SNRM asks for and UA grants: lengths of information and windows (IEC 62056-46, 6.4.4.4.3.2). */
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/codec-error.ts';

/** As seen by whoever sends them: what it transmits is what the other end receives. */
export interface HdlcParameters {
  /** Octets of information in a frame. */
  readonly informationTransmit: number;
  readonly informationReceive: number;
  /** Frames that may be under way without an acknowledgement, 1 to 7. */
  readonly windowTransmit: number;
  readonly windowReceive: number;
}

/** What holds where nothing is said. */
export const PARAMETER_DEFAULTS: HdlcParameters = {
  informationTransmit: 128,
  informationReceive: 128,
  windowTransmit: 1,
  windowReceive: 1,
};

/** Longest information that any frame may carry (6.4.4.4.3.2). */
const INFORMATION_MAXIMUM = 2030;
const WINDOW_MAXIMUM = 7;

const FORMAT_IDENTIFIER = 0x81;
const PARAMETER_GROUP = 0x80;
const INFORMATION_TRANSMIT = 0x05;
const INFORMATION_RECEIVE = 0x06;
const WINDOW_TRANSMIT = 0x07;
const WINDOW_RECEIVE = 0x08;

/** The information field of a SNRM or UA. @throws CodecError when a number is out of its range */
export function encodeParameters(parameters: HdlcParameters): Uint8Array {
  const { informationTransmit, informationReceive, windowTransmit, windowReceive } = parameters;
  for (const value of [informationTransmit, informationReceive]) {
    within('length of information', value, INFORMATION_MAXIMUM);
  }
  for (const value of [windowTransmit, windowReceive]) within('window', value, WINDOW_MAXIMUM);
  const values = new ByteWriter();
  const put = (identifier: number, value: number, octets: number) =>
    values
      .octet('parameter', identifier)
      .octet('length', octets)
      .unsigned('value', value, octets, 'big-endian');
  put(INFORMATION_TRANSMIT, informationTransmit, informationTransmit > 0xff ? 2 : 1);
  put(INFORMATION_RECEIVE, informationReceive, informationReceive > 0xff ? 2 : 1);
  put(WINDOW_TRANSMIT, windowTransmit, 4);
  put(WINDOW_RECEIVE, windowReceive, 4);
  const bytes = values.finish();
  return Uint8Array.of(FORMAT_IDENTIFIER, PARAMETER_GROUP, bytes.length, ...bytes);
}

/**
 * Reads the information of a SNRM or UA; empty, or a parameter that is not in it, means the default.
 * Groups and parameters that are not known are skipped; who asks for more than there is, asks for
 * the most.
 * @throws CodecError when it is cut, or a parameter is 0
 */
export function decodeParameters(information: Uint8Array): HdlcParameters {
  const values = information.length === 0 ? new Map<number, number>() : readGroups(information);
  const ranged = (identifier: number, otherwise: number, most: number) => {
    const value = Math.min(values.get(identifier) ?? otherwise, most);
    return within(`parameter ${identifier.toString(16).padStart(2, '0')}`, value, most);
  };
  const { informationTransmit, informationReceive } = PARAMETER_DEFAULTS;
  return {
    informationTransmit: ranged(INFORMATION_TRANSMIT, informationTransmit, INFORMATION_MAXIMUM),
    informationReceive: ranged(INFORMATION_RECEIVE, informationReceive, INFORMATION_MAXIMUM),
    windowTransmit: ranged(WINDOW_TRANSMIT, PARAMETER_DEFAULTS.windowTransmit, WINDOW_MAXIMUM),
    windowReceive: ranged(WINDOW_RECEIVE, PARAMETER_DEFAULTS.windowReceive, WINDOW_MAXIMUM),
  };
}

/** What a server grants: of what it can and what the client can, the smaller. Seen by the server. */
export function granted(own: HdlcParameters, asked: HdlcParameters): HdlcParameters {
  return {
    informationTransmit: Math.min(own.informationTransmit, asked.informationReceive),
    informationReceive: Math.min(own.informationReceive, asked.informationTransmit),
    windowTransmit: Math.min(own.windowTransmit, asked.windowReceive),
    windowReceive: Math.min(own.windowReceive, asked.windowTransmit),
  };
}

function readGroups(information: Uint8Array): Map<number, number> {
  const reader = new ByteReader(information);
  const format = reader.octet('format identifier');
  if (format !== FORMAT_IDENTIFIER) {
    throw new CodecError(`format identifier: ${format.toString(16)}, 81 is known`);
  }
  const values = new Map<number, number>();
  while (reader.left > 0) {
    const group = reader.octet('group identifier');
    const bytes = reader.bytes('group', reader.octet('length of the group'));
    if (group === PARAMETER_GROUP) readValues(new ByteReader(bytes), values);
  }
  return values;
}

function readValues(reader: ByteReader, values: Map<number, number>): void {
  while (reader.left > 0) {
    const identifier = reader.octet('parameter');
    const length = reader.octet('length of the parameter');
    const value = reader.bytes('value of the parameter', length);
    if (identifier < INFORMATION_TRANSMIT || identifier > WINDOW_RECEIVE) continue;
    values.set(
      identifier,
      value.reduce((sum, octet) => sum * 256 + octet, 0),
    );
  }
}

/** @throws CodecError */
function within(what: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new CodecError(`${what}: ${value} is not within 1 to ${most}`);
  }
  return value;
}
