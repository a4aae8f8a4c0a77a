import { monitorEventLoopDelay } from 'node:perf_hooks';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { HEAD_END_TITLE, testCiphers } from '../../rigs/head-end/test-keys.ts';
import { Arrivals } from '../../rigs/sink/arrivals.ts';
import { SinkCounter } from '../../rigs/sink/sink-counts.ts';
import { openTcpSink, type TcpSink } from '../../rigs/sink/tcp-sink.ts';
import { openUdpSink, type UdpSink } from '../../rigs/sink/udp-sink.ts';
import { loopbackHost } from './loopback-address.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

export interface ServeSinkFlags {
  readonly host: string;
  readonly port: number;
  /** Microseconds that each message is made to take: a receiver that is too slow, on purpose. */
  readonly slow: number;
  readonly json: boolean;
}

/**
 * Opens and counts every message of the test fleet until it is told to stop, and prints the counts:
 * datagrams, and trunks on the TCP port of the same number.
 */
export async function serveSinkCommand(flags: ServeSinkFlags): Promise<void> {
  const counter = new SinkCounter(testCiphers());
  const arrivals = new Arrivals((message) => {
    counter.receive(message);
    if (flags.slow > 0) dawdle(flags.slow);
  });
  const add = (message: Uint8Array): void => arrivals.add(message);
  const [sink, trunks] = await openBoth(loopbackHost('--host', flags.host), flags.port, add);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  tellReady({
    kind: 'sink',
    address: { host: sink.host, port: sink.port },
    apTitle: HEAD_END_TITLE.toString(),
    keyId: 'index % 256',
  });
  await untilStopped().promise;
  const dropped = sink.dropped();
  lag.disable();
  await sink.close();
  await trunks.close();
  arrivals.drain();
  const counted = counter.counts();
  const counts = {
    // What reached this machine's sockets, and what of it the sink got through.
    offered: counted.received + (dropped ?? 0),
    achieved: counted.opened,
    ...counted,
    droppedBySystem: dropped,
    outOfStep: trunks.outOfStep,
    lagP99Ms: lag.percentile(99) / NS_PER_MS,
    rssBytes: process.memoryUsage.rss(),
  };
  process.stdout.write(flags.json ? `${JSON.stringify(counts)}\n` : textOf(counts));
}

/** A UDP port that is free may be taken as a TCP port: then another one is tried. */
const ATTEMPTS = 8;

/** Opens both on one number. @throws BenchError (rig) when the address cannot be had */
async function openBoth(
  host: string,
  port: number,
  receive: (message: Uint8Array) => void,
): Promise<readonly [UdpSink, TcpSink]> {
  for (let attempt = 1; ; attempt++) {
    const sink = await openUdpSink(host, port, receive);
    try {
      return [sink, await openTcpSink(sink.host, sink.port, receive)];
    } catch (error) {
      await sink.close();
      if (port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Works for so long, as a head-end does that is busy with each message. */
function dawdle(microseconds: number): void {
  const until = performance.now() + microseconds / 1_000;
  while (performance.now() < until);
}

function textOf(counts: Readonly<Record<string, number | null>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name.padEnd(16)}${count?.toLocaleString('en') ?? 'not known'}\n`)
    .join('');
}
