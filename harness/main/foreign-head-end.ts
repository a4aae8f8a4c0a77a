import { testIdentity } from '../../devices/domain/identity.ts';
import type { WallClock } from '../../rigs/clock/wall.ts';
import type { UdpAddress, UdpHosts } from '../../rigs/fleet/udp-link.ts';
import { ForeignNorthbound } from '../../rigs/head-end/foreign/foreign-northbound.ts';
import { type HeadEndFile, HOST_AND_PORT } from '../../rigs/head-end/foreign/head-end-file.ts';
import { meterTitle, testKeyId } from '../../rigs/head-end/test-keys.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import type { Northbound } from '../../rigs/port/northbound.ts';

/** A head-end as a fleet in wall time needs it. */
export interface HeadEndSide {
  readonly hosts: UdpHosts;
  readonly northbound: Northbound;
  /** Kills its process and starts it again; null where that is nobody's to do. */
  readonly restart: ((downForNs: number) => Promise<void>) | null;
  readonly close: () => Promise<void>;
}

/** Meters of the test fleet as a head-end is told of them; keys go by their number alone. */
export interface ManifestRow {
  readonly serial: string;
  readonly apTitle: string;
  readonly keyId: number;
  readonly iccId: string;
  readonly msisdn: string;
  readonly barcode: string;
  readonly moduleVersion: string;
  readonly metrologyVersion: string;
}

export function manifestRow(index: number): ManifestRow {
  return {
    ...testIdentity(index),
    apTitle: meterTitle(index).toString(),
    keyId: testKeyId(index),
  };
}

/** Connects to a head-end that is there already and tells it of the fleet. @throws BenchError */
export async function connectForeign(
  file: HeadEndFile,
  { meters, commissioned }: FleetDescription,
  clock: WallClock,
  onFault: (error: Error) => void,
): Promise<HeadEndSide> {
  const environment = process.env;
  const northbound = await ForeignNorthbound.connect({ file, clock, environment, onFault });
  const manifest = Array.from({ length: meters }, (_, index) => manifestRow(index));
  await northbound.ask('prepare', { meters, commissioned, manifest });
  const { address, configuration = address } = file.southbound;
  return {
    hosts: { 'head-end': udpOf(address), 'configuration-server': udpOf(configuration) },
    northbound,
    restart: null,
    close: () => northbound.ask('reset', { meters }),
  };
}

/** The file's schema has seen to it that it is one. */
function udpOf(text: string): UdpAddress {
  const { six, four, port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  return { host: six ?? four ?? '', port: Number(port) };
}
