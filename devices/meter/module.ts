import { drawBetween } from '../domain/chance.ts';
import { NS_PER_MS, NS_PER_S } from '../domain/time.ts';
import { PARAMETER_KEYS, type ParameterKey } from '../protocol/centron-gprs/messages.ts';
import { at, isSet } from './clock.ts';
import { FLAG, type Meters, writeSettings } from './columns.ts';
import type { MeterSink, TimerHandlers } from './input.ts';
import { ANSWERS_AWAITED, type ModuleGroup, numberOfText, textOf } from './module-columns.ts';
import {
  MODULE_STATES,
  type ModuleAction,
  type ModuleEvent,
  type ModuleState,
  moduleTransition,
} from './module-state.ts';
import { NEVER, setTimer, TIMER } from './timers.ts';

/**
 * The module's life in the network: it asks for its parameters until it has them all, registers
 * until it is answered, and confirms. What is not answered is said again, later and later.
 */

/** Draw numbers of the waits; the count of what was said before is added. */
const DRAW = {
  startDelay: 0x1000_0000,
  autoConfiguration: 0x2000_0000,
  registration: 0x3000_0000,
} as const;

/** "Immediately", yet the answer to the last parameter leaves first. REG-04 */
const REGISTER_AFTER_NS = NS_PER_MS;

export function moduleStateOf(group: ModuleGroup, row: number): ModuleState {
  return MODULE_STATES[at(group.state, row)] ?? 'pre-configured';
}

/** The module's columns. @throws RangeError when these meters have none */
export function moduleOf({ module: group }: Meters): ModuleGroup {
  if (group !== null) return group;
  throw new RangeError("meters: the module's columns wanted, a table without them given");
}

/** Whether there is a head-end to talk to; meters without a module's columns are placed. */
export function knowsHeadEnd(meters: Meters, row: number): boolean {
  return meters.module === null || moduleStateOf(meters.module, row) === 'placed';
}

/** The text of a parameter; undefined while it is unset. */
function parameterOf(group: ModuleGroup, row: number, key: ParameterKey): string | undefined {
  return textOf(group.texts, at(group.parameters, placeOf(row, key)));
}

/** The parameters that are set. */
export function parametersOf(
  group: ModuleGroup,
  row: number,
): Partial<Record<ParameterKey, string>> {
  const parameters: Partial<Record<ParameterKey, string>> = {};
  for (const key of PARAMETER_KEYS) {
    const text = parameterOf(group, row, key);
    if (text !== undefined) parameters[key] = text;
  }
  return parameters;
}

/** How many parameters are set. */
function parametersSet(group: ModuleGroup, row: number): number {
  let set = 0;
  for (let key = 0; key < PARAMETER_KEYS.length; key++) {
    if (at(group.parameters, row * PARAMETER_KEYS.length + key) !== 0) set++;
  }
  return set;
}

function placeOf(row: number, key: ParameterKey): number {
  return row * PARAMETER_KEYS.length + PARAMETER_KEYS.indexOf(key);
}

/** The module has power and has started: what it does depends on how far it was brought. */
export function onBooted(meters: Meters, row: number, nowNs: number, out: MeterSink): void {
  if (meters.module === null) return;
  if (!meters.rules.settingsKept()) forget(meters, meters.module, row);
  happen(meters, meters.module, row, nowNs, 'booted', out);
}

function forget(meters: Meters, group: ModuleGroup, row: number): void {
  group.parameters.fill(0, row * PARAMETER_KEYS.length, (row + 1) * PARAMETER_KEYS.length);
  writeSettings(meters, row, meters.rules.freshSettings());
  setTimer(meters, row, TIMER.push, NEVER);
  setTimer(meters, row, TIMER.clockSync, NEVER);
}

/** The module goes dark and forgets what it was about to do, and what it waited for. */
export function onDark(meters: Meters, row: number): void {
  const { module: group } = meters;
  setTimer(meters, row, TIMER.autoConfiguration, NEVER);
  setTimer(meters, row, TIMER.registration, NEVER);
  group?.link.awaited.fill(0, row * ANSWERS_AWAITED, (row + 1) * ANSWERS_AWAITED);
}

export function onWriteParameter(
  meters: Meters,
  row: number,
  nowNs: number,
  key: ParameterKey,
  value: string,
  out: MeterSink,
): void {
  const { module: group } = meters;
  if (group === null) return;
  group.parameters[placeOf(row, key)] = numberOfText(group.texts, value);
  if (!meters.rules.registersWhen(parametersSet(group, row), PARAMETER_KEYS.length)) return;
  happen(meters, group, row, nowNs, 'parameters-complete', out);
}

export function onRegistered(meters: Meters, row: number, nowNs: number, out: MeterSink): void {
  if (meters.module === null) return;
  happen(meters, meters.module, row, nowNs, 'registration-accepted', out);
}

function happen(
  meters: Meters,
  group: ModuleGroup,
  row: number,
  nowNs: number,
  event: ModuleEvent,
  out: MeterSink,
): void {
  const transition = moduleTransition(moduleStateOf(group, row), event);
  if (transition === undefined) return;
  group.state[row] = MODULE_STATES.indexOf(transition.to);
  group.retries[row] = 0;
  act(meters, group, row, nowNs, transition.action, out);
}

function act(
  meters: Meters,
  group: ModuleGroup,
  row: number,
  nowNs: number,
  action: ModuleAction,
  out: MeterSink,
): void {
  setTimer(meters, row, TIMER.autoConfiguration, NEVER);
  setTimer(meters, row, TIMER.registration, NEVER);
  switch (action) {
    case 'auto-configure':
      setTimer(meters, row, TIMER.autoConfiguration, nowNs + startDelayNs(meters, group, row));
      return;
    case 'register':
      countAttach(group, row);
      setTimer(meters, row, TIMER.registration, nowNs + REGISTER_AFTER_NS);
      return;
    case 'register-anew':
      countAttach(group, row);
      setTimer(meters, row, TIMER.registration, nowNs + startDelayNs(meters, group, row));
      return;
    case 'confirm':
      if (meters.rules.confirmsWhen() === 'answered') confirm(group, row, out);
      return;
  }
}

function countAttach(group: ModuleGroup, row: number): void {
  group.registrationNumber[row] = at(group.registrationNumber, row) + 1;
}

function confirm(group: ModuleGroup, row: number, out: MeterSink): void {
  out.say(row, 'registration-confirmed', at(group.registrationNumber, row), 0);
}

export const moduleTimers: Pick<TimerHandlers, 'autoConfiguration' | 'registration'> = {
  autoConfiguration(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    const { module: group, profile } = meters;
    if (group === null) return;
    const draw = DRAW.autoConfiguration + at(group.autoConfigurations, row);
    setTimer(
      meters,
      row,
      TIMER.autoConfiguration,
      dueNs + waitNs(meters, group, row, profile.module.retryFirstNs, draw),
    );
    if (!canSpeak(meters, row) || !meters.rules.autoConfigurationSent()) return;
    const attempt = at(group.autoConfigurations, row) + 1;
    group.autoConfigurations[row] = attempt;
    out.say(row, 'auto-configuration', attempt, 0);
  },

  registration(meters: Meters, row: number, dueNs: number, out: MeterSink): void {
    const { module: group, rules } = meters;
    if (group === null) return;
    const draw = DRAW.registration + at(group.registrations, row);
    setTimer(
      meters,
      row,
      TIMER.registration,
      dueNs + waitNs(meters, group, row, registrationRetryNs(meters, group, row), draw),
    );
    if (!canSpeak(meters, row)) return;
    group.registrations[row] = at(group.registrations, row) + 1;
    const target = rules.registrationTarget(parameterOf(group, row, 'tms-ap-title'));
    group.registeredTo[row] = target === undefined ? 0 : numberOfText(group.texts, target);
    out.say(row, 'registration', at(group.registrationNumber, row), 0);
    if (rules.confirmsWhen() === 'sent') confirm(group, row, out);
  },
};

/** On the storage only the last gasp is worth its energy. */
export function canSpeak(meters: Meters, row: number): boolean {
  return isSet(meters, row, FLAG.energised) && isSet(meters, row, FLAG.moduleUp);
}

function startDelayNs(meters: Meters, group: ModuleGroup, row: number): number {
  // Each attach draws anew, and so does each start before the first one.
  const draw =
    DRAW.startDelay + at(group.registrationNumber, row) + at(group.autoConfigurations, row);
  const index = meters.firstIndex + row;
  return Math.round(drawBetween(meters.seed, index, draw, 0, meters.profile.module.startDelayNs));
}

/** How long an answer is waited for: twice as long each time, up to a limit, and never the same. */
function waitNs(
  meters: Meters,
  group: ModuleGroup,
  row: number,
  firstNs: number,
  draw: number,
): number {
  const { retryMostNs, retryJitterPpm } = meters.profile.module;
  const retries = at(group.retries, row);
  const evenNs = Math.min(retryMostNs, firstNs * 2 ** retries);
  if (evenNs < retryMostNs) group.retries[row] = retries + 1;
  const jitterNs = (evenNs * retryJitterPpm) / 1e6;
  const index = meters.firstIndex + row;
  return Math.round(drawBetween(meters.seed, index, draw, evenNs - jitterNs, evenNs + jitterNs));
}

/** The customer's first wait, when it is a whole number of seconds; else that of the profile. */
function registrationRetryNs(meters: Meters, group: ModuleGroup, row: number): number {
  const seconds = Number(parameterOf(group, row, 'registration-retry-s'));
  return Number.isInteger(seconds) && seconds > 0
    ? seconds * NS_PER_S
    : meters.profile.module.retryFirstNs;
}
