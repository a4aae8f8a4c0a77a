import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { OpticalPort, OpticalSession } from '../port/instrument.ts';
import { createOpticalClient, type OpticalClient } from './c12-18-client.ts';
import { TableReader } from './table-reader.ts';

export const OPTICAL_BAUD_RATE = 9600;
const BITS_PER_BYTE = 10;
const PACKETS = { packetSize: 512, packets: 8 } as const;
const KEY_ID = 0;
const USER = { id: 2, name: 'meterbench' } as const;

export interface SerialOpticalPortOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly password: Uint8Array;
}

/** The optical port over a serial channel: a session is Identify to Terminate, logged on and secured. */
export class SerialOpticalPort implements OpticalPort {
  readonly #options: SerialOpticalPortOptions;
  readonly #tables = new TableReader();

  constructor(options: SerialOpticalPortOptions) {
    this.#options = options;
  }

  async open(): Promise<OpticalSession> {
    const { channel, clock, password } = this.#options;
    const client = createOpticalClient(channel, clock);
    try {
      await logOn(client, password);
    } catch (error) {
      client.close();
      throw error;
    }
    return {
      readTable: (table) => this.#tables.read(client, table),
      runProcedure: async (procedure, parameters) =>
        (await client.runProcedure({ number: procedure }, parameters)).resultCode,
      wireNs: (byteCount) => (byteCount * BITS_PER_BYTE * 1e9) / OPTICAL_BAUD_RATE,
      close: () => close(client),
    };
  }
}

/**
 * From Identify to a password that was accepted.
 * @param key of C12.21's Authenticate, which takes the place of the password
 * @throws BenchError
 */
export async function logOn(
  client: OpticalClient,
  password: Uint8Array,
  key: Uint8Array | null = null,
): Promise<void> {
  await client.identify();
  await client.negotiate(PACKETS);
  if (key !== null) await client.authenticate(KEY_ID, key);
  await client.logon(USER.id, USER.name);
  if (key === null) await client.security(password);
}

async function close(client: OpticalClient): Promise<void> {
  try {
    await client.logoff();
    await client.terminate();
  } finally {
    client.close();
  }
}
