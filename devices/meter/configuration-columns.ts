/**
 * The meter's memory of tables that were written: non-volatile, a place of fixed length for each
 * table a row, and a second one for what is pending.
 */
export interface ConfigurationGroup {
  readonly active: TableMemory;
  readonly pending: TableMemory;
  /** When a pending table becomes active by itself, UTC seconds of the meter's clock; 0 is never. */
  readonly activatesAtSeconds: Uint32Array;
  /** The last activation, UTC seconds of the meter's clock; 0 is never. */
  readonly lastActivationSeconds: Uint32Array;
}

export interface TableMemory {
  readonly bytes: Uint8Array;
  /** Bit k: the table with place k was written. */
  readonly written: Uint8Array;
}

/** Tables that can be written, and how long they are in the formats of this meter's ST0. */
const LENGTHS = [
  { table: 5, bytes: 20 },
  { table: 6, bytes: 230 },
  { table: 13, bytes: 2 },
  { table: 53, bytes: 6 },
] as const;

/** Tables that can be written, by the places that they have in memory. */
export const CONFIGURATION_TABLES: readonly number[] = LENGTHS.map(({ table }) => table);

const BYTES_A_ROW = LENGTHS.reduce((sum, { bytes }) => sum + bytes, 0);

/** Where the bytes of a row's table stand. @throws RangeError for a table that cannot be written */
export function memoryRange(row: number, table: number): { from: number; to: number } {
  let from = row * BYTES_A_ROW;
  for (const slot of LENGTHS) {
    if (slot.table === table) return { from, to: from + slot.bytes };
    from += slot.bytes;
  }
  throw new RangeError(`ST${table} is not in the configuration memory`);
}

export function createConfiguration(count: number): ConfigurationGroup {
  const memory = (): TableMemory => ({
    bytes: new Uint8Array(count * BYTES_A_ROW),
    written: new Uint8Array(count),
  });
  return {
    active: memory(),
    pending: memory(),
    activatesAtSeconds: new Uint32Array(count * LENGTHS.length),
    lastActivationSeconds: new Uint32Array(count),
  };
}
