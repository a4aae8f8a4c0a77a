/** What a meter sends unasked: DataNotification and EventNotification. */
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { readOctets, writeOctets } from '../axdr.ts';
import { readData, writeData } from '../data-codec.ts';
import type { Report } from '../finding.ts';
import {
  readAttribute,
  readDateTime,
  readLongInvokeId,
  writeAttribute,
  writeDateTime,
  writeLongInvokeId,
} from './fields.ts';
import type { DataNotification, EventNotification } from './types.ts';

const TIME_OCTETS = 12;
/** What may stand where the flag of the OPTIONAL time belongs. */
const TIME_FORMS = {
  absent: 0x00,
  present: 0x01,
  /** Gurux C leaves the flag out: this is the length. */
  withoutFlag: TIME_OCTETS,
  /** The Iskra MX382 sends Data: this is the tag of an octet-string. */
  asData: 0x09,
} as const;

export function readDataNotification(reader: ByteReader): DataNotification {
  return {
    service: 'data-notification',
    longInvokeId: readLongInvokeId(reader),
    dateTime: readDateTime(reader),
    body: readData(reader),
  };
}

export function writeDataNotification(writer: ByteWriter, notification: DataNotification): void {
  writeLongInvokeId(writer, notification.longInvokeId);
  writeDateTime(writer, notification.dateTime);
  writeData(writer, notification.body);
}

export function readEventNotification(reader: ByteReader, report?: Report): EventNotification {
  return {
    service: 'event-notification',
    time: readTime(reader, report),
    attribute: readAttribute(reader),
    value: readData(reader),
  };
}

export function writeEventNotification(writer: ByteWriter, notification: EventNotification): void {
  const { time, attribute, value } = notification;
  writer.octet('time presence', time === null ? TIME_FORMS.absent : TIME_FORMS.present);
  if (time !== null) writeOctets(writer, checkedTime(time));
  writeAttribute(writer, attribute);
  writeData(writer, value);
}

/** All forms are taken, with or without a report: meters that send them are in the field. */
function readTime(reader: ByteReader, report?: Report): Uint8Array | null {
  const form = reader.octet('time presence');
  switch (form) {
    case TIME_FORMS.absent:
      return null;
    case TIME_FORMS.present:
      return checkedTime(readOctets(reader, 'time'));
    case TIME_FORMS.withoutFlag:
      report?.({ name: 'event-time-without-flag', detail: 'the length stands where 01 belongs' });
      return reader.bytes('time', TIME_OCTETS);
    case TIME_FORMS.asData:
      report?.({ name: 'event-time-as-data', detail: 'an octet-string stands where 01 belongs' });
      return checkedTime(readOctets(reader, 'time'));
    default:
      throw new CodecError(`time presence: 0 or 1 wanted, ${form} before offset ${reader.offset}`);
  }
}

function checkedTime(time: Uint8Array): Uint8Array {
  if (time.length !== TIME_OCTETS) {
    throw new CodecError(`time: ${TIME_OCTETS} octets wanted, not ${time.length}`);
  }
  return time;
}
