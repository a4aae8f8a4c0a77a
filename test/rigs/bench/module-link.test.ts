import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../../devices/protocol/bytes/hex.ts';
import { decodeTransactionAnswer } from '../../../devices/protocol/centron-gprs/transaction.ts';
import { decodeUplink } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { openApdu, type OpenedApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { testCiphers } from '../../../rigs/head-end/test-keys.ts';
import { benchForTests, type TestBench } from './bench-for-tests.ts';

const CIPHERS = testCiphers();

/** The APDU of the first message of a kind, as the tap saw it, opened with the key of a meter. */
function opened({ observed }: TestBench, kind: string, index = 0): OpenedApdu {
  for (const seen of observed) {
    if (seen.kind !== 'message' || seen.message.kind !== kind || seen.bytesHex === null) continue;
    return openApdu(fromHex(seen.bytesHex), { cipher: () => CIPHERS.cipherOf(index) });
  }
  throw new Error(`no ${kind} was observed`);
}

function servicesOf(apdu: OpenedApdu): readonly Uint8Array[] {
  if (apdu.outcome !== 'good') throw new Error(`good wanted, ${apdu.outcome} found`);
  return apdu.content.services;
}

async function configured(bench: TestBench): Promise<void> {
  await bench.perform({ do: 'close-mains' });
  await bench.perform({
    do: 'configure-outage-alarms',
    declareAfterNs: 15e9,
    restoreAfterNs: 30e9,
  });
}

describe('the module in the socket speaks C12.22', () => {
  test('what the tap saw opens with its key to the message that is told beside it', async () => {
    const bench = await benchForTests();
    await configured(bench);
    await bench.perform({ do: 'await', message: 'heartbeat', withinNs: 90e9 });
    await bench.perform({ do: 'interrupt-mains', as: 'outage', forNs: 20e9 });
    const heartbeat = decodeUplink(servicesOf(opened(bench, 'heartbeat')));
    expect(heartbeat).toEqual({ kind: 'heartbeat', sequenceNumber: 1 });
    const { identity } = decodeUplink(servicesOf(opened(bench, 'registration'))) as {
      readonly identity?: unknown;
    };
    expect(identity).toMatchObject({ serial: '60012345', barcode: 'CENTRON-60012345' });
    const gasp = decodeUplink(servicesOf(opened(bench, 'last-gasp')));
    const told = bench.observed.find(
      (seen) => seen.kind === 'message' && seen.message.kind === 'last-gasp',
    );
    expect(told).toMatchObject({ message: { fields: { outageNumber: 1 } } });
    expect(gasp).toEqual({
      kind: 'last-gasp',
      ...(told?.kind === 'message' && told.message.fields),
    });
  });

  test('a configuration that it takes is the answer to the transaction that asked', async () => {
    const bench = await benchForTests();
    await configured(bench);
    const answer = opened(bench, 'configuration-accepted');
    expect(answer.apdu.calledInvocation).toBeGreaterThan(0);
    const read = decodeTransactionAnswer('configure-outage-alarms', servicesOf(answer), true);
    expect(read).toEqual({ outcome: 'done' });
  });

  test('control: with the key of another meter nothing of it opens', async () => {
    const bench = await benchForTests();
    await configured(bench);
    expect(opened(bench, 'configuration-accepted', 1).outcome).toBe('bad-mac');
  });

  test('what was not heard is told with what was awaited, and blamed on the meter', async () => {
    const bench = await benchForTests();
    await bench.perform({ do: 'close-mains' });
    await bench.perform({ do: 'open-mains' });
    await bench.clock.sleepUntil(bench.clock.nowNs() + 60e9);
    await expect(
      bench.perform({ do: 'configure-outage-alarms', declareAfterNs: 15e9, restoreAfterNs: 30e9 }),
    ).rejects.toMatchObject({
      blame: 'dut',
      message: expect.stringMatching(/awaited .* configure-outage-alarms for 1 min, got nothing/),
    });
  });
});

test('one seed gives one capture, byte for byte', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterbench-bench-capture-'));
  try {
    const paths = [join(folder, 'one.pcapng'), join(folder, 'two.pcapng')] as const;
    for (const capturePath of paths) {
      const bench = await benchForTests({ capturePath });
      await configured(bench);
      await bench.bench.close();
    }
    const [one, two] = paths.map((path) => readFileSync(path));
    expect(one?.length).toBeGreaterThan(300);
    expect(two).toEqual(one);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
