/**
 * Pushes as public decoders read them (GXF, Apache-2.0: SMR 5.x): who, which push setup, and alarm
 * registers, in a DataNotification without a time. For collectors that know no more than that.
 */
import type { DataNotification } from '../../../protocol/dlms/apdu/types.ts';
import { number, structure } from '../../../protocol/dlms/data.ts';
import type { Obis } from '../../../protocol/dlms/obis.ts';
import { name, text } from './values.ts';

export type PushKind = 'scheduled' | 'alarm' | 'last-gasp';

/** The push setup of each kind, and the alarm registers (1 to 3) that it tells. */
export const PUSH_SETUPS: Readonly<
  Record<PushKind, { readonly setup: Obis; readonly registers: readonly number[] }>
> = {
  scheduled: { setup: '0.0.25.9.0.255', registers: [] },
  alarm: { setup: '0.1.25.9.0.255', registers: [1] },
  'last-gasp': { setup: '0.3.25.9.0.255', registers: [3] },
};

const EQUIPMENT_ID_CHARACTERS = 17;

/**
 * @param equipmentId 17 characters
 * @param words values of the alarm registers that the kind tells, in their order
 * @param id of the notification, 24 bits
 * @throws RangeError when the equipment id has another length
 */
export function pushOf(
  kind: PushKind,
  equipmentId: string,
  words: readonly number[],
  id: number,
): DataNotification {
  if (equipmentId.length !== EQUIPMENT_ID_CHARACTERS) {
    throw new RangeError(`equipment id: ${EQUIPMENT_ID_CHARACTERS} characters wanted`);
  }
  return {
    service: 'data-notification',
    longInvokeId: {
      id,
      selfDescriptive: false,
      breakOnError: false,
      confirmed: false,
      highPriority: false,
    },
    dateTime: new Uint8Array(),
    body: structure(
      text(equipmentId),
      name(PUSH_SETUPS[kind].setup),
      ...words.map((word) => number('double-long-unsigned', word)),
    ),
  };
}
