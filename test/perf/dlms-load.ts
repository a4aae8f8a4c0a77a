/**
 * A closed loop against served DLMS meters, in a process of their own: each of so many connections asks
 * as soon as it was answered. What it prints is of one machine in one minute; compare ratios.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { build } from 'hdr-histogram-js';
import { dlmsPassword } from '../../harness/main/password.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import { DlmsConnection } from '../../rigs/dlms/dlms-connection.ts';
import {
  CLIENT_SAPS,
  type ClientRole,
  SERVER_SAP,
  testClient,
} from '../../rigs/dlms/test-client.ts';
import { openWrapperTcp } from '../../rigs/dlms/wrapper-channel.ts';
import { WrapperTransport } from '../../rigs/dlms/wrapper-transport.ts';

const FIRST_PORT = 24_059;
const LOOP_MS = 3_000;
const CLOCK = { classId: 8, logicalName: '0.0.1.0.0.255', attribute: 2, selection: null } as const;
const clock = new WallClock();
let counter = 1;

export interface DlmsLoad {
  readonly meters: number;
  readonly as: ClientRole;
  readonly associateMs: number;
  readonly getsPerSecond: number;
  readonly p99Ms: number;
  /** Of the meters' process with all of them connected. */
  readonly rssBytesPerMeter: number;
}

/** Serves so many meters and asks them in the clear and ciphered. */
export async function dlmsLoad(meters: number): Promise<readonly DlmsLoad[]> {
  const served = spawn(
    process.execPath,
    [
      'harness/main/cli.ts',
      'serve',
      'meter',
      '--dlms',
      `127.0.0.1:${FIRST_PORT}`,
      '--meters',
      String(meters),
      '--history',
      '2 h',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await once(createInterface({ input: served.stdout }), 'line');
    const loads: DlmsLoad[] = [];
    for (const role of ['reader', 'management'] as const) {
      loads.push(await loopOf(role, meters, served.pid ?? 0));
    }
    return loads;
  } finally {
    const ended = once(served, 'close');
    served.kill('SIGTERM');
    await ended;
  }
}

async function loopOf(role: ClientRole, meters: number, pid: number): Promise<DlmsLoad> {
  const beganNs = clock.nowNs();
  const connections: DlmsConnection[] = [];
  for (let index = 0; index < meters; index++) connections.push(await connectionTo(role, index));
  const associateMs = (clock.nowNs() - beganNs) / 1e6 / meters;
  const latencies = build({ numberOfSignificantValueDigits: 3 });
  const untilNs = clock.nowNs() + LOOP_MS * 1e6;
  let gets = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (clock.nowNs() < untilNs) {
        const askedNs = clock.nowNs();
        await connection.get([CLOCK]);
        latencies.recordValue(Math.max(1, Math.round((clock.nowNs() - askedNs) / 1e3)));
        gets++;
      }
    }),
  );
  const rssBytesPerMeter = Math.round(rssBytesOf(pid) / meters);
  await Promise.all(connections.map((connection) => connection.close()));
  return {
    meters,
    as: role,
    associateMs: Number(associateMs.toFixed(3)),
    getsPerSecond: Math.round((gets * 1000) / LOOP_MS),
    p99Ms: latencies.getValueAtPercentile(99) / 1e3,
    rssBytesPerMeter,
  };
}

async function connectionTo(role: ClientRole, index: number): Promise<DlmsConnection> {
  const channel = await openWrapperTcp({ host: '127.0.0.1', port: FIRST_PORT + index });
  const saps = { clientSap: CLIENT_SAPS[role], serverSap: SERVER_SAP };
  const transport = new WrapperTransport({ channel, clock, ...saps });
  const options = { index, password: dlmsPassword(), nextCounter: () => counter++ };
  return DlmsConnection.open(transport, testClient(role, options));
}

/** Linux alone tells it; elsewhere 0. */
function rssBytesOf(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
