import { decodeTable, tablesNeededFor } from '../../devices/protocol/c12-19/tables.ts';
import type { TableReading } from '../port/instrument.ts';
import type { TableClient } from '../psem/table-client.ts';

/**
 * Reads tables with their meaning: what must be known before a table can be understood is read
 * first, once, and remembered across sessions.
 */
export class TableReader {
  readonly #known: Record<number, TableReading['value']> = {};

  /** Tables understood so far, by number. */
  get known(): Readonly<Record<number, TableReading['value']>> {
    return this.#known;
  }

  /** @throws BenchError when the meter refuses, CodecError when its bytes make no table */
  async read(client: TableClient, table: number): Promise<TableReading> {
    for (const earlier of tablesNeededFor(table)) {
      if (this.#known[earlier] === undefined) await this.read(client, earlier);
    }
    const { bytes, requestedAtNs, answeredAtNs } = await client.readTable(table);
    const value = decodeTable(table, bytes, this.#known);
    this.#known[table] = value;
    return { table, bytes, value, requestedAtNs, answeredAtNs };
  }
}
