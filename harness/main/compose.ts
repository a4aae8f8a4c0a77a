import { type LanguageName, USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import { seedOf } from '../../devices/domain/chance.ts';
import { HEAD_END_RULES, type HeadEndRules } from '../../devices/head-end/rules/index.ts';
import { METER_RULES, type MeterRules } from '../../devices/meter/rules/index.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import type { Defect } from '../../devices/defects/defect.ts';
import { CARRIERS } from '../../rigs/fleet/carrier-models.ts';
import { FLEET_ACTIONS } from '../../rigs/fleet/performer/index.ts';
import { isSimulated, rigProfileAt } from '../../rigs/bench/abilities.ts';
import { openSimulatedBench } from '../../rigs/bench/simulated.ts';
import type { Scheduler } from '../../rigs/clock/scheduler.ts';
import { SimulatedClock } from '../../rigs/clock/simulated.ts';
import { WallClock } from '../../rigs/clock/wall.ts';
import type { Effect } from '../../rigs/port/action.ts';
import type { Abilities, Bench } from '../../rigs/port/bench.ts';
import { performable } from '../../rigs/head-end/foreign/capabilities.ts';
import type { HeadEndFile } from '../../rigs/head-end/foreign/head-end-file.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { AnswersFile } from '../../rigs/operator/answers.ts';
import type { Respondent } from '../../rigs/operator/respondent.ts';
import type { RigFile } from '../../rigs/rig-file.ts';
import { sha256 } from '../journal/hash.ts';
import type { CalibrationOverride } from '../plan/calibration.ts';
import type { Choice } from '../plan/choose.ts';
import { compilePlan, PlanError } from '../plan/compile.ts';
import type { Plan, PlannedCase } from '../plan/plan.ts';
import type { Scenario } from '../scenario/load.ts';
import { openSimulatedFleet } from './simulated-fleet.ts';
import { openWallFleet } from './wall-fleet.ts';
import { fleetAbilities, spoken, type WrittenFleet } from '../plan/fleet.ts';
import { capturePathIn } from './capture-path.ts';
import { loadDefect } from './defect-file.ts';
import { loadDeclarations } from './evidence-file.ts';
import { EXIT, Refusal, refuseMistakes } from './exit.ts';
import { headEndAbilities, loadHeadEndFile, LONGEST_NS } from './head-end-side.ts';
import { loadQuestions, type Questions } from './questions.ts';
import { readTextFile, type TextFile } from './files.ts';
import { otherRigs } from './other-rigs.ts';
import { opticalPassword } from './password.ts';
import { loadAnswers } from './rig-files.ts';
import { loadProfileFile, loadRigSide, type Socket } from './rig-side.ts';
import type { RuleWatch } from './rule-watch.ts';
import type { WallReachOptions } from './wall-reach.ts';

/** UTC at which every simulated run starts; whole hours, so that intervals begin with it. */
const SIMULATED_START_UTC_MS = Date.UTC(2026, 0, 5);
const NS_PER_HOUR = 3600e9;
/** In wall time a fleet has at least so many threads. */
const WALL_SHARDS = 2;

export interface Settings {
  readonly rig: string;
  readonly headEnd: string;
  /** What the module and its head-end speak. */
  readonly protocol: LanguageName;
  readonly meters: number;
  readonly time: 'simulated' | 'wall' | undefined;
  readonly seed: number;
  readonly defect: string | undefined;
  readonly require: readonly string[];
  /** Tables or threads that a fleet is kept in; never changes what is observed in simulated time. */
  readonly shards: number;
  /** Whether cases in wall time are run; what they show differs from run to run. */
  readonly wallTime: boolean;
  /** So many simulated meters for scenarios that name no fleet; undefined: the rig is asked. */
  readonly fleet: number | undefined;
  /** Socket of the rig that is asked, or 'all'; undefined: the first one. */
  readonly position: string | undefined;
  /** The cases that are wanted; undefined: all. */
  readonly chosen: Choice | undefined;
  /** Effects that are permitted for this run besides those of the rig file. */
  readonly allow: readonly Effect[];
  /** Who answers for an overdue calibration; undefined for nobody. */
  readonly overrideCalibration: CalibrationOverride | undefined;
  /** Whether cases in simulated time leave captures too, as those in wall time always do. */
  readonly capture: boolean;
  /** File with answers to prompts; undefined for none. */
  readonly answers: string | undefined;
  /** File in which people answer for what no bench decides; undefined for none. */
  readonly evidence: string | undefined;
  /** The person at the terminal, who is asked in wall time; null where there is none. */
  readonly terminal: Respondent | null;
  /** Who notes which rules the cases in simulated time ask; null for nobody. */
  readonly watch: RuleWatch | null;
}

/** What is run when nobody says otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  rig: 'simulated',
  headEnd: 'embedded',
  protocol: USUAL_LANGUAGE,
  meters: 1,
  time: undefined,
  seed: 1,
  defect: undefined,
  require: [],
  shards: 1,
  wallTime: false,
  fleet: undefined,
  position: undefined,
  chosen: undefined,
  allow: [],
  overrideCalibration: undefined,
  capture: false,
  answers: undefined,
  evidence: undefined,
  terminal: null,
  watch: null,
};

/** Everything that a plan is made from, and what it takes to run it. */
export interface Composition {
  readonly plan: Plan;
  readonly files: readonly TextFile[];
  readonly clock: Scheduler;
  /** @param folder of the run, for what is kept beside the journal; null for none */
  readonly benchFor: (planned: PlannedCase, folder: string | null) => Promise<Bench>;
  /** A real rig, which is to be taken before its first case; null for a simulated one. */
  readonly wall: WallReachOptions | null;
}

/** Loads what a person named and makes the plan; touches no instrument. @throws Refusal */
export async function compose(
  target: string,
  settings: Settings,
  questions: Questions = loadQuestions(target),
): Promise<Composition> {
  const foreign = settings.headEnd === 'embedded' ? null : loadHeadEndFile(settings.headEnd);
  const headEnd = headEndAbilities(foreign);
  const answers = settings.answers === undefined ? null : loadAnswersFile(settings.answers);
  const evidence =
    settings.evidence === undefined
      ? null
      : loadDeclarations(settings.evidence, new Date().toISOString().slice(0, 10));
  const hasOperator = settings.time !== 'wall' || answers !== null || settings.terminal !== null;
  const reach = loadRigSide(settings.rig, settings.position, headEnd, hasOperator);
  const { rig, files: rigFiles } = reach;
  const language = foreign?.file.southbound.protocol ?? settings.protocol;
  const sockets = speaking(reach.sockets, language);
  const simulated = sockets.every(({ position }) => isSimulated(rig, position));
  const time = settings.time ?? (simulated ? 'simulated' : 'wall');
  if (!simulated && time === 'simulated') throw refuseSimulatedTime(rig);
  const wallClock = new WallClock();
  const clock = time === 'simulated' ? new SimulatedClock(SIMULATED_START_UTC_MS) : wallClock;
  const defect = settings.defect === undefined ? null : await loadDefect(settings.defect);
  const performs =
    foreign === null ? FLEET_ACTIONS : performable(FLEET_ACTIONS, foreign.file.capabilities);
  const fleetSide = { performs, headEnd, language };
  const instead: WrittenFleet | null =
    settings.fleet === undefined
      ? null
      : {
          meters: settings.fleet,
          profile: sockets[0].position.dut.profile,
          carrier: 'gprs-urban',
          commissioned: 'provisioned',
        };
  const fleetProfiles = loadFleetProfiles(questions.scenarios, instead);
  const files = withoutRepeats([
    ...questions.files,
    ...rigFiles,
    ...[...fleetProfiles.values()].map(({ file }) => file),
    ...(defect?.files ?? []),
    ...(foreign === null ? [] : [foreign.text]),
    ...(answers === null ? [] : [answers.file]),
    ...(evidence === null ? [] : [evidence.file]),
  ]);
  const [{ abilities }, ...further] = sockets;
  const operators = (twin: Respondent): readonly Respondent[] =>
    [answers?.respondent, time === 'simulated' ? twin : settings.terminal].filter(
      (one) => one != null,
    );
  const plan = planOf(() =>
    compilePlan({
      title: questions.title,
      scenarios: questions.scenarios,
      abilities,
      further: further.map((socket) => socket.abilities),
      firstPosition: rig.positions[0]?.id ?? abilities.position,
      seed: settings.seed,
      time,
      startUtcMs: clock.startUtcMs,
      catalogue: questions.catalogue,
      required: settings.require,
      chosen: settings.chosen,
      defect: defect?.defect.id ?? null,
      sources: files.map(({ name, text }) => ({ name, sha256: sha256(text) })),
      otherRigs: () => otherRigs(reach.files[0]?.name ?? '', reach.rigFolder),
      declarations: evidence?.declarations ?? [],
      permissions: {
        allowed: settings.allow,
        rigProfile: rigProfileAt(rig, sockets[0].position),
        override: settings.overrideCalibration ?? null,
      },
      fleets: {
        ...fleetSide,
        profile: (name) => profileOf(fleetProfiles, name),
        carriers: CARRIERS,
        foreign: foreign === null ? null : { longestNs: foreign.file.longest ?? LONGEST_NS },
        wallTime: settings.wallTime,
        instead,
      },
    }),
  );
  const rules = { ...METER_RULES, ...defect?.defect.meterRules };
  const headEndRules = { ...HEAD_END_RULES, ...defect?.defect.headEndRules };
  const benches = { rig, sockets, clock, time, rules, headEndRules, operators };
  // Whatever the rig's time is: a fleet that asks for simulated time would wait for hours in the other.
  const fleetClock = time === 'simulated' ? clock : new SimulatedClock(SIMULATED_START_UTC_MS);
  const open = (planned: PlannedCase, folder: string | null): Promise<Bench> =>
    planned.fleet === null
      ? benchFor(planned, folder, settings, benches)
      : fleetFor({
          planned,
          folder,
          fleet: planned.fleet,
          abilities: fleetAbilities(planned.fleet.profile, fleetSide),
          settings,
          defect: defect?.defect ?? null,
          foreign: foreign?.file ?? null,
          rules,
          headEndRules,
          clock: fleetClock,
        });
  const respondents = [answers?.respondent, settings.terminal].filter((one) => one != null);
  const wall = simulated ? null : { ...reach, clock: wallClock, respondents };
  return { plan, files, clock, benchFor: open, wall };
}

/** The sockets of a rig whose modules speak a language. */
function speaking(
  [first, ...others]: readonly [Socket, ...Socket[]],
  language: LanguageName,
): readonly [Socket, ...Socket[]] {
  const told = ({ abilities, ...socket }: Socket): Socket => ({
    ...socket,
    abilities: { ...abilities, ...spoken(language) },
  });
  return [told(first), ...others.map(told)];
}

type LoadedProfile = ReturnType<typeof loadProfileFile>;

/** The meter types that scenarios with a fleet name. */
function loadFleetProfiles(
  scenarios: readonly Scenario[],
  instead: WrittenFleet | null,
): ReadonlyMap<string, LoadedProfile> {
  const names = scenarios.flatMap(({ written }) => (written.fleet ?? instead)?.profile ?? []);
  return new Map([...new Set(names)].map((name) => [name, loadProfileFile(name)]));
}

function profileOf(profiles: ReadonlyMap<string, LoadedProfile>, name: string): MeterProfile {
  return (profiles.get(name) ?? loadProfileFile(name)).profile;
}

function withoutRepeats(files: readonly TextFile[]): readonly TextFile[] {
  return [...new Map(files.map((file) => [file.name, file])).values()];
}

/** What was answered before the run, by a path. */
function loadAnswersFile(named: string): {
  readonly respondent: Respondent;
  readonly file: TextFile;
} {
  const file = readTextFile(named);
  const answers = loadAnswers(file.path, file.text);
  if (!answers.ok) throw refuseMistakes(answers.mistakes);
  return { respondent: new AnswersFile(file.path, answers.value), file };
}

function refuseSimulatedTime({ rig }: RigFile): Refusal {
  return new Refusal(
    EXIT.file,
    `--time simulated: rig ${rig} has real ports, which know no time but their own`,
  );
}

function planOf(make: () => Plan): Plan {
  try {
    return make();
  } catch (error) {
    if (error instanceof PlanError) throw new Refusal(EXIT.file, error.mistakes.join('\n'));
    throw error;
  }
}

interface Benches {
  readonly rig: RigFile;
  readonly sockets: readonly [Socket, ...Socket[]];
  readonly clock: Scheduler;
  readonly time: 'simulated' | 'wall';
  readonly rules: MeterRules;
  readonly headEndRules: HeadEndRules;
  /** Who is asked in turn; the twin of an operator has no patience with people, nor they with it. */
  readonly operators: (twin: Respondent) => readonly Respondent[];
}

/**
 * A fresh simulated bench for each case, with a seed of its own from the run's seed and the case's
 * name: a case gives the same observations alone and in a suite.
 */
async function benchFor(
  planned: PlannedCase,
  folder: string | null,
  settings: Settings,
  benches: Benches,
): Promise<Bench> {
  const { clock, time, rules, headEndRules, operators, rig, sockets } = benches;
  const socket = sockets.find(({ position }) => position.id === planned.position) ?? sockets[0];
  if (time === 'simulated') {
    // Every case begins at a whole hour, so that intervals stand alike in each of them.
    await clock.sleepUntil(Math.ceil(clock.nowNs() / NS_PER_HOUR) * NS_PER_HOUR);
  }
  return openSimulatedBench({
    scheduler: clock,
    rig,
    ...socket,
    rules: watched(settings, rules, planned),
    headEndRules: watched(settings, headEndRules, planned),
    operators,
    seed: seedOf(settings.seed, planned.key),
    environment: process.env,
    meters: settings.meters,
    password: opticalPassword(),
    capturePath: simulatedCapture(settings, folder, planned),
  });
}

function watched<R extends object>({ watch }: Settings, rules: R, { key }: PlannedCase): R {
  return watch?.watched(rules, key) ?? rules;
}

interface FleetRequest {
  readonly planned: PlannedCase;
  readonly folder: string | null;
  readonly fleet: FleetDescription;
  readonly abilities: Abilities;
  readonly settings: Settings;
  readonly defect: Defect | null;
  /** A head-end of somebody else; null for the embedded one. */
  readonly foreign: HeadEndFile | null;
  readonly rules: MeterRules;
  readonly headEndRules: HeadEndRules;
  readonly clock: Scheduler;
}

/** A fresh fleet with its head-end for each case, seeded as a bench is. */
async function fleetFor(request: FleetRequest): Promise<Bench> {
  const { planned, folder, settings, clock, defect, foreign, rules, headEndRules, ...rest } =
    request;
  const { shards } = settings;
  const seed = seedOf(settings.seed, planned.key);
  if (planned.time === 'wall') {
    return openWallFleet({
      ...rest,
      foreign,
      seed,
      shards: Math.max(shards, WALL_SHARDS),
      defect,
      defectNamed: settings.defect ?? null,
      capturePath: folder === null ? null : capturePathIn(folder, planned.key),
      onFailure: rethrowLater,
    });
  }
  await clock.sleepUntil(Math.ceil(clock.nowNs() / NS_PER_HOUR) * NS_PER_HOUR);
  return openSimulatedFleet({
    ...rest,
    clock,
    shards,
    seed,
    links: defect?.links ?? {},
    observer: defect?.observer ?? 'listening',
    rules: watched(settings, rules, planned),
    headEndRules: watched(settings, headEndRules, planned),
    capturePath: simulatedCapture(settings, folder, planned),
  });
}

/** Where the capture of a case in simulated time goes: nowhere unless somebody asked for it. */
function simulatedCapture(
  { capture }: Settings,
  folder: string | null,
  { key }: PlannedCase,
): string | null {
  return capture && folder !== null ? capturePathIn(folder, key) : null;
}

/** An error out of another thread or process: the last resort takes it, as no step can. */
function rethrowLater(error: Error): void {
  setImmediate(() => {
    throw error;
  });
}
