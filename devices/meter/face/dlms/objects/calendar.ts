import { number } from '../../../../protocol/dlms/data.ts';
import { type CosemObject, fixed, kept, method, object } from '../object.ts';
import { EMPTY_ARRAY, EMPTY_OCTETS, text } from '../values.ts';

/**
 * Activity calendar (class 20) and special days (11): kept and told. The model has one tariff, so
 * that nothing is switched by them.
 */

const NEVER = new Uint8Array(12).fill(0xff);

export const CALENDAR_OBJECTS: readonly CosemObject[] = [
  object(
    20,
    0,
    '0.0.13.0.0.255',
    [
      kept(2, text('')),
      kept(3, EMPTY_ARRAY),
      kept(4, EMPTY_ARRAY),
      kept(5, EMPTY_ARRAY),
      kept(6, text('')),
      kept(7, EMPTY_ARRAY),
      kept(8, EMPTY_ARRAY),
      kept(9, EMPTY_ARRAY),
      kept(10, { type: 'octet-string', bytes: NEVER }),
    ],
    [method(1, () => 'other-reason')],
  ),
  object(11, 0, '0.0.11.0.0.255', [kept(2, EMPTY_ARRAY)]),
  object(1, 0, '0.0.96.14.0.255', [fixed(2, number('unsigned', 1))]),
  object(1, 0, '0.0.96.13.0.255', [kept(2, EMPTY_OCTETS)]),
];
