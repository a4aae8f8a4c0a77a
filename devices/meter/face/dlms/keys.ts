import type { KeyRing } from '../../cosem-columns.ts';
import type { Subject } from './subject.ts';
import { cosemOf } from '../../cosem.ts';

/** The keys that are in use: those of the factory, until they were changed. */
export function keysOf({
  meters,
  row,
  factoryKeys,
}: Pick<Subject, 'meters' | 'row' | 'factoryKeys'>): KeyRing {
  return cosemOf(meters).keys.get(row) ?? factoryKeys;
}
