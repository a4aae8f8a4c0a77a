/** What the reference head-end is told of the test fleet, without a file. */
import { type MeterIdentity, testIdentity } from '../../devices/domain/identity.ts';
import {
  type Coverage,
  type MeterSettings,
  UNSET_SETTINGS,
} from '../../devices/domain/northbound.ts';
import type { CustomerParameters } from '../../devices/head-end/configuration-server.ts';
import type { TakenOverMeter } from '../../devices/head-end/registration.ts';
import type { ManifestEntry } from '../../devices/head-end/store.ts';
import type { FleetDescription } from '../port/fleet.ts';
import { HEAD_END_TITLE, meterTitle } from './test-keys.ts';

/** The test fleet as a head-end knows it before anything happens. */
export interface KnownFleet {
  readonly meters: number;
  /** Fresh: in the manifest alone. The others are taken over from another head-end. */
  readonly commissioned: FleetDescription['commissioned'];
  /** What the provisioned ones hold; null for the others. */
  readonly settings: MeterSettings | null;
  /** Who they are, by index; left out, those of the test fleet. */
  readonly identities?: readonly MeterIdentity[];
}

/** What provisioned meters of the test fleet were told of outages; numbers of ours. */
export const PROVISIONED_OUTAGE_ALARMS = {
  declareAfterMs: 15_000,
  restoreAfterMs: 30_000,
} as const;

/** What the head-end knows of a fleet before a case begins. */
export function knownFleetOf(
  fleet: Pick<FleetDescription, 'meters' | 'commissioned' | 'profile'>,
): KnownFleet {
  const { meters, commissioned, profile } = fleet;
  const settings: MeterSettings = {
    ...UNSET_SETTINGS,
    intervalMinutes: profile.loadProfile.intervalMinutes,
    ...PROVISIONED_OUTAGE_ALARMS,
  };
  return { meters, commissioned, settings: commissioned === 'provisioned' ? settings : null };
}

/** What a meter that is taken over was heard with; assumed, a fair signal. */
const TAKEN_OVER_RSSI_DBM = -85;

/**
 * What the test fleet's customer has in every meter. Modules reach the head-end by their network;
 * address and port are carried and compared, the title is who they register with.
 */
export const TEST_CUSTOMER: CustomerParameters = {
  apn: 'meters.example',
  // Of the block for documentation (RFC 5737): nothing is ever sent there.
  'tms-address': '192.0.2.1',
  'tms-port': '1153',
  'tms-ap-title': HEAD_END_TITLE.toString(),
  customer: 'meterbench test fleet',
  'registration-retry-s': '60',
};

/** Serial number, title and index of every meter. */
export function* testManifest(known: KnownFleet): Generator<ManifestEntry> {
  for (let index = 0; index < known.meters; index++) {
    const { serial } = identityIn(known, index);
    yield { serial, apTitle: meterTitle(index).toString(), index, pinIsRight: true };
  }
}

/** The meters that another head-end had placed or provisioned; none of a fresh fleet. */
export function* takenOverMeters(known: KnownFleet, nowMs: number): Generator<TakenOverMeter> {
  if (known.commissioned === 'fresh') return;
  const settings = known.commissioned === 'provisioned' ? known.settings : null;
  const coverage: Coverage = { rssiDbm: TAKEN_OVER_RSSI_DBM, validatedAtMs: nowMs };
  for (let index = 0; index < known.meters; index++) {
    yield { identity: identityIn(known, index), settings, coverage };
  }
}

function identityIn({ identities }: KnownFleet, index: number): MeterIdentity {
  return identities?.[index] ?? testIdentity(index);
}
