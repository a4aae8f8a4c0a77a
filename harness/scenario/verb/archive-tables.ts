import { NS_PER_S } from '../../../devices/domain/time.ts';
import { defineVerb, NOTHING } from './verb.ts';

/** Some forty tables at 9600 Bd, the load profile among them. */
export const ARCHIVE_NS = 60 * NS_PER_S;

export const archiveTables = defineVerb({
  kind: 'archive-tables',
  summary: "Reads all the meter's tables of registers, settings and logs into the journal.",
  documentation: `Keeps the bytes of every standard table of the decades 0, 1, 2, 5, 6 and 7 that the meter says it has
(C12.19 ST0); one that it refuses to read is noted. In wall time this is done by itself before the first step
that writes to a meter under mains, so that whatever a run changes can be looked up.`,
  example: 'do: archive-tables',
  schema: NOTHING,
  effects: ['reads'],
  compile: () => ({ do: 'archive-tables' }),
  expectedNs: () => ARCHIVE_NS,
});
