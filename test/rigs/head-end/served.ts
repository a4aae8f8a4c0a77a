import { WallClock } from '../../../rigs/clock/wall.ts';
import { HttpNorthbound } from '../../../rigs/head-end/northbound-client.ts';
import { type HeadEndServerOptions, serveHeadEnd } from '../../../rigs/head-end/server.ts';
import { metersOverUdp } from './scripted-meters.ts';

/** Quick time-outs, so that a test may wait for a meter that does not answer. */
const QUICK = {
  versionTimeoutMs: 300,
  transactionTimeoutMs: 100,
  retries: 1,
  retryPauseMs: 50,
};

export function optionsFor(store: string): HeadEndServerOptions {
  return {
    store,
    host: '127.0.0.1',
    southboundPort: 0,
    configurationPort: 0,
    northboundPort: 0,
    fleet: { meters: 600, commissioned: 'fresh', settings: null },
    parameters: QUICK,
  };
}

/** A real server on the loopback interface, with a client northbound and meters southbound. */
export async function served(options: HeadEndServerOptions = optionsFor(':memory:')) {
  const server = await serveHeadEnd(options);
  const clock = new WallClock();
  const { southbound, configuration, northbound } = server.ready;
  const { url } = northbound;
  const client = await HttpNorthbound.connect({ name: 'client', url, clock, onFault: fail });
  const meters = await metersOverUdp({
    'head-end': southbound,
    'configuration-server': configuration,
  });
  return {
    server,
    url,
    clock,
    client,
    meters,
    [Symbol.asyncDispose]: async () => {
      await meters[Symbol.asyncDispose]();
      await client.close();
      await server.close();
    },
  };
}

/** For a client that must not be told of faults. */
export function fail(fault: Error): never {
  throw fault;
}
