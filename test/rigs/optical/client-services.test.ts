import { describe, expect, test } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { OpticalServerSettings } from '../../../devices/protocol/c12-18/server.ts';
import { encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import { DES, ELSTER_AES } from '../../../devices/protocol/c12-21/authentication.ts';
import { createOpticalClient } from '../../../rigs/optical/c12-18-client.ts';
import type { OpticalClient, OpticalClientSettings } from '../../../rigs/optical/c12-18-client.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import { PASSWORD, recordedHost } from '../../devices/protocol/meter-host.ts';
import { tableHex } from '../../devices/protocol/vectors.ts';
import { HandClock, MemoryChannel, wakeableServer } from './line.ts';

/** A line on which both sides have to be set to the same speed, or hear nothing of each other. */
class SpeedLine extends MemoryChannel {
  speed = 9600;
  /** Speeds that the near end was set to. */
  readonly set: number[] = [];
  refuses = false;

  override setBaudRate(speed = 0): Promise<void> {
    if (this.refuses) return Promise.reject(new BenchError('rig', 'memory: no such speed'));
    this.speed = speed;
    this.set.push(speed);
    return Promise.resolve();
  }
}

function bench(
  client: Partial<OpticalClientSettings> = {},
  server: Partial<OpticalServerSettings> = {},
): {
  readonly clock: HandClock;
  readonly channel: SpeedLine;
  readonly client: OpticalClient;
  readonly host: ReturnType<typeof recordedHost>;
  readonly run: <T>(work: Promise<T>) => Promise<T>;
} {
  const clock = new HandClock();
  const host = recordedHost();
  let meterSpeed = 9600;
  const meter = createOpticalServer(host, {
    speedChanged: (speed) => {
      meterSpeed = speed;
    },
    ...server,
  });
  const channel: SpeedLine = new SpeedLine(clock, {
    answer: (bytes) =>
      channel.refuses || channel.speed === meterSpeed ? meter.receive(clock.nowNs(), bytes) : [],
    delayNs: 3 * NS_PER_MS,
  });
  const others = [channel, wakeableServer(meter, channel, clock)];
  return {
    clock,
    channel,
    host,
    client: createOpticalClient(channel, clock, client),
    run: (work) => clock.run(work, others),
  };
}

async function logOn(client: OpticalClient): Promise<void> {
  await client.identify();
  await client.negotiate({ packetSize: 512, packets: 8 });
  await client.logon(0, '0000');
  await client.security(PASSWORD);
}

describe('reads and writes by index', () => {
  test('name elements, which the meter finds', async () => {
    const { client, host, run } = bench();
    const located: unknown[] = [];
    host.locate = (table, index, elements) => {
      located.push([table, index, elements]);
      return { offset: 2, count: elements };
    };
    await run(logOn(client));
    expect(toHex((await run(client.readTableByIndex(5, [0, 2], 3))).bytes)).toBe('303338');
    await run(client.writeTableByIndex(5, [1, 2, 3, 4, 5, 6, 7, 8, 9], fromHex('0a')));
    expect(located).toEqual([
      [5, [0, 2], 3],
      [5, [1, 2, 3, 4, 5, 6, 7, 8, 9], 1],
    ]);
    expect(host.calls.at(-1)).toBe('write 5 at 2: 1 bytes');
  });

  test('are refused with what was asked in the message', async () => {
    const { client, run } = bench();
    await run(logOn(client));
    expect(await message(run(client.readTableByIndex(5, [0, 2], 3)))).toContain(
      'Read of table 5, 3 elements from index 0.2: answered with 02 sns (service not supported)',
    );
    expect(await message(run(client.writeTableByIndex(5, [7], fromHex('0a'))))).toContain(
      'Write of table 5 at index 7: answered with 02 sns',
    );
  });

  test('of ten levels cannot be sent', async () => {
    const { client, run } = bench();
    const tooDeep = client.readTableByIndex(
      5,
      Array.from({ length: 10 }, () => 0),
      1,
    );
    expect(await run(caught(tooDeep))).toMatchObject({ blame: 'harness' });
  });
});

describe('Negotiate', () => {
  const FAST = { baudCodes: [6, 12] };

  test('takes the line to the speed that both have, and Terminate takes it back', async () => {
    const { client, channel, run } = bench(FAST, FAST);
    await run(client.identify());
    const granted = await run(client.negotiate({ packetSize: 512, packets: 8 }));
    expect([granted.baudCode, channel.set]).toEqual([12, [115_200]]);
    await run(client.logon(0, '0000'));
    expect(toHex((await run(client.readTable(6))).bytes)).toBe(tableHex(6));
    await run(client.terminate());
    expect(channel.set).toEqual([115_200, 9600]);
    await run(logOn(client));
  });

  test('offers 9600 alone where nothing else is set, and leaves the line as it is', async () => {
    const { client, channel, run } = bench({}, FAST);
    await run(client.identify());
    const granted = await run(client.negotiate({ packetSize: 512, packets: 8 }));
    expect([granted.baudCode, channel.set]).toEqual([6, []]);
  });

  test('without codes keeps the speed', async () => {
    const { client, channel, run } = bench({ baudCodes: [] }, FAST);
    await run(client.identify());
    const granted = await run(client.negotiate({ packetSize: 512, packets: 8 }));
    expect([granted, channel.set]).toEqual([{ packetSize: 512, packets: 8, baudCode: 6 }, []]);
    expect(toHex(channel.written.at(-2) ?? new Uint8Array())).toContain('60020008');
  });

  test('on a line that refuses another speed goes on at the old one', async () => {
    const { client, channel, run } = bench(FAST, FAST);
    channel.refuses = true;
    await run(logOn(client));
    expect(toHex((await run(client.readTable(6))).bytes)).toBe(tableHex(6));
    expect([channel.speed, channel.set]).toEqual([9600, []]);
  });

  test('after a session that broke off at another speed Identify is repeated until the meter is back at 9600', async () => {
    const { client, channel, clock, run } = bench(FAST, FAST);
    await run(logOn(client));
    const [sent, fromNs] = [channel.written.length, clock.nowNs()];
    expect(await run(client.identify())).toMatchObject({ standard: 0 });
    expect(channel.set).toEqual([115_200, 9600]);
    const identifies = channel.written.slice(sent).filter((bytes) => bytes.length > 1);
    expect(identifies).toHaveLength(4);
    expect(new Set(identifies.map((bytes) => toHex(bytes))).size).toBe(1);
    expect(clock.nowNs() - fromNs).toBeGreaterThan(6 * NS_PER_S);
  });

  test('a meter that grants a speed that nobody offered breaks the protocol', async () => {
    const clock = new HandClock();
    const channel = new MemoryChannel(clock, {
      answer: (bytes) => (bytes.length > 1 ? [fromHex('06'), answer('000200080c')] : []),
    });
    const client = createOpticalClient(channel, clock);
    const text = await message(
      clock.run(client.negotiate({ packetSize: 512, packets: 8 }), [channel]),
    );
    expect(text).toContain('Negotiate: speed code 12 granted, 6, 6 were possible; came: 06 ee 00');
  });
});

describe('C12.21', () => {
  const key = fromHex('133457799bbcdff1');
  const aesKey = fromHex('000102030405060708090a0b0c0d0e0f');
  const CIPHERS = [
    { cipher: DES, keyOfMeter: key },
    { cipher: ELSTER_AES, keyOfMeter: aesKey },
  ] as const;

  describe.each(CIPHERS)('$cipher.name', ({ cipher, keyOfMeter }) => {
    const authentication = {
      cipher,
      nextTicket: () => new Uint8Array(cipher.length).fill(0x5a),
      keyOf: () => keyOfMeter,
    };

    test('Authenticate gives clearance, and shows no key', async () => {
      const lines: string[] = [];
      const { client, run } = bench(
        { standard: 'c12-21', trace: (direction, hex) => lines.push(`${direction} ${hex}`) },
        { standard: 'c12-21', authentication },
      );
      expect(await run(client.identify())).toMatchObject({ standard: 2 });
      await run(client.logon(0, '0000'));
      expect(await run(caught(client.readTable(71)))).toMatchObject({ code: 'isc' });
      await run(client.authenticate(1, keyOfMeter));
      expect(toHex((await run(client.readTable(71))).bytes)).toBe(tableHex(71));
      expect(lines.join('\n')).not.toContain(toHex(keyOfMeter, ' '));
    });

    test('another key is refused by the meter, and the session goes on', async () => {
      const { client, run } = bench({ standard: 'c12-21' }, { standard: 'c12-21', authentication });
      await run(client.identify());
      await run(client.logon(0, '0000'));
      const other = keyOfMeter.with(0, 0xff);
      expect(await run(caught(client.authenticate(1, other)))).toMatchObject({ code: 'err' });
      expect(toHex((await run(client.readTable(5))).bytes)).toBe(tableHex(5));
    });

    test('a meter that takes every key is found out', async () => {
      let asked = 0;
      const liar = {
        ...authentication,
        // It checks with the client's key, and cannot answer with it.
        cipher: {
          ...cipher,
          encipher: (_: Uint8Array, block: Uint8Array) =>
            cipher.encipher(asked++ === 0 ? keyOfMeter : keyOfMeter.with(0, 1), block),
        },
      };
      const { client, run } = bench(
        { standard: 'c12-21' },
        { standard: 'c12-21', authentication: liar },
      );
      await run(client.identify());
      const text = await message(run(client.authenticate(1, keyOfMeter)));
      expect(text).toContain('Authenticate: the meter did not prove that it holds the key');
    });
  });

  test('a meter without tickets cannot be asked', async () => {
    const { client, run } = bench();
    await run(client.identify());
    expect(await message(run(client.authenticate(1, key)))).toContain('feature list: no ticket');
  });

  test('Timing setup holds on both sides', async () => {
    const { client, channel, clock, run } = bench({ standard: 'c12-21' }, { standard: 'c12-21' });
    await run(client.identify());
    const asked = { trafficS: 60, interCharacterS: 2, responseS: 1, retries: 1 };
    expect(await run(client.timingSetup(asked))).toEqual(asked);
    await run(clock.sleepUntil(clock.nowNs() + 55 * NS_PER_S));
    await run(client.logon(0, '0000'));
    channel.refuses = false;
    channel.speed = 1;
    expect(await message(run(client.readTable(1)))).toContain('no ACK within 1 s, sent 2 times');
  });

  test('Disconnect is a service of C12.22', async () => {
    const { client, run } = bench({ standard: 'c12-21' }, { standard: 'c12-21' });
    await run(client.identify());
    expect(await run(caught(client.disconnect()))).toMatchObject({ code: 'sns' });
  });

  test('devices on one line are told apart by their number', async () => {
    const settings = { standard: 'c12-21', deviceNumber: 7 } as const;
    const seven = bench(settings, settings);
    await seven.run(logOn(seven.client));
    expect(toHex((await seven.run(seven.client.readTable(5))).bytes)).toBe(tableHex(5));
    const eight = bench({ ...settings, deviceNumber: 8 }, settings);
    expect(await eight.run(caught(eight.client.identify()))).toMatchObject({ blame: 'rig' });
  });
});

describe('what is left of another session', () => {
  test('the repeated answer to its Terminate is not taken for an identity', async () => {
    const { client, channel, run } = bench();
    const identified = client.identify();
    channel.push([answer('00')]);
    expect(await run(identified)).toEqual({
      standard: 0,
      version: 1,
      revision: 0,
      features: new Uint8Array(),
    });
  });
});

test('a refusal that the service does not have is told as such', async () => {
  const clock = new HandClock();
  const channel = new MemoryChannel(clock, {
    answer: (bytes) => (bytes.length > 1 ? [fromHex('06'), answer('08')] : []),
  });
  const client = createOpticalClient(channel, clock);
  const text = await message(clock.run(client.logon(0, '0000'), [channel]));
  expect(text).toContain('Logon: answered with 08 dlk (data locked), no code of this service');
});

test('a busy meter is asked again, and then told of', async () => {
  const { client, host, run } = bench();
  await run(logOn(client));
  let asked = 0;
  host.busy = () => asked++ % 4 < 2;
  expect(toHex((await run(client.readTable(5))).bytes)).toBe(tableHex(5));
  host.busy = () => true;
  expect(await message(run(client.readTable(5)))).toContain('answered 4 times with 06 bsy');
});

function answer(data: string): Uint8Array {
  const packet = { identity: 0, multiPacket: false, first: false, dataFormat: 0, sequence: 0 };
  return encodePacket({ ...packet, toggle: true, data: fromHex(data) });
}

async function message(work: Promise<unknown>): Promise<string> {
  return String(((await caught(work)) as Error | undefined)?.message);
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return undefined;
}
