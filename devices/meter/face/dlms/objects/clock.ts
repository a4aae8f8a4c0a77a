import { MS_PER_S, NS_PER_MS } from '../../../../domain/time.ts';
import {
  type Data,
  number,
  octetString,
  elementsOf,
  numberIn,
} from '../../../../protocol/dlms/data.ts';
import { encodeDateTime, GOOD_CLOCK, statusOctet } from '../../../../protocol/dlms/date-time.ts';
import type { Obis } from '../../../../protocol/dlms/obis.ts';
import type { DataAccessResult } from '../../../../protocol/dlms/result.ts';
import { at, clockUtcMs, isSet } from '../../../clock.ts';
import { judgeClock } from '../../../clock-sync.ts';
import { FLAG } from '../../../columns.ts';
import { overridden } from '../../../cosem.ts';
import { intervalMinutesOf } from '../../../logs.ts';
import {
  CLOCK,
  dateTimeIn,
  FIRST_BEGIN,
  FIRST_END,
  FIRST_SAVING_MINUTES,
  shownDateTime,
  stamp,
  tableWithZone,
  instantMsOf,
  zoneMinutes,
} from '../local-time.ts';
import {
  ACCESS,
  type CosemObject,
  data,
  fixed,
  kept,
  keptData,
  live,
  method,
  object,
  type Place,
} from '../object.ts';
import type { Subject } from '../subject.ts';
import { amount, flag } from '../values.ts';

/** The clock (class 8) and what belongs to its synchronisation. */

const SYNC = {
  window: '1.0.0.9.9.255',
  method: '1.0.0.9.10.255',
  shiftLimit: '1.0.0.9.11.255',
  lastAt: '0.0.96.2.12.255',
} as const satisfies Record<string, Obis>;

const INTERNAL_CRYSTAL = 1;
const QUARTER_MINUTES = 15;
const ZONE_MINUTES = { least: -840, most: 720 } as const;
const SHIFT_MOST_SECONDS = 900;
/** Place in the overlay of a preset time, under an attribute that no client can name. */
const PRESET: Place = { logicalName: CLOCK, attribute: 0 };

const CLOCK_OBJECT = object(
  8,
  0,
  CLOCK,
  [
    live(2, shown, ACCESS.openSettable, setTime),
    live(3, zone, ACCESS.openSettable, setZone),
    live(4, status, ACCESS.open),
    kept(5, octetString(encodeDateTime(FIRST_BEGIN)), ACCESS.settable, isDateTime),
    kept(6, octetString(encodeDateTime(FIRST_END)), ACCESS.settable, isDateTime),
    kept(7, number('integer', FIRST_SAVING_MINUTES)),
    kept(8, flag(false)),
    fixed(9, number('enum', INTERNAL_CRYSTAL), ACCESS.open),
  ],
  [
    method(1, (subject) => toMultiple(subject, QUARTER_MINUTES)),
    method(2, (subject) => toMultiple(subject, intervalMinutesOf(subject.meters, subject.row))),
    method(3, (subject) => toMultiple(subject, 1)),
    method(4, adjustToPreset),
    method(5, presetTime),
    method(6, shiftTime),
  ],
);

export const CLOCK_OBJECTS: readonly CosemObject[] = [
  CLOCK_OBJECT,
  /** A clock whose synchronisation has bounds says the upper one; the lower is a project parameter. */
  data(SYNC.shiftLimit, ({ meters, row }) =>
    amount('long-unsigned', at(meters.upperMs, row) / MS_PER_S),
  ),
  keptData(SYNC.window, number('unsigned', 0)),
  keptData(SYNC.method, number('enum', 0)),
  data(SYNC.lastAt, ({ meters, row }) => {
    // The clock's anchor is where it was set last; a clock that never was set stands since it began.
    const setAtNs = at(meters.clockAnchorNs, row);
    return stamp(meters, row, clockUtcMs(meters, row, setAtNs));
  }),
];

function shown({ meters, row, nowNs }: Subject): Data {
  return octetString(encodeDateTime(shownDateTime(meters, row, nowNs)));
}

function status({ meters, row, nowNs }: Subject): Data {
  const { status: said } = shownDateTime(meters, row, nowNs);
  return number('unsigned', statusOctet(said ?? GOOD_CLOCK));
}

/** The sign is that of a deviation: Amsterdam has -60. */
function zone({ meters, row }: Subject): Data {
  return number('long', 0 - zoneMinutes(meters, row));
}

function setZone(subject: Subject, value: Data): DataAccessResult {
  const minutes = value.type === 'long' ? value.value : null;
  if (minutes === null) return 'type-unmatched';
  if (minutes < ZONE_MINUTES.least || minutes > ZONE_MINUTES.most) return 'other-reason';
  const { meters, row, operate } = subject;
  if (meters.configuration === null) return 'object-unavailable';
  operate({ kind: 'write-table', table: 53, bytes: tableWithZone(meters, row, -minutes) });
  return 'success';
}

function isDateTime(value: Data): boolean {
  return dateTimeIn(value) !== null;
}

/** Fields that are not specified stay as they are. */
function setTime(subject: Subject, value: Data): DataAccessResult {
  const { meters, row, nowNs } = subject;
  const given = dateTimeIn(value);
  if (given === null) return 'type-unmatched';
  const present = shownDateTime(meters, row, nowNs);
  const utcMs = instantMsOf(meters, row, {
    year: given.year ?? present.year,
    month: given.month ?? present.month,
    day: given.day ?? present.day,
    weekday: null,
    hour: given.hour ?? present.hour,
    minute: given.minute ?? present.minute,
    second: given.second ?? present.second,
    hundredths: given.hundredths ?? 0,
    deviationMinutes: given.deviationMinutes,
    status: null,
  });
  return utcMs === null ? 'other-reason' : offerTime(subject, utcMs);
}

/**
 * A clock with bounds takes a time as they say: one that is nearer than the lower is thanked for
 * and left alone, one beyond the upper refused. One without bounds takes all.
 */
function offerTime(subject: Subject, utcMs: number): DataAccessResult {
  const { meters, row, give, nowNs } = subject;
  const shownNs = (utcMs - meters.startUtcMs) * NS_PER_MS;
  if (!isSet(meters, row, FLAG.clockSyncEnabled)) {
    give({ kind: 'set-clock', shownNs });
    return 'success';
  }
  const { decision } = judgeClock(meters, row, nowNs, shownNs);
  give({ kind: 'offer-clock', shownNs });
  return decision === 'alarm' ? 'other-reason' : 'success';
}

/** To the nearest multiple of so many minutes. */
function toMultiple(subject: Subject, minutes: number): 'success' {
  const { meters, row, nowNs } = subject;
  const spanMs = minutes * 60_000;
  const nearestMs = Math.round(clockUtcMs(meters, row, nowNs) / spanMs) * spanMs;
  return setTo(subject, nearestMs);
}

function setTo({ meters, give }: Subject, utcMs: number): 'success' {
  give({ kind: 'set-clock', shownNs: (utcMs - meters.startUtcMs) * NS_PER_MS });
  return 'success';
}

function shiftTime(subject: Subject, parameters: Data | null) {
  const seconds = parameters?.type === 'long' ? parameters.value : null;
  if (seconds === null) return 'type-unmatched';
  if (Math.abs(seconds) > SHIFT_MOST_SECONDS) return 'other-reason';
  const { meters, row, nowNs } = subject;
  return setTo(subject, clockUtcMs(meters, row, nowNs) + seconds * MS_PER_S);
}

/** A time to be set later, and the interval in which that may be asked for. */
function presetTime({ operate }: Subject, parameters: Data | null) {
  const times = elementsOf(parameters, 3);
  if (parameters === null || times === null || !times.every(isDateTime)) return 'type-unmatched';
  operate({ kind: 'override-object', ...PRESET, value: parameters });
  return 'success';
}

function adjustToPreset(subject: Subject, parameters: Data | null) {
  if (numberIn(parameters) === null) return 'type-unmatched';
  const { meters, row, nowNs, operate } = subject;
  const preset = elementsOf(overridden(meters, row, CLOCK, PRESET.attribute) ?? null, 3) ?? [];
  const [wantedMs, fromMs, toMs] = preset.map((time) => {
    const value = dateTimeIn(time);
    return value === null ? null : instantMsOf(meters, row, value);
  });
  const presentMs = clockUtcMs(meters, row, nowNs);
  const isTime = fromMs !== null && toMs !== null && wantedMs !== null;
  if (!isTime || fromMs === undefined || toMs === undefined || wantedMs === undefined) {
    return 'other-reason';
  }
  if (presentMs < fromMs || presentMs > toMs) return 'other-reason';
  operate({ kind: 'override-object', ...PRESET, value: null });
  return setTo(subject, wantedMs);
}
