import type { LanguageName } from '../../devices/domain/language.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { knownFleetOf } from '../../rigs/head-end/test-fleet.ts';
import { serveHeadEnd } from '../../rigs/head-end/server.ts';
import { loadProfileFile } from './rig-side.ts';
import { loopbackHost } from './loopback-address.ts';
import { tellReady, untilStopped } from './until-stopped.ts';

export interface ServeHeadEndFlags {
  readonly host: string;
  readonly port: number;
  readonly configurationPort: number;
  readonly northboundPort: number;
  readonly meters: number;
  readonly commissioned: FleetDescription['commissioned'];
  readonly store: string;
  readonly protocol: LanguageName;
}

/** Serves the reference head-end and its configuration server until it is told to stop. */
export async function serveHeadEndCommand(flags: ServeHeadEndFlags): Promise<void> {
  const { meters, commissioned } = flags;
  const { profile } = loadProfileFile('centron-gprs');
  const server = await serveHeadEnd(
    {
      store: flags.store,
      host: loopbackHost('--host', flags.host),
      southboundPort: flags.port,
      configurationPort: flags.configurationPort,
      northboundPort: flags.northboundPort,
      fleet: knownFleetOf({ meters, commissioned, profile }),
      language: flags.protocol,
    },
    {},
  );
  const { southbound, apTitle, keyIds, configuration, configurationApTitle, northbound } =
    server.ready;
  tellReady({
    kind: 'head-end',
    address: southbound,
    apTitle,
    keyId: keyIds,
    configuration,
    configurationApTitle,
    northbound,
  });
  await untilStopped().promise;
  await server.close();
}
