import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESTART_NS } from '../../../devices/meter/end-device.ts';
import {
  decodeDownloadStartResponse,
  decodeImageStatus,
  DOWNLOAD_PROCEDURES,
  DOWNLOAD_TABLES,
  type DownloadStart,
  encodeDownloadStart,
  encodeImageBlock,
} from '../../../devices/protocol/c12-19/project/download.ts';
import { loggedEvents, meterWithFace, type MeterWithFace, type TableValue } from './meter-face.ts';
import { OFF, ON, type Story } from './story.ts';

const LOADED: Story = [[10, { kind: 'load', milliWatts: 7_200_000, currentMilliAmps: 30_000 }]];
const BLOCK_BYTES = 64;
const IMAGE = Uint8Array.from({ length: 1_000 }, (_, at) => (at * 7) & 0xff);
const BLOCKS = 16;

function announced(image: Uint8Array, change: Partial<DownloadStart> = {}): DownloadStart {
  return {
    kind: 'firmware',
    version: '2.7',
    totalLength: image.length,
    blockSize: BLOCK_BYTES,
    sha256: createHash('sha256').update(image).digest('hex'),
    ...change,
  };
}

/** The download of one meter, step by step. */
function downloadOn(meter: MeterWithFace) {
  const context = meter.context(8);
  const run = (step: keyof typeof DOWNLOAD_PROCEDURES, parameters: Uint8Array = new Uint8Array()) =>
    meter.startBytes({ number: DOWNLOAD_PROCEDURES[step], manufacturer: true }, parameters);
  return {
    start: (start: DownloadStart = announced(IMAGE)) =>
      run('start', encodeDownloadStart(start, context)),
    send: (block: number, data?: Uint8Array, image: Uint8Array = IMAGE) => {
      const from = block * BLOCK_BYTES;
      return meter.write(
        DOWNLOAD_TABLES.imageData,
        encodeImageBlock({ block, data: data ?? image.slice(from, from + BLOCK_BYTES) }, context),
      );
    },
    verify: () => run('verify').resultCode,
    activate: () => run('activate').resultCode,
    cancel: () => run('cancel').resultCode,
    run,
    status: () => decodeImageStatus(meter.bytes(DOWNLOAD_TABLES.imageStatus), context),
  };
}
function allBlocks(image: Uint8Array = IMAGE): readonly number[] {
  return Array.from({ length: Math.ceil(image.length / BLOCK_BYTES) }, (_, block) => block);
}
function outage(meter: MeterWithFace): void {
  meter.give(OFF);
  meter.later(100);
  meter.give(ON);
}
function warmStart(meter: MeterWithFace): void {
  expect(meter.start('warm-start')).toBe(0);
}
function versionOf({ read }: MeterWithFace): string {
  const { FW_VERSION_NUMBER: version, FW_REVISION_NUMBER: revision } = read(1);
  return `${Number(version)}.${Number(revision)}`;
}
function pulsesShown({ read }: MeterWithFace): number {
  const { SUMMATIONS } = read(23)['TOT_DATA_BLOCK'] as { readonly SUMMATIONS: readonly number[] };
  return SUMMATIONS[0] ?? Number.NaN;
}

describe('a firmware that is downloaded', () => {
  test('step by step: announced, sent, verified, active after a start, and the registers went on', () => {
    const meter = meterWithFace(LOADED);
    const download = downloadOn(meter);
    expect(versionOf(meter)).toBe('1.0');
    expect(download.status()).toMatchObject({ state: 'idle', lastResult: 'none' });
    const { resultCode, response } = download.start();
    expect(resultCode).toBe(0);
    expect(decodeDownloadStartResponse(response, meter.context(8))).toEqual({
      firstMissingBlock: 0,
    });
    for (const block of allBlocks()) {
      expect(download.status()).toMatchObject({ state: 'receiving', firstMissingBlock: block });
      expect(download.send(block)).toBe('ok');
    }
    expect(download.status()).toMatchObject({ state: 'received', firstMissingBlock: BLOCKS });
    expect(download.verify()).toBe(0);
    expect(download.status()).toMatchObject({ ...announced(IMAGE), state: 'verified' });
    expect(versionOf(meter)).toBe('1.0');
    const [before, atNs] = [pulsesShown(meter), meter.now.ns];
    expect(download.activate()).toBe(0);
    expect(versionOf(meter)).toBe('2.7');
    expect(download.status()).toMatchObject({ state: 'activated', lastResult: 'done' });
    expect(loggedEvents(meter).at(-1)).toBe(36);
    const seconds = (meter.now.ns - atNs) / 1e9;
    expect(Math.abs(pulsesShown(meter) - before - 2 * seconds)).toBeLessThanOrEqual(1);
  });

  test('makes the meter start: it is busy, and the session is over', () => {
    const meter = meterWithFace(LOADED);
    const download = downloadOn(meter);
    download.start();
    for (const block of allBlocks()) download.send(block);
    download.verify();
    meter.give({ kind: 'operation', operation: { kind: 'activate-image' } });
    expect(meter.host.readTable(0, meter.now.ns)).toBe('bsy');
    meter.later(RESTART_NS / 1e9);
    expect(meter.host.starts?.()).toBe(1);
    expect(versionOf(meter)).toBe('2.7');
  });

  test('arrives whole in any order, with any blocks twice, over any outages and starts', () => {
    const shuffled = fc.shuffledSubarray([...allBlocks()], { minLength: BLOCKS });
    const twice = fc.array(fc.nat(BLOCKS - 1), { maxLength: 8 });
    const cuts = fc.array(fc.constantFrom(outage, warmStart), { maxLength: 3 });
    fc.assert(
      fc.property(shuffled, twice, cuts, (order, again, interruptions) => {
        const meter = meterWithFace();
        const download = downloadOn(meter);
        download.start();
        const half = order.length / 2;
        for (const block of [...order.slice(0, half), ...again.filter((one) => one < half)]) {
          expect(download.send(block)).toBe('ok');
        }
        for (const interrupt of interruptions) interrupt(meter);
        const last = interruptions.includes(outage) ? 'interrupted' : 'none';
        expect(download.status().lastResult).toBe(last);
        // The same announcement asks where to go on.
        const { response } = download.start();
        const { firstMissingBlock } = decodeDownloadStartResponse(response, meter.context(8));
        const sent = new Set([...order.slice(0, half), ...again.filter((one) => one < half)]);
        expect(firstMissingBlock).toBe(allBlocks().find((block) => !sent.has(block)));
        for (const block of [...order.slice(half), ...again]) {
          expect(download.send(block)).toBe('ok');
        }
        expect(download.verify()).toBe(0);
        expect(download.activate()).toBe(0);
        expect(versionOf(meter)).toBe('2.7');
      }),
      { seed: 7823, numRuns: 25 },
    );
  });

  test('is not believed when a byte is wrong, and can be sent anew', () => {
    const meter = meterWithFace();
    const download = downloadOn(meter);
    const bad = IMAGE.slice();
    bad[500] = (bad[500] ?? 0) ^ 1;
    download.start();
    for (const block of allBlocks()) download.send(block, undefined, bad);
    expect(download.verify()).toBe(3);
    expect(download.status()).toMatchObject({ state: 'failed', lastResult: 'wrong-hash' });
    expect(download.activate()).toBe(3);
    expect(versionOf(meter)).toBe('1.0');
    const { response } = download.start();
    expect(decodeDownloadStartResponse(response, meter.context(8)).firstMissingBlock).toBe(0);
    for (const block of allBlocks()) download.send(block);
    expect(download.verify()).toBe(0);
  });

  test('can be cancelled at any step, and leaves nothing', () => {
    const meter = meterWithFace();
    const download = downloadOn(meter);
    expect(download.cancel()).toBe(3);
    download.start();
    download.send(0);
    expect(download.cancel()).toBe(0);
    expect(download.status()).toMatchObject({ state: 'idle', lastResult: 'cancelled' });
    expect(download.send(1)).toBe('onp');
    download.start();
    expect(download.status().firstMissingBlock).toBe(0);
    for (const block of allBlocks()) download.send(block);
    download.verify();
    expect(download.cancel()).toBe(0);
    expect(download.activate()).toBe(3);
  });
});

describe('steps that come at the wrong time', () => {
  test('are conflicts while there is no image, and too early while it is not complete', () => {
    const meter = meterWithFace();
    const download = downloadOn(meter);
    expect([download.verify(), download.activate(), download.cancel()]).toEqual([3, 3, 3]);
    expect(download.send(0)).toBe('onp');
    download.start();
    for (const block of allBlocks().slice(1)) download.send(block);
    expect(download.verify()).toBe(4);
    expect(download.status()).toMatchObject({ state: 'receiving', lastResult: 'incomplete' });
    expect(download.activate()).toBe(4);
    download.send(0);
    expect(download.activate()).toBe(4);
    expect(versionOf(meter)).toBe('1.0');
  });

  test('another image waits until the first is through or cancelled', () => {
    const meter = meterWithFace();
    const download = downloadOn(meter);
    const next = announced(IMAGE, { version: '2.8' });
    download.start();
    expect(download.start(next).resultCode).toBe(3);
    expect(download.status().version).toBe('2.7');
    download.cancel();
    expect(download.start(next).resultCode).toBe(0);
  });

  test.each([
    ['no bytes', { totalLength: 0 }],
    ['no bytes a block', { blockSize: 0 }],
    ['more than the memory holds', { totalLength: (1 << 20) + 1 }],
    ['more blocks than can be numbered', { totalLength: 1 << 20, blockSize: 1 }],
    ['a firmware version that ST1 cannot show', { version: '256.0' }],
    ['a firmware version that is none', { version: 'new' }],
  ] as const)('an image of %s is a bad parameter', (_what, change) => {
    const meter = meterWithFace();
    const download = downloadOn(meter);
    expect(download.start(announced(IMAGE, change)).resultCode).toBe(2);
    expect(download.status().state).toBe('idle');
  });

  test('parameters that are cut, or that there should not be, are bad', () => {
    const { run } = downloadOn(meterWithFace());
    expect(run('start', new Uint8Array(54)).resultCode).toBe(2);
    for (const step of ['verify', 'activate', 'cancel'] as const) {
      expect(run(step, Uint8Array.of(0)).resultCode).toBe(2);
    }
  });

  test.each([
    ['beyond the image', BLOCKS, IMAGE.slice(0, BLOCK_BYTES)],
    ['too short', 0, IMAGE.slice(0, BLOCK_BYTES - 1)],
    ['too long at the end', BLOCKS - 1, IMAGE.slice(0, BLOCK_BYTES)],
  ])('a block %s is an error', (_what, block, data) => {
    const meter = meterWithFace();
    const download = downloadOn(meter);
    download.start();
    expect(download.send(block, data)).toBe('err');
    expect(download.status().firstMissingBlock).toBe(0);
  });

  test('a block is written whole, after its number', () => {
    const meter = meterWithFace();
    downloadOn(meter).start();
    expect(meter.write(DOWNLOAD_TABLES.imageData, new Uint8Array(66), 0)).toBe('onp');
    expect(meter.write(DOWNLOAD_TABLES.imageData, new Uint8Array(1))).toBe('err');
  });
});

test('a program is active at once: the log says programmed, and the session goes on', () => {
  const meter = meterWithFace();
  expect(meter.start('cold-start')).toBe(0);
  const flags = () => (meter.read(3)['ED_STD_STATUS1'] as TableValue)['UNPROGRAMMED_FLAG'];
  expect(flags()).toBe(true);
  const download = downloadOn(meter);
  download.start(announced(IMAGE, { kind: 'program', version: 'residential-a1' }));
  for (const block of allBlocks()) download.send(block);
  expect(download.verify()).toBe(0);
  meter.give({ kind: 'operation', operation: { kind: 'activate-image' } });
  expect(download.status()).toMatchObject({ state: 'activated', version: 'residential-a1' });
  expect(flags()).toBe(false);
  expect(versionOf(meter)).toBe('1.0');
  expect(loggedEvents(meter).at(-1)).toBe(11);
});

test('a cold start forgets the image', () => {
  const meter = meterWithFace();
  const download = downloadOn(meter);
  download.start();
  download.send(0);
  meter.start('cold-start');
  expect(download.status().state).toBe('idle');
});
