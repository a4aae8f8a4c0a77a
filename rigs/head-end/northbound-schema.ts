/**
 * The northbound side's words as schemas: what the server checks and documents, and what the client
 * believes. Each is held against its type in devices/domain/northbound.ts by the compiler.
 */
import { z } from '@hono/zod-openapi';
import type { MeterIdentity } from '../../devices/domain/identity.ts';
import { MESSAGE_KINDS } from '../../devices/domain/message.ts';
import {
  ALARM_KINDS,
  type Alarm,
  type CampaignRecord,
  type ConfigurationRecord,
  type EventFilter,
  type IntervalReading,
  type LoggedHeadEndEvent,
  type MeterRecord,
  type MeterSettings,
  type NorthboundEvent,
  type ProvisioningRecord,
  type ReadAnswer,
  type SouthboundCounters,
  TRANSACTION_KINDS,
} from '../../devices/domain/northbound.ts';
import type { PayloadCount } from '../../devices/domain/payload.ts';
import type { CampaignRequest, EventQuery, Northbound } from '../port/northbound.ts';

/** Meters in one call; a fleet of more is asked for in parts. */
const MOST_SERIALS = 20_000;
/** Interval data of one answer (devices/protocol/centron-gprs: 96 intervals). */
const MOST_INTERVALS = 96;

const count = z.int().nonnegative();
/** UTC milliseconds of the head-end's clock. */
const instantMs = z.number();
const serial = z.string().min(1).max(64);
const serials = z.array(serial).max(MOST_SERIALS).readonly();

const identity = z
  .object({
    serial: z.string(),
    barcode: z.string(),
    iccId: z.string(),
    msisdn: z.string(),
    moduleVersion: z.string(),
    metrologyVersion: z.string(),
  })
  .openapi('MeterIdentity') satisfies z.ZodType<MeterIdentity>;

const settings = z
  .object({
    intervalMinutes: count,
    pushEveryMinutes: count,
    declareAfterMs: count.nullable(),
    restoreAfterMs: count.nullable(),
    clockLowerMs: count.nullable(),
    clockUpperMs: count.nullable(),
    clockCycleMs: count.nullable(),
  })
  .openapi('MeterSettings') satisfies z.ZodType<MeterSettings>;

const meterRecord = z
  .object({
    serial: z.string(),
    apTitle: z.string(),
    state: z.enum(['unknown', 'placed', 'provisioning', 'provisioned', 'failed']),
    groups: z.array(z.string()).readonly(),
    identity: identity.nullable(),
    records: count,
    registrations: count,
    firstRegisteredAtMs: instantMs.nullable(),
    lastRegisteredAtMs: instantMs.nullable(),
    reports: count,
    lastReportAtMs: instantMs.nullable(),
    address: z.string().nullable(),
    settings: settings.nullable(),
    coverage: z.object({ rssiDbm: z.number(), validatedAtMs: instantMs }).nullable(),
  })
  .openapi('MeterRecord') satisfies z.ZodType<MeterRecord>;

const step = z.object({
  transaction: z.enum(TRANSACTION_KINDS),
  sentAtMs: instantMs,
  answeredAtMs: instantMs.nullable(),
  outcome: z.enum(['done', 'refused', 'no answer']).nullable(),
});

const diagnosis = z.object({
  cause: z.enum(['overdue', 'version not given', 'no answer', 'step refused']),
  checks: z.array(z.string()).readonly(),
});

const provisioning = z
  .object({
    serial: z.string(),
    state: z.enum(['running', 'done', 'failed', 'refused']),
    requestedAtMs: instantMs,
    endedAtMs: instantMs.nullable(),
    overdue: z.boolean(),
    moduleVersion: z.string().nullable(),
    steps: z.array(step).readonly(),
    diagnosis: diagnosis.nullable(),
    refusal: z.string().nullable(),
  })
  .openapi('ProvisioningRecord') satisfies z.ZodType<ProvisioningRecord>;

const configuration = z
  .object({
    serial: z.string(),
    autoConfigurations: count,
    firstHeardAtMs: instantMs.nullable(),
    identity: identity.nullable(),
    parameters: z.record(z.string(), z.string()).readonly(),
    parametersWritten: count,
    confirmedAtMs: instantMs.nullable(),
    otherMessages: count,
  })
  .openapi('ConfigurationRecord') satisfies z.ZodType<ConfigurationRecord>;

const alarm = z
  .object({
    alarmId: count,
    kind: z.enum(ALARM_KINDS),
    serial: z.string(),
    outageId: z.string().nullable(),
    pairsWith: count.nullable(),
    occurredAtMs: instantMs,
    receivedAtMs: instantMs,
    deviationNs: z.number().nullable(),
    eventCode: count.exactOptional(),
  })
  .openapi('Alarm') satisfies z.ZodType<Alarm>;

const loggedEvent = z
  .object({ eventId: count, atMs: instantMs, serial: z.string(), what: z.string() })
  .openapi('LoggedEvent') satisfies z.ZodType<LoggedHeadEndEvent>;

const reading = z
  .object({
    serial: z.string(),
    endMinutes: z.number(),
    intervalMinutes: count,
    pulses: z.array(count).readonly(),
    status: z.array(count).readonly(),
    registerPulses: z.number(),
    receivedAtMs: instantMs,
    by: z.enum(['push', 'read']),
  })
  .openapi('IntervalReading') satisfies z.ZodType<IntervalReading>;

const readAnswer = z
  .discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('read'), reading }),
    z.object({ outcome: z.literal('refused'), reason: z.string() }),
    z.object({ outcome: z.literal('no answer') }),
  ])
  .openapi('ReadAnswer') satisfies z.ZodType<ReadAnswer>;

const campaign = z
  .object({
    campaignId: count,
    meters: count,
    clusters: count,
    clusterSize: count,
    concurrency: count,
    startedAtMs: instantMs,
    endedAtMs: instantMs.nullable(),
    read: count,
    failed: count,
  })
  .openapi('Campaign') satisfies z.ZodType<CampaignRecord>;

const counters = z
  .object({
    received: count,
    opened: count,
    badMac: count,
    replays: count,
    outOfOrder: count,
    unknownMeter: count,
    malformed: count,
    sent: count,
  })
  .openapi('SouthboundCounters') satisfies z.ZodType<SouthboundCounters>;

const payload = z
  .object({
    kind: z.enum(MESSAGE_KINDS),
    messages: count,
    rawBytes: count,
    sentBytes: count,
  })
  .openapi('PayloadCount') satisfies z.ZodType<PayloadCount>;

const published = { eventNumber: count, publishedAtMs: instantMs };

const northboundEvent = z
  .discriminatedUnion('type', [
    z.object({ ...published, type: z.literal('alarm'), alarm }),
    z.object({ ...published, type: z.literal('record'), record: meterRecord }),
    z.object({ ...published, type: z.literal('provisioning'), provisioning }),
    z.object({ ...published, type: z.literal('interval-reading'), reading }),
    z.object({ ...published, type: z.literal('campaign'), campaign }),
  ])
  .openapi('NorthboundEvent') satisfies z.ZodType<NorthboundEvent>;

type ConfigureAnswers = Awaited<ReturnType<Northbound['configure']>>;

const configureAnswers = z
  .array(z.object({ serial: z.string(), accepted: z.boolean(), detail: z.string() }))
  .readonly()
  .openapi('ConfigureAnswers') satisfies z.ZodType<ConfigureAnswers>;

const campaignRequest = z
  .object({
    serials: z.array(serial).min(1).max(MOST_SERIALS).readonly(),
    clusterSize: z.int().positive(),
    concurrency: z.int().positive(),
    intervals: z.int().min(1).max(MOST_INTERVALS),
    onlyMissing: z.boolean().exactOptional(),
  })
  .openapi('CampaignRequest') satisfies z.ZodType<CampaignRequest>;

type Change = Parameters<Northbound['configure']>[1];

const someSettings = z
  .object({
    intervalMinutes: count.exactOptional(),
    pushEveryMinutes: count.exactOptional(),
    declareAfterMs: count.nullable().exactOptional(),
    restoreAfterMs: count.nullable().exactOptional(),
    clockLowerMs: count.nullable().exactOptional(),
    clockUpperMs: count.nullable().exactOptional(),
    clockCycleMs: count.nullable().exactOptional(),
    clockEnabled: z.boolean().exactOptional(),
  })
  .openapi('ChangedSettings') satisfies z.ZodType<Change>;

const eventFilter = z
  .object({
    firstCode: count,
    lastCode: count,
    atLeast: count,
    withinMs: count,
    resetsCounter: z.boolean(),
  })
  .openapi('EventFilter') satisfies z.ZodType<EventFilter>;

const clock = z.object({ utcMs: z.number(), belowMsNs: count }).openapi('Clock');

/** A clock as it was read: UTC milliseconds and the nanoseconds below them. */
export type ClockReading = z.output<typeof clock>;

/** What goes in: a request's body or its query. */
export const REQUESTS = {
  clockSkew: z.object({ skewNs: z.number() }).openapi('ClockSkew'),
  serials: z.object({ serials }).openapi('Serials'),
  provision: z.object({ serials, settings }).openapi('ProvisionRequest'),
  configure: z.object({ serials, settings: someSettings }).openapi('ConfigureRequest'),
  configureEvents: z.object({ serials, filter: eventFilter }).openapi('ConfigureEventsRequest'),
  devicePin: z.object({ serials, right: z.boolean() }).openapi('DevicePin'),
  eventQuery: z.object({
    serial,
    fromMs: z.coerce.number(),
    toMs: z.coerce.number(),
  }) satisfies z.ZodType<EventQuery>,
  read: z.object({ serial, intervals: z.int().min(1).max(MOST_INTERVALS) }).openapi('ReadRequest'),
  campaign: campaignRequest,
  campaignId: z.object({ campaignId: z.coerce.number().int().nonnegative() }),
} as const;

/** What comes out. */
export const ANSWERS = {
  clock,
  done: z.object({}).openapi('Done'),
  records: z.array(meterRecord).readonly(),
  configurations: z.array(configuration).readonly(),
  provisionings: z.array(provisioning).readonly(),
  configureAnswers,
  loggedEvents: z.array(loggedEvent).readonly(),
  alarms: z.array(alarm).readonly(),
  readAnswer,
  campaign,
  counters,
  payloads: z.array(payload).readonly(),
  event: northboundEvent,
  error: z.object({ error: z.string() }).openapi('Error'),
} as const;

/** The first mistakes of a value, each with its place. */
export function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}
