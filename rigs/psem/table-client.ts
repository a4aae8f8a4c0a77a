/** Bytes of a table, or of a part of it, with the two instants between which they were taken. */
export interface TableRead {
  readonly table: number;
  readonly bytes: Uint8Array;
  /** The earliest instant at which the request can have been with the meter, bench ns. */
  readonly requestedAtNs: number;
  /** Arrival of the last byte of the answer, bench ns. */
  readonly answeredAtNs: number;
}

/** Whoever can read tables, over whatever language. */
export interface TableClient {
  /** @throws BenchError when the meter refuses or does not answer */
  readTable(table: number): Promise<TableRead>;
}
