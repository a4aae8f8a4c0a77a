import {
  array,
  type Data,
  number,
  octetString,
  structure,
} from '../../../../protocol/dlms/data.ts';
import { activeFirmware } from '../firmware.ts';
import { ACCESS, type CosemObject, data, live, method, object } from '../object.ts';
import type { Subject } from '../subject.ts';
import { text } from '../values.ts';

/** Who the meter is: its logical device, its numbers, its firmware. */

const LOGICAL_DEVICE_NAME = '0.0.42.0.0.255';
export const SERVER_SAP = 1;

export const IDENTITY_OBJECTS: readonly CosemObject[] = [
  data(LOGICAL_DEVICE_NAME, logicalDeviceName, ACCESS.open),
  /** The one by which a collector knows who pushed. */
  data('0.0.96.1.0.255', ({ identity }) => text(identity.equipmentId)),
  data('0.0.96.1.1.255', ({ identity }) => text(identity.serial)),
  object(
    17,
    0,
    '0.0.41.0.0.255',
    [
      live(2, (subject) =>
        array([structure(number('long-unsigned', SERVER_SAP), logicalDeviceName(subject))]),
      ),
    ],
    [method(1, () => 'read-write-denied', [])],
  ),
  data('1.0.0.2.0.255', ({ meters, row }) => text(activeFirmware(meters, row))),
  data('1.0.0.2.8.255', firmwareSignature),
  /** Of the communication module. */
  data('1.2.0.2.0.255', ({ identity }) => text(identity.moduleVersion)),
  data('1.2.0.2.8.255', ({ image, identity }) =>
    octetString(image.sha256(latin1(identity.moduleVersion))),
  ),
];

function logicalDeviceName({ identity }: Subject): Data {
  return text(identity.logicalDeviceName);
}

/** The digest that stands for a signature; of the factory's firmware no image is there to reckon it. */
function firmwareSignature({ meters, row, image }: Subject): Data {
  const download = meters.downloads?.rows[row] ?? null;
  const firmware = activeFirmware(meters, row);
  const isThis = download?.phase === 'activated' && download.announced.version === firmware;
  return octetString(image.sha256(isThis ? download.bytes : latin1(firmware)));
}

function latin1(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0) & 0xff);
}
