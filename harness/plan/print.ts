import { formatDurationNs, formatQuantity } from '../../devices/domain/quantity.ts';
import type { Action } from '../../rigs/port/action.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import { sizeOf, type Selection } from '../../rigs/port/fleet.ts';
import { calibrationRefusal } from './calibration.ts';
import { clock, expectedTimes, watchTimes } from './duration.ts';
import { loadPointTexts } from './print-load-points.ts';
import type {
  InapplicableCase,
  Plan,
  PlannedCase,
  PlannedExpectation,
  PlannedStep,
} from './plan.ts';

/**
 * A plan as a careful colleague would read it before the mains go on: what is done when, what is
 * energised, how long it takes, what is not asked and why. Touches nothing.
 */
export function printPlan(plan: Plan): string {
  const { abilities } = plan;
  const totalNs = plan.cases.reduce((sum, one) => sum + one.expectedNs, 0);
  const lines = [
    `Plan: ${plan.title}`,
    `  bench      ${abilities.bench}${abilities.simulated ? ' (simulated)' : ''}, ${socketsText(plan)}`,
    `  meter      ${[...new Set(socketsOf(plan).map(({ profile }) => `${profile.profile}, form ${profile.form}`))].join('; ')}`,
    `  head-end   ${abilities.headEnd?.name ?? 'none'}`,
    `  roles      ${abilities.roles.join(', ') || 'none'}`,
    `  consent    ${abilities.consent.join(', ') || 'none'}${allowedText(plan)}`,
    `  seed       ${plan.seed}, ${plan.time} time${plan.defect === null ? '' : `, defect ${plan.defect}`}`,
    `  cases      ${plan.cases.length}${plan.chosen === undefined ? '' : ` (--case ${plan.chosen})`}, inapplicable ${plan.inapplicable.length}`,
    `  covers     ${plan.covers.join(', ')}`,
    `  effects    ${effectsOf(plan.cases.flatMap((one) => one.steps))}`,
    ...calibrationText(plan),
    `  expected   ${clock(totalNs)} of ${plan.time} time; cases run one after the other`,
    '',
    ...plan.cases.flatMap((one) => [...printCase(one, abilitiesOf(plan, one)), '']),
    ...printInapplicable(plan.inapplicable),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function allowedText({ permissions: { allowed } }: Plan): string {
  return allowed.length === 0 ? '' : ` (for this run: ${allowed.join(', ')})`;
}

/** What certificates say on the day of the run, and what comes of it. */
function calibrationText({ permissions: { calibration } }: Plan): readonly string[] {
  const { findings, override } = calibration;
  const refusal = calibrationRefusal(calibration);
  return [
    ...findings.map(({ role, text }) => `  certified  ${role}: ${text}`),
    ...(override === null ? [] : [`  overridden by ${override.by}: ${override.reason}`]),
    ...(refusal === null ? [] : [`  REFUSED    ${refusal}`]),
  ];
}

const socketsOf = ({ positions, abilities }: Plan) => positions ?? [abilities];

function abilitiesOf(plan: Plan, { position }: PlannedCase): Abilities {
  return socketsOf(plan).find((socket) => socket.position === position) ?? plan.abilities;
}

function socketsText(plan: Plan): string {
  return socketsOf(plan)
    .map(({ position, meterSerial }) => `position ${position}, meter ${meterSerial}`)
    .join('; ');
}

function printCase(one: PlannedCase, abilities: Abilities): readonly string[] {
  const times = expectedTimes(one.steps);
  return [
    one.key,
    `  ${one.title}`,
    `  covers ${one.covers.join(', ')}; ${parametersOf(one)}`,
    ...fleetText(one),
    `  energised ${energisedSections(one)}; effects ${effectsOf(one.steps)}`,
    `  expected ${clock(one.expectedNs)}; critical path ${criticalPath(one)}`,
    ...loadPointTexts(one.steps, abilities).map((text) => `  ${text}`),
    ...one.steps.map((step, index) => {
      const startNs = times[index]?.startNs ?? 0;
      const mark = step.energises ? '!' : ' ';
      return `  ${clock(startNs).padStart(10)} ${mark} ${step.id.padEnd(12)} ${describeAction(step.action)}${addressee(step)}${waits(step)}`;
    }),
    ...one.expectations.map((expectation) => `       expect   ${describeExpectation(expectation)}`),
  ];
}

function fleetText({ fleet, time }: PlannedCase): readonly string[] {
  if (fleet === null) return [];
  const { meters, profile, feeders, carrier, commissioned, diskLatencyNs } = fleet;
  const disk =
    diskLatencyNs === undefined ? '' : `, disk ${formatDurationNs(diskLatencyNs)} slower`;
  return [
    `  fleet of ${meters} ${profile.profile}, ${commissioned}, feeders ${feeders}, carrier ${carrier.name} (${carrier.origin})${disk}, ${time} time`,
  ];
}

function parametersOf(one: PlannedCase): string {
  const shown = Object.entries(one.parameters).map(
    ([name, value]) =>
      `${name} ${typeof value === 'object' ? formatQuantity(value) : String(value)}`,
  );
  return shown.length === 0 ? 'no parameters' : shown.join(', ');
}

function addressee({ of }: PlannedStep): string {
  return of === null ? '' : `, of ${groupText(of)}`;
}

function waits({ atNs, afterNs }: PlannedStep): string {
  const at = atNs === null ? '' : `, not before ${formatDurationNs(atNs)}`;
  return `${at}${afterNs === null ? '' : `, ${formatDurationNs(afterNs)} after the step before`}`;
}

function effectsOf(steps: readonly PlannedStep[]): string {
  return [...new Set(steps.flatMap((step) => step.effects))].sort().join(', ') || 'none';
}

/** From the first step that energises to the end of the case, where the safe state opens the mains. */
function energisedSections(one: PlannedCase): string {
  const times = expectedTimes(one.steps);
  const sections: string[] = [];
  let sinceNs: number | null = null;
  for (const [index, step] of one.steps.entries()) {
    if (step.energises) sinceNs ??= times[index]?.startNs ?? 0;
    if (step.action.do === 'open-mains' && sinceNs !== null) {
      sections.push(`${clock(sinceNs)} to ${clock(times[index]?.endNs ?? 0)}`);
      sinceNs = null;
    }
  }
  if (sinceNs !== null) sections.push(`${clock(sinceNs)} to ${clock(one.expectedNs)}`);
  return sections.join(', ') || 'never';
}

/** What the duration of a case hangs on: its longest steps, and a window that outlasts them. */
function criticalPath(one: PlannedCase): string {
  const times = expectedTimes(one.steps);
  const stepsEndNs = times.at(-1)?.endNs ?? 0;
  const longest = [...one.steps]
    .filter((step) => step.expectedNs >= 0.1 * one.expectedNs)
    .map((step) => `${step.id} ${clock(step.expectedNs)}`);
  const last = watchTimes(one.steps, one.expectations)
    .filter((watch) => watch.endNs > stepsEndNs)
    .sort((a, b) => b.endNs - a.endNs)[0];
  const tail = last === undefined ? [] : [`${last.id} watches to ${clock(last.endNs)}`];
  return [...longest, ...tail].join(' > ') || 'all steps alike';
}

/** One action as a sentence, with the durations at which the bench aims. */
function describeAction(action: Action): string {
  const ns = formatDurationNs;
  switch (action.do) {
    case 'configure-clock-sync':
      return `${action.do}: ${action.enabled ? 'enabled' : 'disabled'}, ${ns(action.lowerNs)} to ${ns(action.upperNs)}, every ${ns(action.cycleNs)}`;
    case 'configure-outage-alarms':
      return `${action.do}: declare after ${ns(action.declareAfterNs)}, restore after ${ns(action.restoreAfterNs)}`;
    case 'set-head-end-clock':
      return `${action.do}: ${ns(action.skewNs)} ahead of UTC`;
    case 'set-meter-clock': {
      const edge =
        action.pastIntervalEdgeNs === null
          ? ''
          : `, ${ns(action.pastIntervalEdgeNs)} past an interval edge`;
      return `${action.do}: ${ns(action.offByNs)} ahead of the reference${edge}`;
    }
    case 'await':
      return `${action.do}: ${action.message}, up to ${ns(action.withinNs)}`;
    case 'wait':
      return `${action.do}: ${ns(action.forNs)}`;
    case 'apply-load':
      return `${action.do}: ${action.currentMilliAmps / 1e3} A, ${action.voltageMilliVolts / 1e3} V, power factor ${action.powerFactorPpm / 1e6}`;
    case 'measure-accuracy':
      return `${action.do} as ${action.as}: ${action.repeats} gates of at least ${action.pulses} pulses and ${ns(action.minimumGateNs)}`;
    case 'count-pulses':
      return `${action.do} as ${action.as}: for ${'forNs' in action.window ? ns(action.window.forNs) : `the time of ${action.window.forPulses} pulses at the applied load`}`;
    case 'interrupt-mains':
    case 'restore-mains':
      return `${action.do} as ${action.as}: aimed at ${ns(action.forNs)}, the middle of the timer's tick`;
    case 'measure-clock':
    case 'read-event-log':
    case 'read-load-profile':
      return `${action.do} as ${action.as}`;
    case 'take-snapshot':
      return `${action.do} as ${action.as}`;
    case 'await-state':
      return `${action.do}: ${action.state}, up to ${ns(action.withinNs)}`;
    case 'provision':
      return `${action.do}: up to ${ns(action.withinNs)}`;
    case 'forge-uplink':
      return `${action.do}: ${action.change}`;
    case 'configure-event-alarms':
      return `${action.do}: ${codes(action)} after ${action.atLeast} within ${ns(action.withinNs)}, counting ${action.resetsCounter ? 'begins anew' : 'goes on'}`;
    case 'raise-event':
      return `${action.do}: ${codes(action)}, ${action.times} times, every ${ns(action.everyNs)}`;
    case 'configure-intervals':
      return `${action.do}: ${ns(action.intervalNs)}`;
    case 'read-intervals':
      return `${action.do}: the newest ${action.intervals}`;
    case 'poll-meters':
      return `${action.do} as ${action.as}: clusters of ${action.clusterSize}, at most ${action.concurrency} in flight, up to ${ns(action.withinNs)}`;
    case 'read-counter':
      return `${action.do} as ${action.as}: ${action.counter}`;
    case 'measure-compression':
      return `${action.do} as ${action.as}: ${action.message ?? 'all messages'}`;
    case 'set-link':
      return `${action.do}: ${action.to} ${action.up ? 'up' : 'down'}`;
    case 'hold-answer':
      return `${action.do}: to ${action.transaction}, until ${ns(action.untilNs)} after this step began`;
    case 'set-device-pin':
      return `${action.do}: ${action.right ? 'right' : 'wrong'}`;
    case 'read-probe':
      return `${action.do} as ${action.as}: ${action.probe}${expects(action)}`;
    case 'set-stimulus':
      return `${action.do}: ${action.stimulus} ${action.state}, back at rest when the case ends`;
    case 'ask-operator':
      return `${action.do} as ${action.as}: "${action.text}", up to ${ns(action.withinNs)}${expects(action)}`;
    case 'run-console':
      return `${action.do} as ${action.as}: "${action.command}", up to ${ns(action.withinNs)}${expects(action)}`;
    case 'identify-meter':
      return `${action.do}: label, rig file and the meter's own word`;
    case 'restart-head-end':
      return `${action.do}: away for ${ns(action.downForNs)}`;
    case 'archive-tables':
    case 'search-events':
    case 'spoil-identity':
    case 'remove-load':
    case 'open-mains':
    case 'close-mains':
      return action.do;
  }
}

function expects({ expects: pattern }: { readonly expects: string | null }): string {
  return pattern === null ? '' : `, awaited /${pattern}/`;
}

/** One expectation as a sentence, with its bound and the bound's origin. */
function describeExpectation(expectation: PlannedExpectation): string {
  const when = expectation.when === null ? '' : ` when ${expectation.when}`;
  const each = expectation.eachOf === null ? '' : `, each of ${groupText(expectation.eachOf)}`;
  return `${expectation.decides.join(', ')}: ${expected(expectation)}${each}${when}`;
}

function expected(expectation: PlannedExpectation): string {
  const ns = formatDurationNs;
  switch (expectation.kind) {
    case 'measure': {
      const { minimum, maximum, unit, origin, rule } = expectation.limits;
      const show = (value: number | null): string =>
        value === null ? 'no bound' : formatQuantity({ value, unit });
      return `${expectation.measurement} from ${show(minimum)} to ${show(maximum)} (${originText(origin)}; ${rule})`;
    }
    case 'recorded':
      return `${expectation.measurement} is recorded with ${Object.keys(expectation.raw).join(', ')}`;
    case 'message':
      return `${expectation.count} ${expectation.message} from ${ns(expectation.notBeforeNs)} to ${ns(expectation.withinNs)} after ${anchorText(expectation.since)} (${originText(expectation.origin)})`;
    case 'never': {
      const forbidden = expectation.forbidden.map((one) =>
        'message' in one ? one.message : `event ${one.event}`,
      );
      return `never ${forbidden.join(', ')} for ${ns(expectation.forNs)} after ${anchorText(expectation.since)}, control ${expectation.control.message}`;
    }
    case 'unchanged':
      return `${expectation.after} as ${expectation.before} for ${ns(expectation.forNs)} after ${anchorText(expectation.since)}, control ${expectation.control.message}`;
    case 'events':
      return `${expectation.log} holds events ${expectation.codes.join(', ')}, each once`;
    case 'intervals':
      return `${expectation.profile}: ${[
        ...(expectation.contiguous ? ['contiguous'] : []),
        ...(expectation.sumSince === null ? [] : [`adds up since ${expectation.sumSince}`]),
        ...expectation.flags.map((name) => `flag ${name}`),
      ].join(', ')}`;
    case 'answer':
      return `${expectation.step} is ${expectation.accepted ? 'accepted' : 'refused'}`;
    case 'alarm':
      return `${expectation.count} alarm ${expectation.alarm} northbound from ${ns(expectation.notBeforeNs)} to ${ns(expectation.withinNs)} after ${anchorText(expectation.since)} (${originText(expectation.origin)})`;
    case 'snapshot':
      return `${expectation.snapshot}: ${expectation.holds}`;
    case 'threshold': {
      const { metric, alarm, text } = expectation.threshold;
      return `${metric}{alarm:${alarm}} ${text} (${originText(expectation.origin)})`;
    }
  }
}

function groupText(group: Selection): string {
  return `${group.name} (${sizeOf(group)})`;
}

function anchorText({ step, edge }: { step: string | null; edge: 'start' | 'end' }): string {
  return `${edge} of ${step ?? 'case'}`;
}

function originText(origin: { kind: string; name: string }): string {
  return origin.kind === 'requirement' || origin.kind === 'user'
    ? origin.name
    : `${origin.kind}: ${origin.name}`;
}

function printInapplicable(inapplicable: readonly InapplicableCase[]): readonly string[] {
  if (inapplicable.length === 0) return [];
  return [
    'Inapplicable',
    ...inapplicable.map(({ scenario, case: name, covers, reason }) => {
      const which = name === null ? scenario : `${scenario}#${name}`;
      return `  ${which} (${covers.join(', ')}): ${reason}`;
    }),
  ];
}

function codes({ firstCode, lastCode }: { firstCode: number; lastCode: number }): string {
  return firstCode === lastCode ? `event ${firstCode}` : `events ${firstCode} to ${lastCode}`;
}
