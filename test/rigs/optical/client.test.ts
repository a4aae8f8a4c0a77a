import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawFraction } from '../../../devices/domain/chance.ts';
import { NS_PER_MS, NS_PER_S } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { encodePacket } from '../../../devices/protocol/c12-18/packet.ts';
import { createOpticalServer } from '../../../devices/protocol/c12-18/server.ts';
import type { OpticalServerSettings } from '../../../devices/protocol/c12-18/server.ts';
import { createOpticalClient } from '../../../rigs/optical/c12-18-client.ts';
import { MeterRefusal } from '../../../rigs/psem/meter-refusal.ts';
import type { OpticalClient, OpticalClientSettings } from '../../../rigs/optical/c12-18-client.ts';
import { OwnEcho } from '../../../rigs/optical/own-echo.ts';
import { BenchError } from '../../../rigs/port/bench.ts';
import { PASSWORD, recordedHost } from '../../devices/protocol/meter-host.ts';
import { frameNamed, tableHex } from '../../devices/protocol/vectors.ts';
import { HandClock, MemoryChannel, wakeableServer } from './line.ts';
import type { MemoryChannelOptions } from './line.ts';

const ACK = Uint8Array.of(0x06);
const NAK = Uint8Array.of(0x15);

interface Bench {
  readonly clock: HandClock;
  readonly channel: MemoryChannel;
  readonly client: OpticalClient;
  readonly host: ReturnType<typeof recordedHost>;
  readonly run: <T>(work: Promise<T>) => Promise<T>;
}

/** The client against this project's own server. */
function bench(
  client: Partial<OpticalClientSettings> = {},
  line: Partial<MemoryChannelOptions> = {},
  server: Partial<OpticalServerSettings> = {},
): Bench {
  const clock = new HandClock();
  const host = recordedHost();
  const meter = createOpticalServer(host, server);
  const channel = new MemoryChannel(clock, {
    answer: (bytes) => meter.receive(clock.nowNs(), bytes),
    delayNs: 3 * NS_PER_MS,
    ...line,
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

describe('against the own server', () => {
  test('a whole session reads, writes, runs a procedure and ends', async () => {
    const { client, host, run } = bench();
    const results = await run(
      (async () => {
        await logOn(client);
        await client.wait(60);
        const clockTable = await client.readTable(52);
        const part = await client.readTableByOffset(5, 2, 3);
        await client.writeTable(5, fromHex('0a'), 4);
        const procedure = await client.runProcedure('remote-reset', fromHex('01'));
        await client.logoff();
        await client.terminate();
        return { clockTable, part, procedure };
      })(),
    );
    expect(toHex(results.clockTable.bytes)).toBe(tableHex(52));
    expect(toHex(results.part.bytes)).toBe('303338');
    expect(results.procedure).toMatchObject({ resultCode: 0, response: fromHex('cafe') });
    expect(host.calls).toEqual([
      "logon 0 '0000'",
      'write 5 at 4: 1 bytes',
      'write 7 at null: 4 bytes',
      'ended normally',
    ]);
  });

  test('a read is stamped before its first byte left and when its last byte came', async () => {
    const { client, run } = bench();
    const read = await run(logOn(client).then(() => client.readTable(1)));
    // Four services before it: ACK and answer of each take 3 ms, and so do these.
    expect(read.requestedAtNs).toBe(12 * NS_PER_MS);
    expect(read.answeredAtNs).toBe(15 * NS_PER_MS);
  });

  test('messages of several packets go both ways', async () => {
    const { client, host, run } = bench({}, {}, { packetSize: 48 });
    const write = new Uint8Array(100).fill(7);
    const read = await run(
      (async () => {
        await logOn(client);
        await client.writeTable(5, write);
        return client.readTable(6);
      })(),
    );
    expect(toHex(read.bytes)).toBe(tableHex(6));
    expect(host.calls).toContain('write 5 at null: 100 bytes');
  });

  test('a session that was left open is ended and a new one started', async () => {
    const { client, run } = bench();
    await run(logOn(client));
    await run(logOn(client));
    expect(toHex((await run(client.readTable(5))).bytes)).toBe(tableHex(5));
  });

  test('the response to an earlier procedure is not taken for that to the present one', async () => {
    const { client, host, run } = bench();
    await run(logOn(client));
    await run(client.runProcedure('remote-reset', fromHex('01')));
    host.runsProcedures = false;
    const error = await run(caught(client.runProcedure('remote-reset', fromHex('01'))));
    expect(error).toMatchObject({ blame: 'dut' });
    expect((error as Error).message).toContain('ST8 holds procedure 9 with sequence number');
  });

  test('a procedure is written in the byte order that ST0 declares', async () => {
    const { client, host, run } = bench();
    const st0 = fromHex(tableHex(0));
    st0[0] = (st0[0] ?? 0) | 0x01;
    host.tables.set(0, st0);
    const written: string[] = [];
    host.written = (table, bytes) => written.push(`${table} ${toHex(bytes)}`);
    await run(logOn(client));
    await run(client.readTable(0));
    await run(client.runProcedure({ number: 84, manufacturer: true }));
    expect(written[0]).toMatch(/^7 0854/);
  });

  test('a refusal is the meter’s, with its code', async () => {
    const { client, run } = bench();
    await run(logOn(client));
    const refused = await run(caught(client.readTable(20)));
    expect(refused).toBeInstanceOf(MeterRefusal);
    expect(refused).toMatchObject({ blame: 'dut', code: 'iar' });
    expect((refused as Error).message).toContain(
      'memory: Read of table 20: answered with 05 iar (inappropriate action requested)',
    );
  });

  test('a wrong password is refused and never shown', async () => {
    const lines: string[] = [];
    const { client, run } = bench({ trace: (direction, hex) => lines.push(`${direction} ${hex}`) });
    await run(client.identify());
    await run(client.logon(0, '0000'));
    const refused = await run(caught(client.security('hunter2')));
    expect(refused).toMatchObject({ blame: 'dut', code: 'err' });
    const told = `${lines.join('\n')}\n${(refused as Error).message}`;
    expect(told).not.toContain('hunter2');
    expect(told).not.toContain(toHex(new TextEncoder().encode('hunter2'), ' '));
    expect(lines.at(-4)).toBe(`sent ee 00 00 00 00 15 51${' **'.repeat(22)}`);
  });

  test('a password that is too long is refused without being shown', async () => {
    const { client, run } = bench();
    const error = await run(caught(client.security('correct horse battery')));
    expect(error).toMatchObject({ message: 'password: 21 bytes, 20 is the most' });
  });

  test('a table that is not ready is asked for again, as often as agreed', async () => {
    const { client, host, run } = bench();
    await run(logOn(client));
    let asked = 0;
    host.beforeRead = () => {
      asked += 1;
      return asked < 3 ? 'dnr' : 'ok';
    };
    expect(toHex((await run(client.readTable(5))).bytes)).toBe(tableHex(5));
    asked = -100;
    expect(await run(caught(client.readTable(5)))).toMatchObject({ code: 'dnr' });
    expect(asked).toBe(-96);
  });
});

describe('on a bad line', () => {
  test('every packet gets through a line that spoils one in eight', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        let draw = 0;
        const spoil = (bytes: Uint8Array) => {
          draw += 1;
          if (drawFraction(seed, 0, draw) > 1 / 8) return bytes;
          const copy = bytes.slice();
          const at = Math.floor(drawFraction(seed, 1, draw) * copy.length);
          copy[at] = (copy[at] ?? 0) ^ (1 << (draw % 8));
          return copy;
        };
        const { client, run } = bench(
          { retries: 12 },
          { meddle: spoil },
          { retries: 12, trafficNs: 60 * NS_PER_S },
        );
        const read = await run(
          (async () => {
            await logOn(client);
            return client.readTable(6);
          })(),
        );
        expect(toHex(read.bytes)).toBe(tableHex(6));
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  test('silence is told with what was awaited, for how long, and where', async () => {
    const clock = new HandClock();
    const channel = new MemoryChannel(clock, { answer: () => [] });
    const client = createOpticalClient(channel, clock);
    const error = await clock.run(caught(client.identify()), [channel]);
    expect(error).toBeInstanceOf(BenchError);
    expect(error).toMatchObject({
      blame: 'rig',
      message:
        'memory: Identify: no ACK within 2 s, sent 4 times, 0 times answered with NAK; came: nothing',
    });
    expect(channel.written.map((bytes) => toHex(bytes))).toEqual(
      Array.from({ length: 4 }, () => frameNamed('identify, toggle 0').hex),
    );
  });

  test('NAKs without end are the line’s fault', async () => {
    const clock = new HandClock();
    const channel = new MemoryChannel(clock, { answer: () => [NAK] });
    const error = await clock.run(caught(createOpticalClient(channel, clock).identify()), [
      channel,
    ]);
    expect(error).toMatchObject({ blame: 'rig' });
    expect((error as Error).message).toContain('4 times answered with NAK; came: 15 15 15 15');
  });

  test('a request that is taken and not answered is the meter’s fault', async () => {
    const clock = new HandClock();
    const channel = new MemoryChannel(clock, { answer: () => [ACK] });
    const error = await clock.run(caught(createOpticalClient(channel, clock).identify()), [
      channel,
    ]);
    expect(error).toMatchObject({ blame: 'dut' });
    expect((error as Error).message).toContain('no answer within 6 s; came: 06');
  });

  test('an answer that is none is the meter’s fault', async () => {
    const clock = new HandClock();
    const answer = frameWith('7f');
    const channel = new MemoryChannel(clock, {
      answer: (bytes) => (bytes.length > 1 ? [ACK, answer] : []),
    });
    const error = await clock.run(caught(createOpticalClient(channel, clock).identify()), [
      channel,
    ]);
    expect(error).toMatchObject({ blame: 'dut' });
    expect((error as Error).message).toContain('0x7f is no response code');
  });

  test('a bad answer gets a NAK, its repetition an ACK', async () => {
    const clock = new HandClock();
    const good = fromHex(frameNamed('identify response, toggle 0').hex);
    const bad = good.slice();
    bad[8] = 0xff;
    const answers: Uint8Array[][] = [[ACK, bad], [good]];
    const channel = new MemoryChannel(clock, { answer: () => answers.shift() ?? [] });
    const client = createOpticalClient(channel, clock);
    await clock.run(client.identify(), [channel]);
    expect(channel.written.slice(1)).toEqual([NAK, ACK]);
  });

  test('an answer may trickle for longer than a silence may last', async () => {
    const clock = new HandClock();
    const identity = fromHex(frameNamed('identify response, toggle 0').hex);
    const bytes = [...identity].map((byte) => Uint8Array.of(byte));
    // Noise before the packet, a byte at a time: 30 times 400 ms.
    const noise = Array.from({ length: 17 }, () => Uint8Array.of(0x55));
    const channel = new MemoryChannel(clock, {
      answer: (request) => (request.length > 1 ? [ACK, ...noise, ...bytes] : []),
      delayNs: 400 * NS_PER_MS,
      oneAfterTheOther: true,
    });
    const client = createOpticalClient(channel, clock);
    expect(await clock.run(client.identify(), [channel])).toMatchObject({ standard: 0 });
    expect(clock.nowNs()).toBe(31 * 400 * NS_PER_MS);
  });

  test('an answer that is repeated between two requests is acknowledged', async () => {
    const { channel, client, run } = bench();
    const bytesBefore = await run(
      (async () => {
        await client.identify();
        return channel.written.length;
      })(),
    );
    channel.push([fromHex(frameNamed('identify response, toggle 0').hex)]);
    channel.wake();
    await run(client.negotiate({ packetSize: 64, packets: 1 }));
    expect(channel.written[bytesBefore]).toEqual(ACK);
  });

  test('an abort ends the exchange with its reason', async () => {
    const clock = new HandClock();
    const channel = new MemoryChannel(clock, { answer: () => [] });
    const client = createOpticalClient(channel, clock);
    const exchange = caught(client.identify());
    client.abort(new Error('stopped by hand'));
    expect(await clock.run(exchange, [channel])).toMatchObject({ message: 'stopped by hand' });
  });

  test('two exchanges at once are a mistake of ours', async () => {
    const { client, run } = bench();
    const first = client.identify();
    expect(await run(caught(client.readTable(1)))).toMatchObject({ blame: 'harness' });
    await run(first);
  });
});

describe('the own echo', () => {
  test('is taken out where the head hears itself', async () => {
    const { client, run } = bench({ echo: 'discard' }, { echo: true });
    const read = await run(logOn(client).then(() => client.readTable(2)));
    expect(toHex(read.bytes)).toBe(tableHex(2));
  });

  test('spoils the exchange where it is not expected', async () => {
    const { client, run } = bench({ echo: 'none' }, { echo: true });
    expect(await run(caught(logOn(client)))).toBeInstanceOf(BenchError);
  });

  test('is looked for no longer once the meter has spoken', () => {
    const echo = new OwnEcho();
    echo.sent(fromHex('ee0102'));
    expect(toHex(echo.strip(fromHex('ee01')))).toBe('');
    expect(toHex(echo.strip(fromHex('0306')))).toBe('0306');
    expect(toHex(echo.strip(fromHex('02')))).toBe('02');
    echo.sent(fromHex('06'));
    expect(toHex(echo.strip(fromHex('06ee')))).toBe('ee');
  });

  test('may be missing although it is expected', async () => {
    const { client, run } = bench({ echo: 'discard' });
    const read = await run(logOn(client).then(() => client.readTable(2)));
    expect(toHex(read.bytes)).toBe(tableHex(2));
  });
});

function frameWith(data: string): Uint8Array {
  return encodePacket({
    identity: 0,
    multiPacket: false,
    first: false,
    toggle: true,
    dataFormat: 0,
    sequence: 0,
    data: fromHex(data),
  });
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return undefined;
}
