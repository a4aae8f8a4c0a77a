import { afterEach, expect, test } from 'vitest';
import { runInMemory } from '../../../harness/main/memory-run.ts';
import { joinedPayloads } from '../../../devices/domain/payload.ts';
import type { MeterProfile } from '../../../devices/domain/profile.ts';
import type { Uplink } from '../../../devices/protocol/centron-gprs/messages.ts';
import { decodeUplink } from '../../../devices/protocol/centron-gprs/uplink.ts';
import { openApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import { testCiphers } from '../../../rigs/head-end/test-keys.ts';
import type { Reading } from '../../../rigs/port/observation.ts';
import { PROFILE } from '../../devices/meter/story.ts';
import { ALL, memoryFleet, stopFleets } from './memory-fleet.ts';

const METERS = 20;
const S = 1e9;

afterEach(stopFleets);

/** What a fleet said until it reported its intervals, opened, and what it weighed. */
async function told(compression: MeterProfile['module']['compression']) {
  const ciphers = testCiphers();
  const uplinks: { readonly atNs: number; readonly index: number; readonly uplink: Uplink }[] = [];
  let sentBytes = 0;
  const { scheduler, fleet, host, failures } = memoryFleet({
    meters: METERS,
    profile: { ...PROFILE, module: { ...PROFILE.module, compression } },
    network: {
      tap: (atNs, index, direction, _host, bytes) => {
        if (direction === 'down') return;
        sentBytes += bytes.length;
        const opened = openApdu(bytes, { cipher: () => ciphers.cipherOf(index) });
        if (opened.outcome !== 'good') throw new Error(`good wanted, ${opened.outcome} found`);
        if (opened.apdu.calledInvocation !== undefined) return;
        uplinks.push({ atNs, index, uplink: decodeUplink(opened.content.services) });
      },
    },
  });
  await fleet.start();
  await fleet.command({ kind: 'mains', energised: true, selection: ALL });
  await scheduler.sleepUntil(120 * S);
  for (let index = 0; index < METERS; index++) {
    host.ask('head-end', index, { kind: 'configure-intervals', intervalMinutes: 5 });
    host.ask('head-end', index, { kind: 'configure-push', everyMinutes: 60 });
  }
  await scheduler.sleepUntil(7_500 * S);
  const payloads = await fleet.payloads();
  await fleet.stop();
  expect(failures).toEqual([]);
  // What is under way in the carrier still arrives, after the end.
  return { uplinks: [...uplinks], sentBytes, payloads };
}

test('what is opened is the same with and without compression, in fewer bytes', async () => {
  const [plain, deflated] = [await told('none'), await told('deflate')];
  const kinds = new Set(plain.uplinks.map(({ uplink }) => uplink.kind));
  for (const kind of ['auto-configuration', 'registration', 'interval-report', 'heartbeat']) {
    expect(kinds).toContain(kind);
  }
  expect(deflated.uplinks).toEqual(plain.uplinks);
  const saved = deflated.payloads.reduce(
    (sum, { rawBytes, sentBytes }) => sum + rawBytes - sentBytes,
    0,
  );
  expect(saved).toBeGreaterThan(METERS * 60);
  expect(plain.payloads.every(({ rawBytes, sentBytes }) => rawBytes === sentBytes)).toBe(true);
  // Lengths in APDUs take a byte more from 128 bytes on: the wire saves at least what services do.
  expect(plain.sentBytes - deflated.sentBytes).toBeGreaterThanOrEqual(saved);
  expect(
    deflated.payloads.map(({ kind, messages, rawBytes }) => ({ kind, messages, rawBytes })),
  ).toEqual(plain.payloads.map(({ kind, messages, rawBytes }) => ({ kind, messages, rawBytes })));
});

test('payloads of several shards are one sum', () => {
  const one = { kind: 'heartbeat', messages: 1, rawBytes: 10, sentBytes: 9 } as const;
  const other = { kind: 'restoration', messages: 2, rawBytes: 30, sentBytes: 30 } as const;
  expect(joinedPayloads([[one, other], [one], []])).toEqual([
    { ...one, messages: 2, rawBytes: 20, sentBytes: 18 },
    other,
  ]);
});

async function readings(scenario: string): Promise<readonly Reading[]> {
  const { entries } = await runInMemory(scenario);
  return entries.flatMap((entry) =>
    entry.kind === 'observation' && entry.observation.kind === 'reading' ? entry.observation : [],
  );
}

test('both ends weigh the same, and the ratio is what the journal says', async () => {
  const found = await readings('reads/compression');
  const ofKinds = found.filter(({ name }) =>
    ['registering', 'reports', 'heartbeats'].includes(name),
  );
  expect(ofKinds).toHaveLength(3);
  for (const { value, raw } of ofKinds) {
    expect(raw['heardMessages']).toBe(raw['messages']);
    expect(raw['heardRawBytes']).toBe(raw['rawBytes']);
    expect(raw['heardSentBytes']).toBe(raw['sentBytes']);
    expect(value).toBe(Math.round((Number(raw['sentBytes']) / Number(raw['rawBytes'])) * 1e6));
  }
  const ratio = Object.fromEntries(found.map(({ name, value }) => [name, value]));
  expect(ratio['registering']).toBeLessThan(600_000);
  expect(ratio['reports']).toBeLessThan(1_000_000);
  expect(ratio['heartbeats']).toBe(1_000_000);
});

test('control: without compression the ratio is exactly 1', async () => {
  const [everything] = await readings('reads/not-compressed');
  expect(everything?.raw['messages']).toBeGreaterThan(METERS);
  expect(everything?.value).toBe(1_000_000);
});
