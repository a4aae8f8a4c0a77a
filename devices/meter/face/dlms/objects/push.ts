import { array, type Data, number, structure, numberIn } from '../../../../protocol/dlms/data.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import { alarmsOf } from '../../../cosem.ts';
import { ALARM_REGISTERS } from '../../../cosem-columns.ts';
import { ACCESS, type CosemObject, fixed, kept, keptData, live, object } from '../object.ts';
import { PUSH_SETUPS } from '../pushes.ts';
import type { Subject } from '../subject.ts';
import { EMPTY_ARRAY, EMPTY_OCTETS, name } from '../values.ts';

/** Alarm registers with their filters, push setups (class 40), and what starts a push (9, 22). */

const EQUIPMENT_ID: Obis = '0.0.96.1.0.255';
const PUSH_SCRIPT: Obis = '0.0.10.0.108.255';
/** All alarms are pushed while nobody filters them. */
const NO_FILTER = 0xffff_ffff;
const registers = Array.from({ length: ALARM_REGISTERS }, (_, place) => place);

export const PUSH_OBJECTS: readonly CosemObject[] = [
  ...registers.map((place) =>
    object(1, 0, registerName(place), [
      live(
        2,
        (subject) => alarms(subject, place),
        ACCESS.settable,
        (subject, value) => {
          const wanted = numberIn(value);
          if (value.type !== 'double-long-unsigned' || wanted === null) return 'type-unmatched';
          // Bits are latched; what is written says which of them stay.
          const { meters, row } = subject;
          const cleared = alarmsOf(meters, row, place + 1) & ~wanted;
          subject.operate({ kind: 'clear-alarm', register: place + 1, bits: cleared });
          return 'success';
        },
      ),
    ]),
  ),
  ...registers.map((place) =>
    keptData(`0.0.97.98.${10 + place}.255`, number('double-long-unsigned', NO_FILTER)),
  ),
  keptData('0.0.97.97.0.255', number('double-long-unsigned', 0)),
  ...Object.values(PUSH_SETUPS).map(({ setup, registers: pushed }) =>
    object(40, 0, setup, [
      fixed(2, objectList(setup, pushed)),
      kept(3, structure(number('enum', 0), EMPTY_OCTETS, number('enum', 0))),
      kept(4, EMPTY_ARRAY),
      kept(5, number('long-unsigned', 0)),
      kept(6, number('unsigned', 0)),
      kept(7, number('long-unsigned', 0)),
    ]),
  ),
  object(9, 0, PUSH_SCRIPT, [fixed(2, EMPTY_ARRAY)]),
  ...(['0.0.15.0.4.255', '0.0.15.0.2.255', '0.0.15.2.4.255'] as const).map((schedule) =>
    object(22, 0, schedule, [
      fixed(2, structure(name(PUSH_SCRIPT), number('long-unsigned', 1))),
      fixed(3, number('enum', 1)),
      kept(4, EMPTY_ARRAY),
    ]),
  ),
];

function registerName(place: number): Obis {
  return `0.0.97.98.${place}.255`;
}

function alarms({ meters, row }: Subject, place: number): Data {
  return number('double-long-unsigned', alarmsOf(meters, row, place + 1));
}

function element(classId: number, logicalName: Obis, attribute: number): Data {
  return structure(
    number('long-unsigned', classId),
    name(logicalName),
    number('integer', attribute),
    number('long-unsigned', 0),
  );
}

/** push_object_list: who, which push setup, and the alarm registers. */
function objectList(setup: Obis, pushed: readonly number[]): Data {
  return array([
    element(1, EQUIPMENT_ID, 2),
    element(40, setup, 1),
    ...pushed.map((register) => element(1, registerName(register - 1), 2)),
  ]);
}
