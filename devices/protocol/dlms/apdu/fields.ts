/** Fields that the services of xDLMS share. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import {
  nameOf,
  readBoolean,
  readOctets,
  readPresence,
  writeBoolean,
  writeOctets,
} from '../axdr.ts';
import { readData, writeData } from '../data-codec.ts';
import { obisBytes, obisText } from '../obis.ts';
import { ACTION_RESULTS, DATA_ACCESS_RESULTS } from '../result.ts';
import type { ActionResult, DataAccessResult, DataRefusal } from '../result.ts';
import type {
  AttributeDescriptor,
  DataBlock,
  GetDataResult,
  InvokeId,
  LongInvokeId,
  MethodDescriptor,
  SelectedAttribute,
  Selection,
} from './types.ts';

const INVOKE_ID_MASK = 0x0f;
const CONFIRMED = 0x40;
const HIGH_PRIORITY = 0x80;
/** Bits of the highest octet of a Long-Invoke-Id-And-Priority: 28, 29, 30 and 31 of the whole. */
const LONG_BITS = {
  selfDescriptive: 0x10,
  breakOnError: 0x20,
  confirmed: 0x40,
  highPriority: 0x80,
};
const DATE_TIME_OCTETS = 12;
const LOGICAL_NAME_OCTETS = 6;

export function readInvokeId(reader: ByteReader): InvokeId {
  const octet = reader.octet('invoke-id-and-priority');
  return {
    id: octet & INVOKE_ID_MASK,
    confirmed: (octet & CONFIRMED) !== 0,
    highPriority: (octet & HIGH_PRIORITY) !== 0,
  };
}

export function writeInvokeId(writer: ByteWriter, invokeId: InvokeId): void {
  const { id, confirmed, highPriority } = invokeId;
  if (id < 0 || id > INVOKE_ID_MASK) {
    throw new CodecError(`invoke-id: 0 to ${INVOKE_ID_MASK} wanted, ${id} given`);
  }
  writer.octet(
    'invoke-id-and-priority',
    id + (confirmed ? CONFIRMED : 0) + (highPriority ? HIGH_PRIORITY : 0),
  );
}

export function readLongInvokeId(reader: ByteReader): LongInvokeId {
  const octet = reader.octet('long-invoke-id-and-priority');
  return {
    id: reader.unsigned('long-invoke-id', 3, 'big-endian'),
    selfDescriptive: (octet & LONG_BITS.selfDescriptive) !== 0,
    breakOnError: (octet & LONG_BITS.breakOnError) !== 0,
    confirmed: (octet & LONG_BITS.confirmed) !== 0,
    highPriority: (octet & LONG_BITS.highPriority) !== 0,
  };
}

export function writeLongInvokeId(writer: ByteWriter, invokeId: LongInvokeId): void {
  const octet =
    (invokeId.selfDescriptive ? LONG_BITS.selfDescriptive : 0) +
    (invokeId.breakOnError ? LONG_BITS.breakOnError : 0) +
    (invokeId.confirmed ? LONG_BITS.confirmed : 0) +
    (invokeId.highPriority ? LONG_BITS.highPriority : 0);
  writer
    .octet('long-invoke-id-and-priority', octet)
    .unsigned('long-invoke-id', invokeId.id, 3, 'big-endian');
}

/** The date-time of a push or an access: a plain octet-string, empty for none. @throws CodecError */
export function readDateTime(reader: ByteReader): Uint8Array {
  return checkedDateTime(readOctets(reader, 'date-time'));
}

export function writeDateTime(writer: ByteWriter, dateTime: Uint8Array): void {
  writeOctets(writer, checkedDateTime(dateTime));
}

function checkedDateTime(octets: Uint8Array): Uint8Array {
  if (octets.length !== 0 && octets.length !== DATE_TIME_OCTETS) {
    throw new CodecError(`date-time: 0 or ${DATE_TIME_OCTETS} octets wanted, not ${octets.length}`);
  }
  return octets;
}

export function readAttribute(reader: ByteReader): AttributeDescriptor {
  return {
    classId: reader.unsigned('class-id', 2, 'big-endian'),
    logicalName: obisText(reader.view('instance-id', LOGICAL_NAME_OCTETS)),
    attribute: reader.signed('attribute-id', 1, 'big-endian'),
  };
}

export function writeAttribute(writer: ByteWriter, descriptor: AttributeDescriptor): void {
  writer
    .unsigned('class-id', descriptor.classId, 2, 'big-endian')
    .bytes(obisBytes(descriptor.logicalName))
    .signed('attribute-id', descriptor.attribute, 1, 'big-endian');
}

export function readSelectedAttribute(reader: ByteReader): SelectedAttribute {
  const descriptor = readAttribute(reader);
  const selection = readPresence(reader, 'access-selection') ? readSelection(reader) : null;
  return { ...descriptor, selection };
}

export function writeSelectedAttribute(writer: ByteWriter, attribute: SelectedAttribute): void {
  writeAttribute(writer, attribute);
  writeBoolean(writer, attribute.selection !== null);
  if (attribute.selection !== null) writeSelection(writer, attribute.selection);
}

export function readSelection(reader: ByteReader): Selection {
  return { selector: reader.octet('access-selector'), parameters: readData(reader) };
}

export function writeSelection(writer: ByteWriter, selection: Selection): void {
  writer.octet('access-selector', selection.selector);
  writeData(writer, selection.parameters);
}

export function readMethod(reader: ByteReader): MethodDescriptor {
  return {
    classId: reader.unsigned('class-id', 2, 'big-endian'),
    logicalName: obisText(reader.view('instance-id', LOGICAL_NAME_OCTETS)),
    method: reader.signed('method-id', 1, 'big-endian'),
  };
}

export function writeMethod(writer: ByteWriter, descriptor: MethodDescriptor): void {
  writer
    .unsigned('class-id', descriptor.classId, 2, 'big-endian')
    .bytes(obisBytes(descriptor.logicalName))
    .signed('method-id', descriptor.method, 1, 'big-endian');
}

export function readBlockNumber(reader: ByteReader): number {
  return reader.unsigned('block-number', 4, 'big-endian');
}

export function writeBlockNumber(writer: ByteWriter, blockNumber: number): void {
  writer.unsigned('block-number', blockNumber, 4, 'big-endian');
}

export function readBlock(reader: ByteReader): DataBlock {
  return {
    last: readBoolean(reader, 'last-block'),
    blockNumber: readBlockNumber(reader),
    raw: readOctets(reader, 'raw-data'),
  };
}

export function writeBlock(writer: ByteWriter, block: DataBlock): void {
  writeBoolean(writer, block.last);
  writeBlockNumber(writer, block.blockNumber);
  writeOctets(writer, block.raw);
}

export function readDataAccessResult(reader: ByteReader): DataAccessResult {
  const field = 'data-access-result';
  return nameOf(field, DATA_ACCESS_RESULTS, reader.octet(field));
}

export function writeDataAccessResult(writer: ByteWriter, result: DataAccessResult): void {
  writer.octet('data-access-result', DATA_ACCESS_RESULTS[result]);
}

export function readRefusal(reader: ByteReader): DataRefusal {
  const result = readDataAccessResult(reader);
  if (result === 'success') {
    throw new CodecError('data-access-result: success without data');
  }
  return result;
}

export function readActionResult(reader: ByteReader): ActionResult {
  const field = 'action-result';
  return nameOf(field, ACTION_RESULTS, reader.octet(field));
}

export function writeActionResult(writer: ByteWriter, result: ActionResult): void {
  writer.octet('action-result', ACTION_RESULTS[result]);
}

const GET_DATA_RESULT = { data: 0, refusal: 1 } as const;

export function readGetDataResult(reader: ByteReader): GetDataResult {
  const choice = nameOf('Get-Data-Result', GET_DATA_RESULT, reader.octet('Get-Data-Result'));
  return choice === 'data'
    ? { result: 'data', data: readData(reader) }
    : { result: readRefusal(reader) };
}

export function writeGetDataResult(writer: ByteWriter, result: GetDataResult): void {
  if (result.result === 'data') {
    writer.octet('Get-Data-Result', GET_DATA_RESULT.data);
    writeData(writer, result.data);
  } else {
    writer.octet('Get-Data-Result', GET_DATA_RESULT.refusal);
    writeDataAccessResult(writer, result.result);
  }
}
