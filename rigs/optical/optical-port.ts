import { decodeTable, tablesNeededFor } from '../../devices/protocol/c12-19/tables.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { OpticalPort, OpticalSession, TableReading } from '../port/instrument.ts';
import { createOpticalClient, type OpticalClient } from './c12-18-client.ts';

export const OPTICAL_BAUD_RATE = 9600;
const BITS_PER_BYTE = 10;
const PACKETS = { packetSize: 512, packets: 8 } as const;
const USER = { id: 2, name: 'meterbench' } as const;

export interface SerialOpticalPortOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly password: Uint8Array;
}

/** The optical port over a serial channel: a session is Identify to Terminate, logged on and secured. */
export class SerialOpticalPort implements OpticalPort {
  readonly #options: SerialOpticalPortOptions;
  readonly #context: Record<number, Readonly<Record<string, unknown>>> = {};

  constructor(options: SerialOpticalPortOptions) {
    this.#options = options;
  }

  async open(): Promise<OpticalSession> {
    const { channel, clock, password } = this.#options;
    const client = createOpticalClient(channel, clock);
    try {
      await client.identify();
      await client.negotiate(PACKETS);
      await client.logon(USER.id, USER.name);
      await client.security(password);
    } catch (error) {
      client.close();
      throw error;
    }
    return {
      readTable: (table) => this.#read(client, table),
      runProcedure: async (procedure, parameters) =>
        (await client.runProcedure({ number: procedure }, parameters)).resultCode,
      wireNs: (byteCount) => (byteCount * BITS_PER_BYTE * 1e9) / OPTICAL_BAUD_RATE,
      close: () => close(client),
    };
  }

  async #read(client: OpticalClient, table: number): Promise<TableReading> {
    for (const earlier of tablesNeededFor(table)) {
      if (this.#context[earlier] === undefined) await this.#read(client, earlier);
    }
    const { bytes, requestedAtNs, answeredAtNs } = await client.readTable(table);
    const value = decodeTable(table, bytes, this.#context);
    this.#context[table] = value;
    return { table, bytes, value, requestedAtNs, answeredAtNs };
  }
}

async function close(client: OpticalClient): Promise<void> {
  try {
    await client.logoff();
    await client.terminate();
  } finally {
    client.close();
  }
}
