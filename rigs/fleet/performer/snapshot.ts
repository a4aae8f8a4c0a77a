import type {
  Alarm,
  ConfigurationRecord,
  LoggedHeadEndEvent,
  MeterRecord,
  ProvisioningRecord,
} from '../../../devices/domain/northbound.ts';
import { NS_PER_MINUTE, NS_PER_MS } from '../../../devices/domain/time.ts';
import type { SnapshotRow } from '../../port/fleet.ts';
import { parametersText, settingsText } from '../canonical-text.ts';
import { flagDifferences, flaggedIn, flagsLogged } from './interval-flags.ts';
import {
  type FleetParts,
  type FleetPerformer,
  WHOLE_FLEET,
  fleetObservation,
  selectionFor,
  serialsOf,
} from '../parts.ts';

/** Rows of one observation; a line of the journal stays of a readable length. */
const ROWS_A_LINE = 100;
/** What the head-end notes when it does not believe what a meter says of itself. */
const REFUSED_IDENTITY = 'registration refused';
/** Channel code of C12.19 ST64: the interval was skipped. */
const SKIPPED = 0x04;
const CHANNEL_CODE = 0x0f;

type Fields = Readonly<Record<string, string | number | boolean>>;

export const takeSnapshot: FleetPerformer<'take-snapshot'> = {
  async perform(action, parts, context) {
    const rows = await rowsOf(parts, context.of);
    for (let first = 0; first < rows.length; first += ROWS_A_LINE) {
      const some = rows.slice(first, first + ROWS_A_LINE);
      const body = { kind: 'snapshot', name: action.as, rows: some } as const;
      context.observe(fleetObservation(parts, 'fleet and head-end', WHOLE_FLEET, body));
    }
  },
};

async function rowsOf(
  parts: FleetParts,
  of: Parameters<typeof selectionFor>[1],
): Promise<readonly SnapshotRow[]> {
  const { northbound, fleet } = parts;
  const serials = serialsOf(parts, of);
  const meters = await fleet.snapshot(selectionFor(parts, of));
  const records = bySerial(await northbound.records(serials));
  const configurations = bySerial(await northbound.configurations(serials));
  const provisionings = bySerial(await northbound.provisionings(serials));
  const { offsetNs } = await northbound.clockOffset();
  // An instant of the head-end's clock as bench time; 0 for what never was.
  const benchNs = (ms: number | null): number =>
    ms === null ? 0 : (ms - parts.clock.startUtcMs) * NS_PER_MS - offsetNs;
  const refusals = await refusalsOf(parts, serials, records);
  const flagEvents = await eventsOfFlagged(parts, serials);
  const alarms = Map.groupBy(await northbound.alarms(serials), ({ serial }) => serial);
  return serials.map((meter, place) => ({
    meter,
    fields: {
      meter: meters[place] ?? {},
      headEnd: {
        ...headEndFields(records.get(meter), refusals.get(meter) ?? 0, benchNs),
        alarms: alarms.get(meter)?.length ?? 0,
        ...eventFields(alarms.get(meter) ?? []),
      },
      configurationServer: configurationFields(configurations.get(meter), benchNs),
      provisioning: provisioningFields(provisionings.get(meter), benchNs),
      read: readFields(parts, meter, {
        alarms: alarms.get(meter) ?? [],
        events: flagEvents.get(meter) ?? [],
      }),
      events: {
        ...(parts.memory.searches.get(meter) ?? { found: 0, expected: 0, foundInside: 0 }),
      },
    },
  }));
}

function eventFields(alarms: readonly Alarm[]): Fields {
  const codes = alarms.flatMap(({ eventCode }) => eventCode ?? []);
  return { eventAlarms: codes.join(' '), eventCodes: new Set(codes).size };
}

function bySerial<T extends { readonly serial: string }>(
  list: readonly T[],
): ReadonlyMap<string, T> {
  return new Map(list.map((one) => [one.serial, one]));
}

/** Only meters that are not placed are looked up: a search each would be many. */
async function refusalsOf(
  { northbound }: FleetParts,
  serials: readonly string[],
  records: ReadonlyMap<string, MeterRecord>,
): Promise<ReadonlyMap<string, number>> {
  const refusals = new Map<string, number>();
  for (const serial of serials) {
    if (records.get(serial)?.identity != null) continue;
    const events = await eventsOf(northbound, serial);
    refusals.set(serial, events.filter(({ what }) => what.startsWith(REFUSED_IDENTITY)).length);
  }
  return refusals;
}

/** Only meters that were read and had something flagged are looked up: a search each would be many. */
async function eventsOfFlagged(
  { northbound, memory }: FleetParts,
  serials: readonly string[],
): Promise<ReadonlyMap<string, readonly LoggedHeadEndEvent[]>> {
  const events = new Map<string, readonly LoggedHeadEndEvent[]>();
  for (const serial of serials) {
    const answer = memory.reads.get(serial)?.answer;
    if (answer?.outcome !== 'read' || flaggedIn(answer.reading) === 0) continue;
    events.set(serial, await eventsOf(northbound, serial));
  }
  return events;
}

/** All that the head-end ever noted about a meter. */
function eventsOf(
  northbound: FleetParts['northbound'],
  serial: string,
): Promise<readonly LoggedHeadEndEvent[]> {
  return northbound.searchEvents({ serial, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER });
}

function headEndFields(
  record: MeterRecord | undefined,
  refusalsLogged: number,
  benchNs: (ms: number | null) => number,
): Fields {
  const identity = record?.identity ?? null;
  return {
    state: record?.state ?? 'unknown',
    records: record?.records ?? 0,
    inRegistrationGroup: record?.groups.includes('Registration Group') ?? false,
    registrations: record?.registrations ?? 0,
    reports: record?.reports ?? 0,
    registeredAt: benchNs(record?.firstRegisteredAtMs ?? null),
    serial: identity?.serial ?? '',
    barcode: identity?.barcode ?? '',
    iccId: identity?.iccId ?? '',
    msisdn: identity?.msisdn ?? '',
    moduleVersion: identity?.moduleVersion ?? '',
    settings: settingsText(record?.settings ?? null),
    coverageValidatedAt: benchNs(record?.coverage?.validatedAtMs ?? null),
    refusalsLogged,
  };
}

function configurationFields(
  record: ConfigurationRecord | undefined,
  benchNs: (ms: number | null) => number,
): Fields {
  return {
    autoConfigurations: record?.autoConfigurations ?? 0,
    serial: record?.identity?.serial ?? '',
    iccId: record?.identity?.iccId ?? '',
    parameters: parametersText(record?.parameters ?? {}),
    parametersWritten: record?.parametersWritten ?? 0,
    confirmedAt: benchNs(record?.confirmedAtMs ?? null),
    otherMessages: record?.otherMessages ?? 0,
  };
}

function provisioningFields(
  record: ProvisioningRecord | undefined,
  benchNs: (ms: number | null) => number,
): Fields {
  const version = record?.steps.find(({ transaction }) => transaction === 'get-version');
  const elapsedMs =
    (record?.endedAtMs ?? record?.requestedAtMs ?? 0) - (record?.requestedAtMs ?? 0);
  const answeredMs = (version?.answeredAtMs ?? version?.sentAtMs ?? 0) - (version?.sentAtMs ?? 0);
  return {
    state: record?.state ?? 'none',
    requestedAt: benchNs(record?.requestedAtMs ?? null),
    elapsed: elapsedMs * NS_PER_MS,
    overdue: record?.overdue ?? false,
    steps: record?.steps.map(({ transaction }) => transaction).join(', ') ?? '',
    firstStepAt: benchNs(record?.steps[0]?.sentAtMs ?? null),
    versionAnswer: answeredMs * NS_PER_MS,
    moduleVersion: record?.moduleVersion ?? '',
    cause: record?.diagnosis?.cause ?? '',
    checks: record?.diagnosis?.checks.join('; ') ?? '',
    refusal: record?.refusal ?? '',
  };
}

/** What else the head-end has of the meter. */
interface Told {
  readonly alarms: readonly Alarm[];
  readonly events: readonly LoggedHeadEndEvent[];
}

function readFields({ memory }: FleetParts, serial: string, told: Told): Fields {
  const read = memory.reads.get(serial);
  const none = {
    reason: '',
    intervals: 0,
    intervalLength: 0,
    aligned: false,
    contiguous: false,
    sumMatches: false,
    flagged: 0,
    flagsLogged: 0,
    flagDifferences: 0,
  };
  if (read === undefined) return { ...none, outcome: 'none' };
  const { asked, answer } = read;
  switch (answer.outcome) {
    case 'refused':
      return { ...none, outcome: 'refused', reason: answer.reason };
    case 'no answer':
      return { ...none, outcome: 'no answer' };
    case 'read': {
      const { pulses, status, endMinutes, intervalMinutes } = answer.reading;
      return {
        outcome: 'read',
        reason: '',
        intervals: pulses.length,
        intervalLength: intervalMinutes * NS_PER_MINUTE,
        aligned: endMinutes % intervalMinutes === 0,
        contiguous:
          pulses.length === asked && status.every((byte) => (byte & CHANNEL_CODE) !== SKIPPED),
        sumMatches: sumMatches(memory, serial, answer.reading),
        flagged: flaggedIn(answer.reading),
        flagsLogged: flagsLogged(answer.reading, told.events),
        flagDifferences: flagDifferences(answer.reading, told.alarms),
      };
    }
  }
}

/** Whether the intervals since the reading before add up to what the register advanced. */
function sumMatches(
  { earlier }: FleetParts['memory'],
  serial: string,
  reading: {
    readonly pulses: readonly number[];
    readonly endMinutes: number;
    readonly intervalMinutes: number;
    readonly registerPulses: number;
  },
): boolean {
  const before = earlier.get(serial);
  if (before === undefined) return false;
  const since = (reading.endMinutes - before.endMinutes) / reading.intervalMinutes;
  if (!Number.isInteger(since) || since < 1 || since > reading.pulses.length) return false;
  const sum = reading.pulses.slice(-since).reduce((total, pulses) => total + pulses, 0);
  return sum === reading.registerPulses - before.registerPulses;
}
