import type { ActionKind, ActionOf, Effect } from '../../rigs/port/action.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import type { Catalogue } from '../scenario/catalogue.ts';
import type { Scenario } from '../scenario/load.ts';
import { ValueError, Values, placed } from '../scenario/values.ts';
import { VERBS } from '../scenario/verb/index.ts';
import type { Circumstances, Verb } from '../scenario/verb/verb.ts';
import { unmetNeed } from './applicability.ts';
import { withArchive } from './archive.ts';
import type { OtherRig } from './bench-needs.ts';
import { boundedReferences, checkBounds } from './bounds.ts';
import { expandCases } from './cases.ts';
import { type Choice, choiceText, choose, keyOfCase, noneChosen } from './choose.ts';
import type { ExpandedCase } from './cases.ts';
import { expectedCaseNs } from './duration.ts';
import { planExpectations } from './expectations.ts';
import { beyondForeign, fleetAbilities, plannedFleet } from './fleet.ts';
import type { FleetSide, WrittenFleet } from './fleet.ts';
import { loadAfter } from './load-after.ts';
import { atPosition } from './positions.ts';
import { NOTHING_MORE, type PermissionRequest, permissionsOf, withAllowed } from './permissions.ts';
import { selectionOf } from './selection.ts';
import type { InapplicableCase, Plan, PlannedCase, PlannedStep, Subject } from './plan.ts';

export interface PlanRequest {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
  readonly abilities: Abilities;
  /** Of further sockets of the rig that are asked the same. */
  readonly further?: readonly Abilities[];
  /** The socket whose cases carry no position in their keys; all of them when not given. */
  readonly firstPosition?: string;
  readonly seed: number;
  readonly time: Plan['time'];
  readonly startUtcMs: number;
  readonly catalogue: Catalogue;
  readonly required: readonly string[];
  readonly defect: string | null;
  readonly sources: Plan['sources'];
  /** What people answer for that no bench decides; nothing when left out. */
  readonly declarations?: Plan['declarations'];
  /** What whoever starts the run permits; nothing beyond the rig file when left out. */
  readonly permissions?: PermissionRequest;
  /** Rig files at hand, for the reason why this bench cannot put a question; none when left out. */
  readonly otherRigs?: () => readonly OtherRig[];
  /** What stands ready where a scenario asks for a fleet. */
  readonly fleets: FleetSide;
  /** Only the cases that are meant; all when not given. */
  readonly chosen?: Choice | undefined;
}

/** What only shows when scenarios meet a profile, or each other: told all at once. */
export class PlanError extends Error {
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'PlanError';
    this.mistakes = mistakes;
  }
}

/**
 * Makes a plan in which nothing is left to resolve. Cases that this bench cannot put are
 * inapplicable, each with the reason.
 * @throws PlanError when a value does not fit the meter's profile or a required id is unknown.
 */
export function compilePlan(asked: PlanRequest): Plan {
  const { scenarios, further: others = [], catalogue, chosen, permissions = NOTHING_MORE } = asked;
  const { declarations = [] } = asked;
  const abilities = withAllowed(asked.abilities, permissions.allowed);
  const further = others.map((socket) => withAllowed(socket, permissions.allowed));
  const request = { ...asked, abilities, further };
  const mistakes: string[] = [];
  const all: (PlannedCase | InapplicableCase)[] = [];
  for (const scenario of scenarios) {
    try {
      all.push(...planAtPositions(scenario, request));
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      mistakes.push(`${placeOf(error, scenario)}: ${error.message}`);
    }
  }
  const kept = chosen === undefined ? all : choose(all, chosen);
  if (kept.length === 0 && chosen !== undefined && mistakes.length === 0) {
    mistakes.push(noneChosen(chosen, all.map(keyOfCase)));
  }
  const cases = kept.filter((one) => 'key' in one);
  const inapplicable = kept.filter((one) => 'reason' in one);
  // Simulated time goes first: a wall clock cannot be taken back, and what it shows differs each time.
  cases.sort((one, other) => Number(one.time === 'wall') - Number(other.time === 'wall'));
  const covers = [
    ...new Set((chosen === undefined ? scenarios : kept).flatMap((one) => one.covers)),
  ].sort();
  for (const id of request.required) {
    if (!catalogue.requirements.has(id)) mistakes.push(`--require: unknown requirement ${id}`);
  }
  for (const key of twice(scenarios.map((scenario) => scenario.key))) {
    mistakes.push(`two scenarios are called ${key}`);
  }
  if (mistakes.length > 0) throw new PlanError(mistakes);
  return {
    format: 'meterbench-plan/1',
    title: request.title,
    seed: request.seed,
    time: cases.length > 0 && cases.every(({ time }) => time === 'wall') ? 'wall' : request.time,
    startUtcMs: request.startUtcMs,
    abilities,
    ...(further.length > 0 && { positions: [abilities, ...further] }),
    cases,
    inapplicable,
    covers,
    required: request.required,
    subjects: subjectsOf([...covers, ...request.required], catalogue),
    sources: request.sources,
    permissions: permissionsOf(permissions, [abilities, ...further], cases, request.startUtcMs),
    defect: request.defect,
    ...(declarations.length > 0 && { declarations }),
    ...(chosen !== undefined && { chosen: choiceText(chosen) }),
  };
}

function placeOf({ position }: ValueError, { file }: Scenario): string {
  return position === null ? file : `${position.file}:${position.line}:${position.column}`;
}

/** What a scenario asks of each socket; a fleet stands in none and is asked once. */
function planAtPositions(
  scenario: Scenario,
  request: PlanRequest,
): readonly (PlannedCase | InapplicableCase)[] {
  const { abilities, further = [], firstPosition, fleets } = request;
  if (fleetOf(scenario, fleets) !== undefined) return planScenario(scenario, request);
  return [abilities, ...further].flatMap((socket) => {
    const planned = planScenario(scenario, { ...request, abilities: socket });
    const { position } = socket;
    if (firstPosition === undefined || position === firstPosition) return planned;
    return planned.map((one) => atPosition(one, position));
  });
}

function planScenario(
  scenario: Scenario,
  request: PlanRequest,
): readonly (PlannedCase | InapplicableCase)[] {
  const { fleets } = request;
  const fleet = fleetOf(scenario, fleets);
  const abilities =
    fleet === undefined ? request.abilities : fleetAbilities(fleets.profile(fleet.profile), fleets);
  const { foreign } = fleets;
  if (foreign !== null && fleet === undefined) {
    const reason = `asks the meter on a rig; ${fleets.headEnd.name} is asked with fleets (--fleet <n>)`;
    return [inapplicableCase(scenario, null, reason)];
  }
  const isWall = fleet?.time === 'wall' || foreign !== null;
  if (isWall && !fleets.wallTime) {
    return [inapplicableCase(scenario, null, 'asks for wall time, which this run leaves out')];
  }
  const expanded = expandCases(scenario, abilities.profile);
  const defaults = new Values(abilities.profile, expanded[0]?.parameters ?? {});
  const reason = unmetNeed(scenario, abilities, defaults, fleet !== undefined, {
    otherRigs: request.otherRigs ?? (() => []),
    utcMs: request.startUtcMs,
  });
  if (reason !== null) return [inapplicableCase(scenario, null, reason)];
  const bounded = boundedReferences(scenario);
  const planned = expanded.map((one) => {
    const unfit = one.unfit ?? (scenario.loadPoints && elementUnfit(one, abilities));
    if (unfit !== null) return inapplicableCase(scenario, one.name, unfit);
    checkBounds(scenario, bounded, new Values(abilities.profile, one.parameters), one.name);
    return planCase(scenario, one, abilities, request);
  });
  // One reason that holds for every case is told once, about the scenario.
  const reasons = new Set(planned.map((one) => ('reason' in one ? one.reason : null)));
  const [only] = reasons;
  if (reasons.size === 1 && typeof only === 'string') {
    return [inapplicableCase(scenario, null, only)];
  }
  return planned;
}

/** A load point of one element is nothing for a rig that drives others; a meter of one has no other. */
function elementUnfit(
  { parameters: { element } }: ExpandedCase,
  { profile, connection }: Abilities,
): string | null {
  if (typeof element !== 'string' || profile.elements === 1) return null;
  const driven = connection?.driven ?? 'all';
  return driven === element ? null : `asks element ${element}, the rig file drives ${driven}`;
}

function planCase(
  scenario: Scenario,
  expanded: ExpandedCase,
  abilities: Abilities,
  request: PlanRequest,
): PlannedCase | InapplicableCase {
  const values = new Values(abilities.profile, expanded.parameters);
  const asked = fleetOf(scenario, request.fleets);
  const fleet =
    asked === undefined
      ? null
      : plannedFleet(
          { scenario, written: asked, values, profile: abilities.profile },
          request.fleets,
        );
  const { groups = {} } = scenario.written;
  const select =
    fleet === null ? null : (group: string) => selectionOf(group, groups, fleet, values);
  const written: PlannedStep[] = [];
  let load: Circumstances['load'] = null;
  for (const [index, step] of scenario.written.steps.entries()) {
    const { profile, limits, roles, connection } = abilities;
    const circumstances = { profile, limits, load, roles, ...(connection && { connection }) };
    const position = scenario.position(['steps', index]);
    const prepared = placed(position, () => prepare(step.do, step.with, values, circumstances));
    const { action, effects, energises } = prepared;
    const reason = unperformable(action.do, effects, abilities) ?? prepared.unfit;
    if (reason !== null) return inapplicableCase(scenario, expanded.name, reason);
    written.push({
      id: step.id ?? `step-${index + 1}`,
      action,
      of: placed(position, () => select?.(step.of ?? 'all') ?? null),
      atNs: step.at === undefined ? null : values.durationNs(step.at),
      afterNs: step.after === undefined ? null : values.durationNs(step.after),
      effects,
      energises,
      expectedNs: prepared.expectedNs,
      source: position,
    });
    load = loadAfter(action, load);
  }
  const time = timeOf(asked, request);
  const isReal = time === 'wall' && fleet === null;
  const canArchive = isReal && unperformable('archive-tables', ['reads'], abilities) === null;
  const steps = canArchive ? withArchive(written) : written;
  const expectations = planExpectations(scenario, values, select);
  const expectedNs = expectedCaseNs(steps, expectations);
  const { foreign, headEnd } = request.fleets;
  const late = foreign === null ? null : beyondForeign(foreign, expectedNs, headEnd.name);
  if (late !== null) return inapplicableCase(scenario, expanded.name, late);
  return {
    key: `${scenario.key}#${expanded.name}`,
    scenario: scenario.key,
    title: scenario.title,
    name: expanded.name,
    covers: scenario.covers,
    parameters: expanded.parameters,
    steps,
    expectations,
    expectedNs,
    fleet,
    time,
  };
}

/** Wall time where a head-end of somebody else answers, or the scenario asks for it. */
function timeOf(asked: WrittenFleet | undefined, { time, fleets }: PlanRequest): Plan['time'] {
  if (asked === undefined) return time;
  return fleets.foreign === null ? (asked.time ?? 'simulated') : 'wall';
}

/** The fleet that a scenario asks; undefined when it asks the meter on the rig. */
function fleetOf({ written }: Scenario, { instead }: FleetSide): WrittenFleet | undefined {
  return written.fleet ?? instead ?? undefined;
}

interface PreparedStep<K extends ActionKind> {
  readonly action: ActionOf<K>;
  readonly effects: readonly Effect[];
  readonly energises: boolean;
  readonly expectedNs: number;
  readonly unfit: string | null;
}

/** What a verb makes of a step; the kind ties the verb to its own action. */
function prepare<K extends ActionKind>(
  kind: K,
  written: unknown,
  values: Values,
  circumstances: Circumstances,
): PreparedStep<K> {
  const verb: Verb<K> = VERBS[kind];
  const action = verb.compile(written, values);
  return {
    action,
    effects: verb.effects,
    energises: verb.energises,
    expectedNs: verb.expectedNs(action, circumstances),
    unfit: verb.unfit(action, circumstances),
  };
}

/** Why this bench cannot or may not do an action; null when it can. */
function unperformable(
  kind: ActionKind,
  effects: readonly Effect[],
  { bench, performs, consent }: Abilities,
): string | null {
  if (!performs.includes(kind)) return `bench ${bench} has nothing that performs ${kind}`;
  const refused = effects.filter((effect) => !consent.includes(effect));
  if (refused.length === 0) return null;
  const given = consent.join(', ') || 'none';
  return `${kind} ${refused.join(' and ')}, to which the rig file does not consent (consent: ${given}); --allow "${refused.join(',')}" would permit it for this run`;
}

function inapplicableCase(
  scenario: Scenario,
  name: string | null,
  reason: string,
): InapplicableCase {
  return { scenario: scenario.key, case: name, covers: scenario.covers, reason };
}

function subjectsOf(
  ids: readonly string[],
  catalogue: Catalogue,
): Readonly<Record<string, Subject>> {
  const subjects: Record<string, Subject> = {};
  for (const id of ids) {
    const subject = catalogue.requirements.get(id)?.subject;
    if (subject !== undefined) subjects[id] = subject;
  }
  return subjects;
}

function twice(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
}
