import { UdpProxy } from '../../rigs/wrap/udp-proxy.ts';
import { listenAddress, targetAddress } from './loopback-address.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

export interface ProxyFlags {
  readonly listen: string;
  readonly to: string;
  readonly drop: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly spoil: number;
  readonly seed: number;
}

/** Passes datagrams on, with faults, until it is told to stop; then prints how many passed, as JSON. */
export async function proxyCommand(flags: ProxyFlags): Promise<void> {
  const stopped = untilStopped();
  const { drop, duplicate, reorder, spoil, seed } = flags;
  const to = targetAddress('--to', flags.to);
  const listen = listenAddress('--listen', flags.listen);
  const faults = {
    dropOneIn: drop,
    duplicateOneIn: duplicate,
    reorderOneIn: reorder,
    spoilOneIn: spoil,
  };
  const proxy = await UdpProxy.open({ listen, to, faults, seed }, stopped.fail);
  tellReady({ kind: 'proxy', address: proxy.end, apTitle: null, keyId: null, to });
  try {
    await stopped.promise;
  } finally {
    await proxy.close();
  }
  process.stdout.write(`${JSON.stringify(proxy.counts())}\n`);
}
