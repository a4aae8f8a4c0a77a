import type { Meters } from '../../columns.ts';

/** Whose table is made, and when. */
export interface Subject {
  readonly meters: Meters;
  readonly row: number;
  readonly nowNs: number;
  readonly serial: string;
}

/** Makes the value of a table when it is read. */
export type TableMaker = (subject: Subject) => Readonly<Record<string, unknown>>;
export type TableMakers = Readonly<Record<number, TableMaker>>;

/** Seconds or minutes of UTC as the codec wants an instant; 0 is never. */
export function instantMs(utcSeconds: number): number | null {
  return utcSeconds === 0 ? null : utcSeconds * 1000;
}
