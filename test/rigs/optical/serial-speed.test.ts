import { expect, test } from 'vitest';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { OpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import { SimulatedClock } from '../../../rigs/clock/simulated.ts';
import { createOpticalClient } from '../../../rigs/optical/c12-18-client.ts';
import { openSerialChannel } from '../../../rigs/serial/serial-channel.ts';
import { SimulatedLine } from '../../../rigs/serial/simulated-line.ts';
import type { Twin } from '../../../rigs/serial/twin.ts';
import { recordedHost } from '../../devices/protocol/meter-host.ts';
import { tableHex } from '../../devices/protocol/vectors.ts';

/** A meter at the far end that answers at once, and tells how fast its port is. */
class FastTwin implements Twin {
  readonly speeds: number[] = [];
  readonly #server: OpticalServer;
  #send: (bytes: Uint8Array) => void = () => {};

  constructor() {
    this.#server = createOpticalServer(recordedHost(), {
      baudCodes: [6, 12],
      speedChanged: (speed) => this.speeds.push(speed),
    });
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(bytes: Uint8Array, nowNs: number): void {
    for (const answer of this.#server.receive(nowNs, bytes)) this.#send(answer);
  }
}

test('over a serial port a session is as fast as both sides can, and the next one starts at 9600', async () => {
  const clock = new SimulatedClock(0);
  const twin = new FastTwin();
  const line = new SimulatedLine('optical', clock, twin);
  const { binding, path } = line;
  const channel = await openSerialChannel({
    name: 'probe',
    path,
    baudRate: 9600,
    binding,
    clock,
    lines: null,
  });
  const client = createOpticalClient(channel, clock, { baudCodes: [6, 12] });

  const readings: { took: number; hex: string }[] = [];
  const readSt6 = async (): Promise<void> => {
    const { bytes, requestedAtNs, answeredAtNs } = await client.readTable(6);
    readings.push({ took: answeredAtNs - requestedAtNs, hex: toHex(bytes) });
  };
  await client.identify();
  await client.negotiate({ packetSize: 512, packets: 1 });
  await client.logon(0, '0000');
  await readSt6();
  await client.terminate();
  await client.identify();
  await client.negotiate({ packetSize: 512, packets: 1, baudCodes: [6] });
  await client.logon(0, '0000');
  await readSt6();
  await client.terminate();
  await channel.close();

  expect(readings.map(({ hex }) => hex)).toEqual([tableHex(6), tableHex(6)]);
  const [fast, slow] = readings.map(({ took }) => took);
  expect((slow ?? 0) / (fast ?? 1)).toBeCloseTo(115_200 / 9600, 1);
  expect(twin.speeds).toEqual([115_200, 9600]);
});
