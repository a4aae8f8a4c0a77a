import { describe, expect, test } from 'vitest';
import { NS_PER_MS } from '../../../devices/domain/time.ts';
import { fromHex, toHex } from '../../../devices/protocol/bytes/hex.ts';
import { PACKET_DEFAULTS } from '../../../devices/protocol/c12-18/link-settings.ts';
import { decodeTable } from '../../../devices/protocol/c12-19/tables.ts';
import type { TableContext } from '../../../devices/protocol/c12-19/tables.ts';
import { createOpticalClient } from '../../../rigs/optical/c12-18-client.ts';
import type { OpticalClient } from '../../../rigs/optical/c12-18-client.ts';
import { OpticalLine } from '../../../rigs/optical/c12-18-line.ts';
import { ServiceExchange } from '../../../rigs/optical/service-exchange.ts';
import { ANSI, tableHex } from '../../devices/protocol/vectors.ts';
import { HandClock, MemoryChannel } from './line.ts';
import { RecordedMeter } from './recorded-meter.ts';

/** The optical client against the recorded GE I-210+c, whose far end knows no code of ours but the CRC. */
function bench(toggle: boolean): {
  readonly clock: HandClock;
  readonly channel: MemoryChannel;
  readonly meter: RecordedMeter;
  readonly run: <T>(work: Promise<T>) => Promise<T>;
} {
  const clock = new HandClock();
  const meter = new RecordedMeter(toggle);
  const channel = new MemoryChannel(clock, {
    answer: (bytes) => meter.answer(bytes),
    delayNs: NS_PER_MS,
  });
  return { clock, channel, meter, run: (work) => clock.run(work, [channel]) };
}

/** ST27 as decoded needs to know how many selections there are, and ST21 is behind a password (isc). */
const ST21_OF_RECORDING = fromHex('0000'.padEnd(16, '0') + '0505');

type Value = ReturnType<typeof decodeTable>;
type Part = Readonly<Record<string, unknown>>;

/** Tables in the words of the vectors' `decoded`. */
const IN_WORDS: Readonly<Record<number, (value: Value) => Part>> = {
  0: (value) => {
    const { FORMAT_CONTROL_1, FORMAT_CONTROL_2, FORMAT_CONTROL_3, ...rest } = value;
    const formats: Part = {
      ...(FORMAT_CONTROL_1 as Part),
      ...(FORMAT_CONTROL_2 as Part),
      ...(FORMAT_CONTROL_3 as Part),
    };
    const order = formats['DATA_ORDER'] === false ? 'little-endian' : 'big-endian';
    return {
      ...formats,
      ...rest,
      DATA_ORDER: order,
      ID_FORM: Number(formats['ID_FORM']),
      _consumed: '94 of 94',
    };
  },
  1: (value) => ({
    MANUFACTURER: value['MANUFACTURER'],
    ED_MODEL: value['ED_MODEL'],
    HW_VERSION: value['HW_VERSION_NUMBER'],
    HW_REVISION: value['HW_REVISION_NUMBER'],
    FW_VERSION: value['FW_VERSION_NUMBER'],
    FW_REVISION: value['FW_REVISION_NUMBER'],
    MFG_SERIAL_NUMBER: value['MFG_SERIAL_NUMBER'],
  }),
  2: (value) => {
    const elements = value['E_ELEMENTS'] as Part;
    const volts = value['E_VOLTS'] as Part;
    return {
      E_KH: value['E_KH'],
      E_KT: value['E_KT'],
      INPUT_SCALAR: value['E_INPUT_SCALAR'],
      ED_CONFIG: value['E_ED_CONFIG'],
      ELEMENTS_u16: '0x004b',
      E_FREQ: elements['E_FREQUENCY'],
      E_NO_OF_ELEMENTS: elements['E_NO_OF_ELEMENTS'],
      E_BASE_TYPE: elements['E_BASE_TYPE'],
      E_ACCURACY_CLASS: elements['E_ACCURACY_CLASS'],
      E_VOLTS: `0x05 (element volts ${String(volts['E_ELEMENTS_VOLTS'])}, supply ${String(volts['E_ED_SUPPLY_VOLTS'])})`,
      E_ED_CLASS_MAX_AMPS: value['E_ED_CLASS_MAX_AMPS'],
      TA: value['E_TA'],
    };
  },
  3: (value) => ({
    ED_MODE: setFlags(value['ED_MODE']).join() === 'METERING_FLAG' ? 'metering' : 'another',
    ED_STD_STATUS1_u16:
      setFlags(value['ED_STD_STATUS1']).join() === 'CLOCK_ERROR_FLAG'
        ? '0x0040 = clock error'
        : 'another',
    ED_STD_STATUS2: value['ED_STD_STATUS2'],
    ED_MFG_STATUS: value['ED_MFG_STATUS'],
  }),
  5: (value) => ({ IDENTIFICATION: value['IDENTIFICATION'] }),
  27: (value) => ({
    PRESENT_DEMAND_SELECT: value['PRESENT_DEMAND_SELECT'],
    PRESENT_VALUE_SELECT: value['PRESENT_VALUE_SELECT'],
  }),
  52: (value) => {
    const qualifier = value['TIME_DATE_QUAL'] as Part;
    const applied = qualifier['DST_APPLIED_FLAG'] === true;
    return {
      CLOCK: new Date(value['CLOCK_CALENDAR'] as number).toISOString().slice(0, 19),
      DAY_OF_WEEK: qualifier['DAY_OF_WEEK'],
      flags: applied ? '0x46: DOW 6 (Saturday), bit 6 DST_APPLIED' : 'another',
    };
  },
};

describe.each([true, false])('the recorded I-210+c whose first toggle is %s', (toggle) => {
  test('is read as it was recorded, refusals too', async () => {
    const { clock, channel, meter, run } = bench(toggle);
    const client = createOpticalClient(channel, clock);
    expect(await run(client.identify())).toEqual({
      standard: 0,
      version: 1,
      revision: 0,
      features: new Uint8Array(),
    });
    const granted = await run(client.negotiate({ packetSize: 256, packets: 1 }));
    expect(granted).toEqual({ packetSize: 256, packets: 1, baudCode: 6 });
    await run(client.logon(0, '0000'));
    for (const password of [new Uint8Array(20), new Uint8Array(20).fill(1)]) {
      expect(await run(caught(client.security(password)))).toMatchObject({
        blame: 'dut',
        code: 'err',
      });
    }
    const context = await readAll(client, run);
    for (const [table, code] of [
      [7, 'iar'],
      [8, 'isc'],
      [26, 'dlk'],
      [23, 'isc'],
    ] as const) {
      expect(await run(caught(client.readTable(table)))).toMatchObject({ blame: 'dut', code });
    }
    expect(toHex((await run(client.readTable(3))).bytes)).toBe(tableHex(3));
    await run(client.terminate());
    expect(Object.keys(context)).toEqual(['0', '1', '2', '3', '5', '6', '21', '27', '52']);
    expect(meter.frames).toHaveLength(2 * 19);
    // With either toggle most frames of both sides are the recorded ones to the bit.
    expect(meter.frames.filter(({ recorded }) => recorded).length).toBeGreaterThan(19);
  });

  test('answers a second Identify with isss, and the Logon after it works', async () => {
    const { clock, channel, run } = bench(toggle);
    const settings = {
      ...PACKET_DEFAULTS['c12-18'],
      answerNs: 6e9,
      echo: 'none',
      busyPauseNs: 0,
    } as const;
    const services = new ServiceExchange(
      new OpticalLine(channel, clock, settings),
      clock,
      settings,
    );
    await run(services.ask('Identify', { service: 'identify' }));
    const again = services.ask('Identify', { service: 'identify' });
    expect(await run(caught(again))).toMatchObject({ blame: 'dut', code: 'isss' });
    const user = fromHex('30303030202020202020');
    await run(services.ask('Logon', { service: 'logon', userId: 0, user }));
    const st3 = await run(
      services.ask('Read', { service: 'read', table: 3, part: { by: 'whole' } }),
    );
    expect(toHex(st3.data)).toBe(tableHex(3));
    await run(services.ask('Terminate', { service: 'terminate' }));
  });

  test('that somebody left identified is taken over', async () => {
    const { clock, channel, run } = bench(toggle);
    await run(createOpticalClient(channel, clock).identify());
    const client = createOpticalClient(channel, clock);
    expect(await run(client.identify())).toMatchObject({ standard: 0 });
    await run(client.logon(0, '0000'));
    expect(toHex((await run(client.readTable(5))).bytes)).toBe(tableHex(5));
  });
});

describe('control: with one flipped byte', () => {
  const ANSWER_TO_ST3 = 8 + 9;
  const places = Array.from({ length: ANSWER_TO_ST3 }, (_, at) => at);
  test.each(places)('the answer to ST3 is not taken, byte %s', async (at) => {
    const { clock, channel, meter, run } = bench(true);
    const client = createOpticalClient(channel, clock);
    await run(client.identify());
    await run(client.logon(0, '0000'));
    meter.spoil = (bytes, request) =>
      request === '300003' ? bytes.with(at, (bytes[at] ?? 0) ^ 0x01) : bytes;
    const before = channel.written.length;
    const error = await run(caught(client.readTable(3)));
    // Without its EE it is no packet at all, and nobody knows that there is something to refuse.
    const isPacket = at > 0;
    expect(error).toMatchObject({ blame: isPacket ? 'rig' : 'dut' });
    const { message } = error as Error;
    const good = isPacket ? 'good ' : '';
    expect(message).toContain(
      `Read of table 3: taken with ACK, but no ${good}answer within 6 s; came: `,
    );
    const naks = channel.written
      .slice(before)
      .filter((bytes) => bytes.length === 1 && bytes[0] === 0x15);
    expect(naks).toHaveLength(isPacket ? 4 : 0);
    expect(message.includes('4 bad packets, the last: ')).toBe(isPacket);
    // A wrong length is no matter of the CRC, or of one over other bytes.
    expect(message.includes('the last: crc: ') || at < 6).toBe(true);
  });

  test('that comes right when it is asked for again, it is', async () => {
    const { clock, channel, meter, run } = bench(true);
    const client = createOpticalClient(channel, clock);
    await run(client.identify());
    await run(client.logon(0, '0000'));
    let spoilt = 0;
    const answer = meter.answer.bind(meter);
    meter.answer = (bytes) => {
      const frames = answer(bytes);
      const last = frames.at(-1);
      if (last === undefined || last.length === 1 || spoilt++ > 0) return frames;
      return [...frames.slice(0, -1), last.with(7, 0xff)];
    };
    expect(toHex((await run(client.readTable(3))).bytes)).toBe(tableHex(3));
    expect(spoilt).toBe(2);
  });
});

/** Reads the tables that the meter lets everybody read, and compares their meaning. */
async function readAll(
  client: OpticalClient,
  run: <T>(work: Promise<T>) => Promise<T>,
): Promise<TableContext> {
  const context: Record<number, Value> = {};
  for (const table of [0, 1, 2, 3, 5, 6, 27, 52]) {
    const { bytes } = await run(client.readTable(table));
    expect(toHex(bytes)).toBe(tableHex(table));
    if (table === 27) context[21] = decodeTable(21, ST21_OF_RECORDING, context);
    const value = decodeTable(table, bytes, context);
    context[table] = value;
    const decoded = ANSI.c1219_tables.find((vector) => vector.table === table)?.decoded ?? {};
    const words = IN_WORDS[table]?.(value) ?? decoded;
    expect(trimmed(words)).toEqual(trimmed(decoded));
  }
  expect(Object.keys(IN_WORDS)).toEqual(['0', '1', '2', '3', '5', '27', '52']);
  // Of ST6 the vectors tell the layout only.
  expect(context[6]).toMatchObject({
    PROGRAMMER_NAME: '0123456789',
    EX1: { SW_VERSION_NUMBER: 0 },
  });
  return context;
}

function setFlags(flags: unknown): string[] {
  return Object.entries(flags as Part).flatMap(([name, flag]) => (flag === true ? [name] : []));
}

/** The vectors keep the padding of texts, our tables leave it out. */
function trimmed(part: Part): Part {
  const entries = Object.entries(part);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value.trimEnd() : value]),
  );
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return undefined;
}
