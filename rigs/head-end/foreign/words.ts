/** What a head-end of somebody else tells, completed to the words of devices/domain/northbound.ts. */
import { z } from 'zod';
import type {
  Alarm,
  AlarmKind,
  ConfigurationRecord,
  MeterRecord,
  NorthboundEvent,
} from '../../../devices/domain/northbound.ts';
import { ANSWERS } from '../northbound-schema.ts';
import type { HeadEndFile } from './head-end-file.ts';

const NO_RECORD: Omit<MeterRecord, 'serial' | 'state'> = {
  apTitle: '',
  groups: [],
  identity: null,
  records: 1,
  registrations: 1,
  firstRegisteredAtMs: null,
  lastRegisteredAtMs: null,
  reports: 0,
  lastReportAtMs: null,
  address: null,
  settings: null,
  coverage: null,
};

const NO_CONFIGURATION: Omit<ConfigurationRecord, 'serial'> = {
  autoConfigurations: 0,
  firstHeardAtMs: null,
  identity: null,
  parameters: {},
  parametersWritten: 0,
  confirmedAtMs: null,
  otherMessages: 0,
};

/** Members that are left out get what says nothing; those that are there must be right. */
function completed<Item extends z.ZodType>(nothing: object, item: Item) {
  const complete = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? { ...nothing, ...value } : value;
  return z.preprocess(complete, item);
}

/** JSONata makes one thing of a list of one, and nothing of an empty one. */
function listOf<Item extends z.ZodType>(item: Item) {
  return z.preprocess(asList, z.array(item).readonly());
}

function asList(value: unknown): unknown {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

const NO_PROVISIONING = {
  endedAtMs: null,
  overdue: false,
  moduleVersion: null,
  steps: [],
  diagnosis: null,
  refusal: null,
};

/** What an alarm may lack: whoever numbers none has them numbered here. */
const toldAlarm = z.object({
  kind: z.string().min(1),
  serial: z.string().min(1),
  occurredAtMs: z.number().optional(),
  alarmId: z.int().nonnegative().optional(),
  outageId: z.string().nullable().default(null),
  pairsWith: z.int().nonnegative().nullable().default(null),
  deviationNs: z.number().nullable().default(null),
  receivedAtMs: z.number().optional(),
  eventCode: z.int().nonnegative().exactOptional(),
});
export type ToldAlarm = z.output<typeof toldAlarm>;

const itemOf = <Item extends z.ZodType>(list: z.ZodReadonly<z.ZodArray<Item>>): Item =>
  list.unwrap().element;

export const TOLD = {
  records: listOf(completed(NO_RECORD, itemOf(ANSWERS.records))),
  configurations: listOf(completed(NO_CONFIGURATION, itemOf(ANSWERS.configurations))),
  provisionings: listOf(completed(NO_PROVISIONING, itemOf(ANSWERS.provisionings))),
  configureAnswers: listOf(completed({ detail: '' }, itemOf(ANSWERS.configureAnswers))),
  loggedEvents: listOf(itemOf(ANSWERS.loggedEvents)),
  alarms: listOf(toldAlarm),
  payloads: listOf(itemOf(ANSWERS.payloads)),
  event: z.discriminatedUnion('type', [
    z.object({ type: z.literal('alarm'), publishedAtMs: z.number().optional(), alarm: toldAlarm }),
    z.object({
      type: z.literal('record'),
      publishedAtMs: z.number().optional(),
      record: completed(NO_RECORD, itemOf(ANSWERS.records)),
    }),
    z.object({
      type: z.literal('provisioning'),
      publishedAtMs: z.number().optional(),
      provisioning: completed(NO_PROVISIONING, itemOf(ANSWERS.provisionings)),
    }),
    z.object({
      type: z.literal('interval-reading'),
      publishedAtMs: z.number().optional(),
      reading: ANSWERS.readAnswer.options[0].shape.reading,
    }),
  ]),
} as const;
export type ToldEvent = z.output<typeof TOLD.event>;

/** Gives alarms and events the numbers and names that they lack. */
export class Words {
  readonly #kinds: ReadonlyMap<string, AlarmKind>;
  readonly #isOurs: (code: string) => code is AlarmKind;
  /** Codes that stand in no map, with how often they came. */
  readonly unmapped = new Map<string, number>();
  #number = 0;

  constructor({ codes = {} }: Pick<HeadEndFile, 'codes'>, kinds: readonly AlarmKind[]) {
    this.#kinds = new Map(
      kinds.flatMap((kind) => (codes[kind] ?? []).map((code) => [code, kind] as const)),
    );
    this.#isOurs = (code): code is AlarmKind => kinds.some((kind) => kind === code);
  }

  /** An alarm under its name; null when its code is none that the file maps. */
  alarm(told: ToldAlarm, nowMs: number): Alarm | null {
    const kind = this.#isOurs(told.kind) ? told.kind : this.#kinds.get(told.kind);
    if (kind === undefined) {
      this.unmapped.set(told.kind, (this.unmapped.get(told.kind) ?? 0) + 1);
      return null;
    }
    const { occurredAtMs = nowMs, receivedAtMs = nowMs, alarmId = ++this.#number } = told;
    return { ...told, kind, alarmId, occurredAtMs, receivedAtMs };
  }

  /** An event under our names; null for an alarm that no code maps. */
  event(told: ToldEvent, nowMs: number): NorthboundEvent | null {
    const place = { eventNumber: ++this.#number, publishedAtMs: told.publishedAtMs ?? nowMs };
    if (told.type !== 'alarm') return { ...told, ...place };
    const alarm = this.alarm(told.alarm, nowMs);
    return alarm === null ? null : { ...place, type: 'alarm', alarm };
  }
}
