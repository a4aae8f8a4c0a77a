import type { CaseRecord } from '../../../harness/verdict/case-record.ts';
import type { SNAPSHOT_FIELDS, SnapshotRow, SnapshotSource } from '../../../rigs/port/fleet.ts';
import type { Material } from '../material.ts';
import { spreadOf } from './spread.ts';
import type { Spread } from './spread.ts';

/** How far the meters of a case were brought, and when, as far as its snapshots tell. */
export interface ProvisioningCase {
  readonly record: CaseRecord;
  readonly meters: number;
  /** In order of time; only those that some meter reached. */
  readonly phases: readonly Phase[];
}

/** When meters reached one point of their way; instants since the case began. REG-02 to PRV-09 */
export interface Phase {
  readonly name: string;
  /** Who says so. */
  readonly by: string;
  readonly spread: Spread;
  /** Name and line of the snapshot that tells it. */
  readonly snapshot: string;
  readonly seq: number;
}

interface Milestone {
  readonly name: string;
  readonly by: string;
  /** Bench time; 0 when it never came. */
  readonly instantOf: (row: SnapshotRow) => number;
}

const MILESTONES: readonly Milestone[] = [
  {
    name: 'first auto-configuration',
    by: 'meter',
    instantOf: (row) => field(row, 'meter', 'firstAutoConfigurationAt'),
  },
  {
    name: 'last parameter set',
    by: 'meter',
    instantOf: (row) => field(row, 'meter', 'lastParameterAt'),
  },
  {
    name: 'first registration sent',
    by: 'meter',
    instantOf: (row) => field(row, 'meter', 'firstRegistrationAt'),
  },
  {
    name: 'registration recorded',
    by: 'head-end',
    instantOf: (row) => field(row, 'headEnd', 'registeredAt'),
  },
  { name: 'registered', by: 'meter', instantOf: (row) => field(row, 'meter', 'registeredAt') },
  {
    name: 'confirmation sent',
    by: 'meter',
    instantOf: (row) => field(row, 'meter', 'confirmedAt'),
  },
  {
    name: 'confirmation recorded',
    by: 'configuration server',
    instantOf: (row) => field(row, 'configurationServer', 'confirmedAt'),
  },
  {
    name: 'provisioning requested',
    by: 'head-end',
    instantOf: (row) => field(row, 'provisioning', 'requestedAt'),
  },
  {
    name: 'provisioning ended',
    by: 'head-end',
    instantOf: (row) => {
      const elapsedNs = field(row, 'provisioning', 'elapsed');
      return elapsedNs === 0 ? 0 : field(row, 'provisioning', 'requestedAt') + elapsedNs;
    },
  },
];

/** Cases whose snapshots tell when meters were placed or provisioned. */
export function provisioningCases({ records }: Material): readonly ProvisioningCase[] {
  return records.flatMap((record) => {
    const snapshots = snapshotsOf(record);
    const zeroNs = record.opened?.atNs ?? 0;
    const phases = MILESTONES.flatMap((milestone) => phaseOf(milestone, snapshots, zeroNs) ?? []);
    if (phases.length === 0) return [];
    const meters = Math.max(...snapshots.map(({ rows }) => rows.length));
    const inOrder = phases.toSorted((one, other) => one.spread.p50Ns - other.spread.p50Ns);
    return [{ record, meters, phases: inOrder }];
  });
}

interface Snapshot {
  readonly name: string;
  readonly seq: number;
  readonly rows: readonly SnapshotRow[];
}

/** Snapshots in the order in which they were taken; one that came in pieces is put together. */
function snapshotsOf({ heard }: CaseRecord): readonly Snapshot[] {
  const pieces = heard.flatMap(({ seq, observation }) =>
    observation.kind === 'snapshot'
      ? [{ name: observation.name, seq, rows: observation.rows }]
      : [],
  );
  const byName = Map.groupBy(pieces, ({ name }) => name);
  return [...byName].map(([name, own]) => ({
    name,
    seq: own[0]?.seq ?? 0,
    rows: own.flatMap(({ rows }) => rows),
  }));
}

/** Told by the first of the snapshots in which most meters have it; null when none has. */
function phaseOf(
  { name, by, instantOf }: Milestone,
  snapshots: readonly Snapshot[],
  zeroNs: number,
): Phase | null {
  let best: Phase | null = null;
  for (const { name: snapshot, seq, rows } of snapshots) {
    const instants = rows.map((row) => instantOf(row)).filter((ns) => ns !== 0);
    const spread = spreadOf(instants.map((ns) => ns - zeroNs).toSorted((a, b) => a - b));
    if (spread === null || spread.samples <= (best?.spread.samples ?? 0)) continue;
    best = { name, by, spread, snapshot, seq };
  }
  return best;
}

function field<S extends SnapshotSource>(
  { fields }: SnapshotRow,
  source: S,
  name: keyof (typeof SNAPSHOT_FIELDS)[S] & string,
): number {
  const value = fields[source]?.[name];
  return typeof value === 'number' ? value : 0;
}
