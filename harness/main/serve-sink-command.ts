import { HEAD_END_TITLE, testCiphers } from '../../rigs/head-end/test-keys.ts';
import { SinkCounter } from '../../rigs/sink/sink-counts.ts';
import { openUdpSink } from '../../rigs/sink/udp-sink.ts';
import { Refusal, EXIT } from './exit.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

export interface ServeSinkFlags {
  readonly host: string;
  readonly port: number;
  readonly json: boolean;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** Opens and counts every message of the test fleet until it is told to stop, and prints the counts. */
export async function serveSinkCommand(flags: ServeSinkFlags): Promise<void> {
  refuseBeyondLoopback('--host', flags.host);
  const counter = new SinkCounter(testCiphers());
  const sink = await openUdpSink(flags.host, flags.port, counter);
  tellReady({
    kind: 'sink',
    address: { host: sink.host, port: sink.port },
    apTitle: HEAD_END_TITLE.toString(),
    keyId: 'index % 256 of the test fleet',
  });
  await untilStopped().promise;
  await sink.close();
  const counts = { ...counter.counts(), rssBytes: process.memoryUsage().rss };
  process.stdout.write(flags.json ? `${JSON.stringify(counts)}\n` : textOf(counts));
}

/** Nothing leaves this machine unless a head-end file says that it may. @throws Refusal */
export function refuseBeyondLoopback(what: string, host: string): void {
  if (LOOPBACK.test(host)) return;
  throw new Refusal(
    EXIT.file,
    `${what} ${host}: only loopback addresses (127.0.0.0/8, ::1) are permitted`,
  );
}

function textOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name.padEnd(14)}${count.toLocaleString('en')}\n`)
    .join('');
}
