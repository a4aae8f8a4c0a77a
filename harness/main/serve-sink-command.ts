import { monitorEventLoopDelay } from 'node:perf_hooks';
import { NS_PER_MS } from '../../devices/domain/time.ts';
import { HEAD_END_TITLE, testCiphers } from '../../rigs/head-end/test-keys.ts';
import { Arrivals } from '../../rigs/sink/arrivals.ts';
import { SinkCounter } from '../../rigs/sink/sink-counts.ts';
import { kernelDrops } from '../../rigs/sink/kernel-drops.ts';
import { ApduPort } from '../../rigs/network/apdu-port.ts';
import { untilQuiet } from '../../rigs/wrap/until-quiet.ts';
import { loopbackHost } from './loopback-address.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

export interface ServeSinkFlags {
  readonly host: string;
  readonly port: number;
  /** Microseconds that each message is made to take: a receiver that is too slow, on purpose. */
  readonly slow: number;
  readonly json: boolean;
}

/** As many connections as there are senders, and each for as long as it likes; 0 is no time-out. */
const ANY_TRUNK = { connectionsMost: Number.POSITIVE_INFINITY, silenceMs: 0 } as const;

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
  const host = loopbackHost('--host', flags.host);
  const port = await ApduPort.open({
    address: { host, port: flags.port },
    blame: 'rig',
    ...ANY_TRUNK,
  });
  let came = 0;
  let outOfStep = 0;
  const add = (_from: string, message: Uint8Array): void => {
    came++;
    arrivals.add(message);
  };
  port.listen(add, undefined, () => outOfStep++);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  tellReady({
    kind: 'sink',
    address: port.address,
    apTitle: HEAD_END_TITLE.toString(),
    keyId: 'index % 256',
  });
  await untilStopped().promise;
  const dropped = kernelDrops(port.address.port);
  lag.disable();
  await untilQuiet(() => came);
  await port.close();
  arrivals.drain();
  const counted = counter.counts();
  const counts = {
    // What reached this machine's sockets, and what of it the sink got through.
    offered: counted.received + (dropped ?? 0),
    achieved: counted.opened,
    ...counted,
    droppedBySystem: dropped,
    outOfStep,
    lagP99Ms: lag.percentile(99) / NS_PER_MS,
    rssBytes: process.memoryUsage.rss(),
  };
  process.stdout.write(flags.json ? `${JSON.stringify(counts)}\n` : textOf(counts));
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
