import { HEAD_END_TITLE, testCiphers } from '../../rigs/head-end/test-keys.ts';
import { SinkCounter } from '../../rigs/sink/sink-counts.ts';
import { openUdpSink } from '../../rigs/sink/udp-sink.ts';
import { loopbackHost } from './loopback-address.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

export interface ServeSinkFlags {
  readonly host: string;
  readonly port: number;
  readonly json: boolean;
}

/** Opens and counts every message of the test fleet until it is told to stop, and prints the counts. */
export async function serveSinkCommand(flags: ServeSinkFlags): Promise<void> {
  const counter = new SinkCounter(testCiphers());
  const sink = await openUdpSink(loopbackHost('--host', flags.host), flags.port, counter);
  tellReady({
    kind: 'sink',
    address: { host: sink.host, port: sink.port },
    apTitle: HEAD_END_TITLE.toString(),
    keyId: 'index % 256',
  });
  await untilStopped().promise;
  await sink.close();
  const counts = { ...counter.counts(), rssBytes: process.memoryUsage().rss };
  process.stdout.write(flags.json ? `${JSON.stringify(counts)}\n` : textOf(counts));
}

function textOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name.padEnd(14)}${count.toLocaleString('en')}\n`)
    .join('');
}
