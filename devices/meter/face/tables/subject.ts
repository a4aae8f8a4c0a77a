import type { TableContext } from '../../../protocol/c12-19/tables.ts';
import type { Meters } from '../../columns.ts';

/** Whose table is made, and when. */
export interface Subject {
  readonly meters: Meters;
  readonly row: number;
  readonly nowNs: number;
  readonly serial: string;
}

/** Makes the value of a table when it is read; the context holds what never changes. */
export type TableMaker = (
  subject: Subject,
  context: TableContext,
) => Readonly<Record<string, unknown>>;
export type TableMakers = Readonly<Record<number, TableMaker>>;

/** Seconds of UTC as the codec wants an instant; 0 is never. */
export function instantMs(utcSeconds: number): number | null {
  return utcSeconds === 0 ? null : utcSeconds * 1000;
}
