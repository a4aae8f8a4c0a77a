import { z } from 'zod';
import { defineDriver } from '../driver/driver.ts';
import type { ByteChannel } from '../port/channel.ts';
import type { Clock } from '../port/clock.ts';
import type { OpticalPort, OpticalSession } from '../port/instrument.ts';
import { createOpticalClient, type OpticalClient } from './c12-18-client.ts';
import { written } from '../written-quantity.ts';
import { OpticalTwin } from './optical-twin.ts';
import { TableReader } from './table-reader.ts';

export const OPTICAL_BAUD_RATE = 9600;
const BITS_PER_BYTE = 10;
const PACKETS = { packetSize: 512, packets: 8 } as const;
const KEY_ID = 0;
const USER = { id: 2, name: 'meterbench' } as const;

const line = z.enum(['on', 'off']);

export const c1218 = defineDriver({
  role: 'optical-port',
  name: 'c12-18',
  summary: 'ANSI C12.18 over an optical probe on a serial port.',
  reach: 'line',
  options: {
    lines: z
      .strictObject({ dtr: line, rts: line, settle: written('ns') })
      .optional()
      .describe('How this probe wants its control lines; probes differ.'),
  },
  async open({ lines }, context) {
    const channel = await context.openLine({
      baudRate: OPTICAL_BAUD_RATE,
      lines:
        lines === undefined
          ? null
          : { dtr: lines.dtr === 'on', rts: lines.rts === 'on', settleNs: lines.settle },
    });
    const password = context.secret('optical-password');
    return new SerialOpticalPort({ channel, clock: context.clock, password });
  },
  twin: (_options, { physics, meter }) => new OpticalTwin({ physics, ...meter }),
});

export interface SerialOpticalPortOptions {
  readonly channel: ByteChannel;
  readonly clock: Clock;
  readonly password: Uint8Array;
}

/** The optical port over a serial channel: a session is Identify to Terminate, logged on and secured. */
class SerialOpticalPort implements OpticalPort {
  readonly #options: SerialOpticalPortOptions;
  readonly #tables = new TableReader();

  constructor(options: SerialOpticalPortOptions) {
    this.#options = options;
  }

  /** Who the probe is shows nowhere; the meter behind it is another matter. */
  identify(): Promise<null> {
    return Promise.resolve(null);
  }

  release(): Promise<void> {
    return this.#options.channel.close();
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
      readBytes: async (table) => (await client.readTable(table)).bytes,
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
