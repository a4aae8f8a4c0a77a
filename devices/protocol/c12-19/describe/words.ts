/** Numbers, sets and bit fields of tables in words. */
import { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteOrder } from '../../bytes/byte-reader.ts';
import { fromHex } from '../../bytes/hex.ts';
import { eventName } from '../events.ts';
import { valueAt } from '../layout.ts';
import { PROCEDURE_SELECTORS, procedureText } from '../procedures.ts';
import { TABLE_NAMES } from '../table-names.ts';

const DAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'day unknown',
] as const;

/** Standard table 52 is 'ST52 clock'; manufacturer table 40 is 'MT40'. */
function tableText(number: number, manufacturer: boolean): string {
  if (manufacturer) return `MT${number}`;
  const name = TABLE_NAMES[number];
  return name === undefined ? `ST${number}` : `ST${number} ${name}`;
}

/** How the elements of a set are called, by the name of its field. */
const MEMBERS: readonly (readonly [field: RegExp, text: (element: number) => string])[] = [
  [/^(?:STD_TBLS_|STANDARD_PENDING$)/, (element) => tableText(element, false)],
  [/^(?:MFG_TBLS_|MANUFACTURE_PENDING$)/, (element) => tableText(element, true)],
  [/^STD_PROC_/, (element) => procedureText(element, false).replace('procedure ', '')],
  [/^MFG_PROC_/, (element) => String(element)],
  [/^STD_EVENTS_/, (element) => `${element} ${eventName(element, false)}`],
];

/** Elements of a set by name; undefined when the field is no such set. */
export function setText(field: string, elements: readonly unknown[]): string | undefined {
  const text = MEMBERS.find(([pattern]) => pattern.test(field))?.[1];
  if (text === undefined) return undefined;
  return elements.length === 0 ? '-' : elements.map((element) => text(Number(element))).join(', ');
}

/** Records that say one thing, by the name of their field. */
const RECORDS: readonly (readonly [field: RegExp, text: (value: object) => string])[] = [
  [/(?:EVENT|HISTORY)_CODE$/, eventText],
  [/^TABLE_IDB_BFLD$/, procedureIdText],
  [/^TABLE_SELECTOR$/, selectorText],
  [/^TIME_DATE_QUAL$/, qualifierText],
  [/^CALENDAR_ACTION$/, actionText],
  [/^RECURR_DATE$/, recurringText],
  [/^TIER_SWITCH$/, tierSwitchText],
];

/** A record in one text; undefined when its fields stand on lines of their own. */
export function recordText(field: string, value: object): string | undefined {
  return RECORDS.find(([pattern]) => pattern.test(field))?.[1](value);
}

function eventText(code: object): string {
  const number = Number(valueAt(code, 'EVENT_NUMBER'));
  return `${number} ${eventName(number, valueAt(code, 'MFG_FLAG') === true)}`;
}

function procedureIdText(id: object): string {
  const number = Number(valueAt(id, 'TBL_PROC_NBR'));
  const selector = Number(valueAt(id, 'SELECTOR'));
  const answered = Object.entries(PROCEDURE_SELECTORS).find(([, code]) => code === selector)?.[0];
  const name = procedureText(number, valueAt(id, 'MFG_FLAG') === true);
  return `${name}, answered ${answered ?? `by selector ${selector}`}`;
}

function selectorText(selector: object): string {
  const table = Number(valueAt(selector, 'TBL_NBR'));
  const name = tableText(table, valueAt(selector, 'MFG_FLAG') === true);
  return valueAt(selector, 'PENDING_FLAG') === true ? `${name}, pending` : name;
}

/** Flags that are up, by name. */
export function flagsUp(value: object): string[] {
  return Object.entries(value)
    .filter(([, flag]) => flag === true)
    .map(([name]) => name);
}

function qualifierText(qualifier: object): string {
  const day = DAYS[Number(valueAt(qualifier, 'DAY_OF_WEEK'))] ?? 'day unknown';
  return [day, ...flagsUp(qualifier)].join(', ');
}

/** CALENDAR_CTRL: 1 and 2 summer time, 3 to 18 seasons 0 to 15, 19 to 30 special schedules. */
function actionText(action: object): string {
  return [controlText(Number(valueAt(action, 'CALENDAR_CTRL'))), ...flagsUp(action)].join(', ');
}

function controlText(control: number): string {
  if (control === 0) return 'no change';
  if (control === 1) return 'daylight saving on';
  if (control === 2) return 'daylight saving off';
  if (control <= 18) return `season ${control - 3}`;
  return control === 31 ? 'end of list' : `special schedule ${control - 19}`;
}

function recurringText(date: object): string {
  const month = Number(valueAt(date, 'MONTH'));
  const day = Number(valueAt(date, 'DAY'));
  if (month >= 1 && month <= 12) return `every year on ${twoDigits(month)}-${twoDigits(day)}`;
  const rest = ['OFFSET', 'WEEKDAY', 'DAY'].map((part) => `${part} ${String(valueAt(date, part))}`);
  return `rule ${month}, ${rest.join(', ')}`;
}

function tierSwitchText(tierSwitch: object): string {
  const hour = twoDigits(Number(valueAt(tierSwitch, 'SWITCH_HOUR')));
  const minute = twoDigits(Number(valueAt(tierSwitch, 'SWITCH_MIN')));
  const tier = `${hour}:${minute} tier ${String(valueAt(tierSwitch, 'NEW_TIER'))}`;
  return [tier, ...flagsUp(tierSwitch)].join(', ');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** Events whose argument begins with the number of a table (7, 8, 10) or of a procedure. */
const EVENTS_OF_TABLES: ReadonlySet<unknown> = new Set([7, 8, 10, 59]);
const EVENTS_OF_PROCEDURES: ReadonlySet<unknown> = new Set([9, 58]);

/** The argument of a logged event: what it was done to, where that is known, else its bytes. */
export function argumentText(code: unknown, argument: string, order: ByteOrder): string {
  const event = valueAt(code, 'EVENT_NUMBER');
  const standard = valueAt(code, 'MFG_FLAG') !== true;
  if (!standard || argument.length < 4) return argument;
  const id = new ByteReader(fromHex(argument)).unsigned('argument', 2, order);
  const number = id & 0x7ff;
  const manufacturer = (id & 0x800) !== 0;
  if (EVENTS_OF_TABLES.has(event)) return tableText(number, manufacturer);
  if (EVENTS_OF_PROCEDURES.has(event)) return procedureText(number, manufacturer);
  return argument;
}
