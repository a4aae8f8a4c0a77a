import type { MeterProfile } from '../domain/profile.ts';
import { PARAMETER_KEYS } from '../protocol/centron-gprs/messages.ts';
import { MODULE_STATES } from './module-state.ts';
import type { MeterRules } from './rules/index.ts';

/**
 * What a module keeps of its life in the network, all of it in non-volatile memory: the column
 * group of meters that are commissioned, or that speak C12.22.
 */
export interface ModuleGroup {
  /** Place in MODULE_STATES. */
  readonly state: Uint8Array;
  /** A text for each of PARAMETER_KEYS, by its number in `texts`; 0 is unset. */
  readonly parameters: Uint32Array;
  /** A fleet shares its few texts. */
  readonly texts: TextTable;
  readonly autoConfigurations: Uint32Array;
  readonly registrations: Uint32Array;
  /** Grows with each attach; repeats of one registration have one number. */
  readonly registrationNumber: Uint32Array;
  /** Title of the newest registration, by its number in `texts`. */
  readonly registeredTo: Uint32Array;
  /** Sent in vain since the last success: the exponent of the back-off. */
  readonly retries: Uint8Array;
  /** Length of an interval; 0 until somebody configured it. */
  readonly intervalMinutes: Uint8Array;
  /** UTC of the meter's clock from which intervals have this length. */
  readonly recordingSinceSeconds: Uint32Array;
  readonly pushEveryMinutes: Uint16Array;
  /** End, as UTC minutes, that the next push waits for. */
  readonly pushEndMinutes: Uint32Array;
  readonly outages: OutageMemory;
  readonly link: LinkColumns;
}

/** The last outages a row, as UTC seconds of the meter's clock, so that interval data shows them. */
export interface OutageMemory {
  readonly fromSeconds: Uint32Array;
  readonly toSeconds: Uint32Array;
  readonly written: Uint32Array;
  /** Pulses that never were, of outages that have been forgotten. */
  readonly forgottenPulses: Float64Array;
}

export const OUTAGES_KEPT = 4;
/** An outage that has not ended yet ends here. */
export const ONGOING_SECONDS = 0xffff_ffff;

/** What the module knows of the APDUs that it sent and got. */
export interface LinkColumns {
  /** Invocation id of the newest APDU that it sent. */
  readonly invocation: Uint32Array;
  /** Kind of each of the last uplinks whose answer is awaited, by invocation id; 0 is none. */
  readonly awaited: Uint8Array;
  /** Two sources a row: highest IV, and a bit for each of the 64 below it. */
  readonly highestIv: Uint32Array;
  readonly seenBelow: Uint32Array;
}

export const ANSWERS_AWAITED = 8;
/** Head-end and configuration server count their IVs apart. */
export const SOURCES = 2;

/** Texts by number; 0 is none. */
export interface TextTable {
  readonly numbers: Map<string, number>;
  readonly texts: string[];
}

/** The number of a text, which is given one when it is new. */
export function numberOfText(table: TextTable, text: string): number {
  const known = table.numbers.get(text);
  if (known !== undefined) return known;
  const number = table.texts.push(text);
  table.numbers.set(text, number);
  return number;
}

/** The text under a number; undefined for 0. */
export function textOf(table: TextTable, number: number): string | undefined {
  return table.texts[number - 1];
}

/** Meters out of the box, or such that have long been registered and recording. */
export function createModule(
  count: number,
  commissioned: 'fresh' | 'placed',
  profile: MeterProfile,
  rules: MeterRules,
): ModuleGroup {
  const fresh = commissioned === 'fresh';
  const first = !fresh ? 'placed' : rules.startsPreConfigured() ? 'pre-configured' : 'configured';
  return {
    state: new Uint8Array(count).fill(MODULE_STATES.indexOf(first)),
    parameters: new Uint32Array(count * PARAMETER_KEYS.length),
    texts: { numbers: new Map(), texts: [] },
    autoConfigurations: new Uint32Array(count),
    registrations: new Uint32Array(count),
    registrationNumber: new Uint32Array(count),
    registeredTo: new Uint32Array(count),
    retries: new Uint8Array(count),
    intervalMinutes: new Uint8Array(count).fill(fresh ? 0 : profile.loadProfile.intervalMinutes),
    recordingSinceSeconds: new Uint32Array(count),
    pushEveryMinutes: new Uint16Array(count),
    pushEndMinutes: new Uint32Array(count),
    outages: createOutageMemory(count, fresh),
    link: {
      invocation: new Uint32Array(count),
      awaited: new Uint8Array(count * ANSWERS_AWAITED),
      highestIv: new Uint32Array(count * SOURCES),
      seenBelow: new Uint32Array(count * SOURCES * 2),
    },
  };
}

/** To a meter out of the box all time before its first power is one outage. */
function createOutageMemory(count: number, fresh: boolean): OutageMemory {
  const toSeconds = new Uint32Array(count * OUTAGES_KEPT);
  if (fresh) {
    for (let row = 0; row < count; row++) toSeconds[row * OUTAGES_KEPT] = ONGOING_SECONDS;
  }
  return {
    fromSeconds: new Uint32Array(count * OUTAGES_KEPT),
    toSeconds,
    written: new Uint32Array(count).fill(fresh ? 1 : 0),
    forgottenPulses: new Float64Array(count),
  };
}
