import type { LanguageName } from '../../devices/domain/language.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { knownFleetOf } from '../../rigs/head-end/test-fleet.ts';
import { serveHeadEnd } from '../../rigs/head-end/server.ts';
import { loadProfileFile } from './rig-side.ts';
import { EXIT, Refusal } from './exit.ts';
import { loopbackHost, targetAddress } from './loopback-address.ts';
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
  readonly broker?: string;
  readonly tls?: string;
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
      ...brokerOf(flags),
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

/** @throws Refusal for a broker where none is spoken to */
function brokerOf({ protocol, broker, tls }: ServeHeadEndFlags) {
  if (broker === undefined && tls === undefined) return {};
  if (broker === undefined || protocol !== 'mqtt') {
    throw new Refusal(EXIT.file, '--broker goes with --protocol mqtt, and --tls with --broker');
  }
  return { broker: { ...targetAddress('--broker', broker), tlsFolder: tls ?? null } };
}
