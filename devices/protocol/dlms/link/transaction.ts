/**
 * What a module is asked, as one ACCESS: the PIN is written first, and what is refused after it was
 * not done. Several services in one APDU are one datagram there and one back, as on C12.22.
 */
import type { MeterSettings } from '../../../domain/northbound.ts';
import { CodecError } from '../../bytes/codec-error.ts';
import { MOST_INTERVALS } from '../../centron-gprs/interval-block.ts';
import type { AskedTransaction } from '../../centron-gprs/language.ts';
import { PARAMETER_KEYS, type Transaction } from '../../centron-gprs/messages.ts';
import type { AccessRequest, AttributeDescriptor, LongInvokeId, Selection } from '../apdu/types.ts';
import { type Data, NULL_DATA, number, structure } from '../data.ts';
import { isSameAttribute, OBJECTS, PARAMETER_OBJECTS } from './objects.ts';
import {
  flag,
  itemsOf,
  octets,
  optional,
  type Shape,
  text,
  unsigned16,
  unsigned32,
} from './shape.ts';
import { periodMinutes } from './shapes.ts';

const PIN_BYTES = 20;
const ENTRY_DESCRIPTOR = 2;
const unset = optional(unsigned32);

/** One service of an ACCESS: what it is about, and the value of a SET. */
interface Service {
  readonly attribute: AttributeDescriptor;
  readonly selection?: Selection;
  /** Null for a GET. */
  readonly value: Data | null;
}

/** The settings, in the order in which they are read. */
export const SETTINGS: {
  readonly [K in keyof MeterSettings]: readonly [AttributeDescriptor, Shape<MeterSettings[K]>];
} = {
  intervalMinutes: [OBJECTS.capturePeriod, periodMinutes],
  pushEveryMinutes: [OBJECTS.pushEveryMinutes, unsigned16],
  declareAfterMs: [OBJECTS.declareAfterMs, unset],
  restoreAfterMs: [OBJECTS.restoreAfterMs, unset],
  clockLowerMs: [OBJECTS.clockLowerMs, unset],
  clockUpperMs: [OBJECTS.clockUpperMs, unset],
  clockCycleMs: [OBJECTS.clockCycleMs, unset],
};
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly (keyof MeterSettings)[];

function get(attribute: AttributeDescriptor): Service {
  return { attribute, value: null };
}

/** The services of a transaction but its PIN. */
function servicesOf(transaction: Transaction): readonly Service[] {
  const set = <T>(attribute: AttributeDescriptor, shape: Shape<T>, value: T): Service => ({
    attribute,
    value: shape.write(transaction.kind, value),
  });
  switch (transaction.kind) {
    case 'get-version':
      return [get(OBJECTS.moduleVersion), get(OBJECTS.metrologyVersion)];
    case 'write-parameter':
      return [set(PARAMETER_OBJECTS[transaction.key], text, transaction.value)];
    case 'read-parameters':
      return PARAMETER_KEYS.map((key) => get(PARAMETER_OBJECTS[key]));
    case 'configure-clock-sync':
      return [
        set(OBJECTS.clockSyncEnabled, flag, transaction.enabled),
        set(OBJECTS.clockLowerMs, unsigned32, transaction.lowerMs),
        set(OBJECTS.clockUpperMs, unsigned32, transaction.upperMs),
        set(OBJECTS.clockCycleMs, unsigned32, transaction.cycleMs),
      ];
    case 'configure-outage-alarms':
      return [
        set(OBJECTS.declareAfterMs, unsigned32, transaction.declareAfterMs),
        set(OBJECTS.restoreAfterMs, unsigned32, transaction.restoreAfterMs),
      ];
    case 'configure-intervals':
      return [set(OBJECTS.capturePeriod, periodMinutes, transaction.intervalMinutes)];
    case 'configure-push':
      return [set(OBJECTS.pushEveryMinutes, unsigned16, transaction.everyMinutes)];
    case 'read-settings':
      return SETTING_KEYS.map((key) => get(SETTINGS[key][0]));
    case 'read-intervals': {
      const selection = { selector: ENTRY_DESCRIPTOR, parameters: newest(transaction.count) };
      return [
        get(OBJECTS.capturePeriod),
        { attribute: OBJECTS.newestIntervals, selection, value: null },
      ];
    }
    case 'read-coverage':
      return [get(OBJECTS.rssiDbm)];
    case 'configure-event-alarms':
      return [
        set(OBJECTS.eventFirstCode, unsigned16, transaction.firstCode),
        set(OBJECTS.eventLastCode, unsigned16, transaction.lastCode),
        set(OBJECTS.eventAtLeast, unsigned16, transaction.atLeast),
        set(OBJECTS.eventWithinMs, unsigned32, transaction.withinMs),
        set(OBJECTS.eventResetsCounter, flag, transaction.resetsCounter),
      ];
  }
}

/** Entries 1 to n, all columns: of a profile that stands newest first. */
function newest(count: number): Data {
  return structure(
    number('double-long-unsigned', 1),
    unsigned32.write('count', checkedCount(count)),
    number('long-unsigned', 1),
    number('long-unsigned', 0),
  );
}

function checkedCount(count: number): number {
  if (count >= 1 && count <= MOST_INTERVALS) return count;
  throw new CodecError(`count: 1 to ${MOST_INTERVALS} intervals wanted, ${count} found`);
}

/**
 * @param pin 20 bytes; null for none
 * @param id 24 bits: what the answer names
 * @throws CodecError when a value does not fit
 */
export function encodeTransaction(
  transaction: Transaction,
  pin: Uint8Array | null,
  id: number,
): AccessRequest {
  const own = servicesOf(transaction);
  const first = pin === null ? [] : [{ attribute: OBJECTS.pin, value: octets.write('PIN', pin) }];
  const services: readonly Service[] = [...first, ...own];
  return {
    service: 'access-request',
    longInvokeId: longInvokeId(id),
    dateTime: new Uint8Array(),
    specifications: services.map(({ attribute, selection, value }) => ({
      access: value === null ? 'get' : 'set',
      attribute: { ...attribute, selection: selection ?? null },
    })),
    data: services.map(({ value }) => value ?? NULL_DATA),
  };
}

/** Confirmed, and the first refusal ends it (break on error): nothing behind a wrong PIN is done. */
function longInvokeId(id: number): LongInvokeId {
  return {
    id,
    selfDescriptive: false,
    breakOnError: true,
    confirmed: true,
    highPriority: false,
  };
}

/** @throws CodecError when it asks no transaction of the profile */
export function decodeTransaction(request: AccessRequest): AskedTransaction {
  const services = request.specifications.map((one, place): Service => {
    if (one.access === 'action') throw new CodecError('transaction: a method was asked for');
    const { selection, ...attribute } = one.attribute;
    const data = request.data[place] ?? NULL_DATA;
    return {
      attribute,
      ...(selection && { selection }),
      value: one.access === 'get' ? null : data,
    };
  });
  const [first, ...rest] = services;
  if (first === undefined) throw new CodecError('transaction: nothing was asked');
  const hasPin = isSameAttribute(first.attribute, OBJECTS.pin);
  const own = hasPin ? rest : services;
  return { transaction: transactionOf(own), pin: hasPin ? pinOf(first.value) : null };
}

function pinOf(value: Data | null): Uint8Array {
  const pin = octets.read('PIN', value ?? NULL_DATA);
  if (pin.length === PIN_BYTES) return pin;
  throw new CodecError(`PIN: ${PIN_BYTES} bytes wanted, ${pin.length} found`);
}

/** What each kind of transaction asks, as far as it says which kind it is. */
const SAMPLES: readonly Transaction[] = [
  { kind: 'get-version' },
  ...PARAMETER_KEYS.map((key) => ({ kind: 'write-parameter', key, value: '' }) as const),
  { kind: 'read-parameters' },
  { kind: 'configure-clock-sync', enabled: false, lowerMs: 0, upperMs: 0, cycleMs: 0 },
  { kind: 'configure-outage-alarms', declareAfterMs: 0, restoreAfterMs: 0 },
  { kind: 'configure-intervals', intervalMinutes: 0 },
  { kind: 'configure-push', everyMinutes: 0 },
  { kind: 'read-settings' },
  { kind: 'read-intervals', count: 1 },
  { kind: 'read-coverage' },
  {
    kind: 'configure-event-alarms',
    firstCode: 0,
    lastCode: 0,
    atLeast: 0,
    withinMs: 0,
    resetsCounter: false,
  },
];

function transactionOf(services: readonly Service[]): Transaction {
  const sample = SAMPLES.find((one) => isAlike(servicesOf(one), services));
  if (sample === undefined) throw new CodecError('transaction: none of the profile asks that');
  const value = <T>(place: number, shape: Shape<T>): T =>
    shape.read(sample.kind, services[place]?.value ?? NULL_DATA);
  switch (sample.kind) {
    case 'write-parameter':
      return { ...sample, value: value(0, text) };
    case 'configure-clock-sync':
      return {
        kind: sample.kind,
        enabled: value(0, flag),
        lowerMs: value(1, unsigned32),
        upperMs: value(2, unsigned32),
        cycleMs: value(3, unsigned32),
      };
    case 'configure-outage-alarms':
      return {
        kind: sample.kind,
        declareAfterMs: value(0, unsigned32),
        restoreAfterMs: value(1, unsigned32),
      };
    case 'configure-intervals':
      return { kind: sample.kind, intervalMinutes: value(0, periodMinutes) };
    case 'configure-push':
      return { kind: sample.kind, everyMinutes: value(0, unsigned16) };
    case 'configure-event-alarms':
      return {
        kind: sample.kind,
        firstCode: value(0, unsigned16),
        lastCode: value(1, unsigned16),
        atLeast: value(2, unsigned16),
        withinMs: value(3, unsigned32),
        resetsCounter: value(4, flag),
      };
    case 'read-intervals':
      return { kind: sample.kind, count: countOf(services[1]?.selection) };
    case 'get-version':
    case 'read-parameters':
    case 'read-settings':
    case 'read-coverage':
      return { kind: sample.kind };
  }
}

function isAlike(wanted: readonly Service[], found: readonly Service[]): boolean {
  return (
    wanted.length === found.length &&
    wanted.every(({ attribute, value, selection }, place) => {
      const other = found[place];
      return (
        other !== undefined &&
        isSameAttribute(attribute, other.attribute) &&
        (value === null) === (other.value === null) &&
        selection?.selector === other.selection?.selector
      );
    })
  );
}

function countOf(selection: Selection | undefined): number {
  const items = itemsOf('entries', selection?.parameters ?? NULL_DATA, 'structure');
  const [from, to, fromColumn, toColumn] = items;
  if (!from || !to || !fromColumn || !toColumn || items.length > 4) {
    throw new CodecError('entries: four numbers wanted');
  }
  const isWhole =
    unsigned32.read('from entry', from) === 1 &&
    unsigned16.read('from column', fromColumn) === 1 &&
    unsigned16.read('to column', toColumn) === 0;
  if (!isWhole) throw new CodecError('entries: all columns from entry 1 on wanted');
  return checkedCount(unsigned32.read('to entry', to));
}
