import { CONDITION_STATES } from '../../devices/domain/condition.ts';
import { type LanguageName, LANGUAGES, USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import type { MeterProfile } from '../../devices/domain/profile.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import { NS_PER_MS, NS_PER_S } from '../../devices/domain/time.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import type { CarrierModel, FleetDescription } from '../../rigs/port/fleet.ts';
import type { Scenario } from '../scenario/load.ts';
import type { WrittenScenario } from '../scenario/schema.ts';
import { ValueError, placed } from '../scenario/values.ts';
import type { Values } from '../scenario/values.ts';

/** A fleet as a scenario writes it. */
export type WrittenFleet = NonNullable<WrittenScenario['fleet']>;

/** Fleets as a plan needs to know them. */
export interface FleetSide {
  readonly performs: Abilities['performs'];
  readonly headEnd: NonNullable<Abilities['headEnd']>;
  /** A meter type by its file or short name. @throws what its loader throws */
  profile(name: string): MeterProfile;
  readonly carriers: readonly CarrierModel[];
  /** What modules and servers speak. */
  readonly language: LanguageName;
  /** A head-end of somebody else: it knows wall time alone, and no rig; null for the embedded one. */
  readonly foreign: ForeignHeadEnd | null;
  /** Whether cases in wall time are run. */
  readonly wallTime: boolean;
  /** The fleet on which scenarios are run that name none; null: they are for the rig. */
  readonly instead: WrittenFleet | null;
}

/** What a plan needs to know of a head-end that somebody else wrote. */
export interface ForeignHeadEnd {
  /** Cases that take longer are not run: nobody makes its time go faster. */
  readonly longestNs: number;
}

/** Why a head-end of somebody else is not asked a case; null when it is. */
export function beyondForeign(
  { longestNs }: ForeignHeadEnd,
  expectedNs: number,
  headEnd: string,
): string | null {
  if (expectedNs <= longestNs) return null;
  return (
    `takes ${formatDurationNs(expectedNs)} of wall time with ${headEnd}; ` +
    `its file permits ${formatDurationNs(longestNs)} (longest)`
  );
}

/** What one process is made for; a typing slip must not fill the memory. */
const MOST_METERS = 1_000_000;

/** Lateness up to which generator and observer are believed, when the scenario says nothing else. */
const LAG_BOUNDS = { generatorNs: 250 * NS_PER_MS, observerNs: NS_PER_S } as const;

/** What simulated meters can be made to notice. */
const STIMULI = Object.keys(CONDITION_STATES).map((name) => `stimulus ${name}`);

/** What a fleet can be asked, in the words in which a bench tells what it can. */
export function fleetAbilities(
  profile: MeterProfile,
  side: Pick<FleetSide, 'headEnd' | 'performs' | 'language'>,
): Abilities {
  return {
    bench: 'fleet',
    simulated: true,
    position: 'fleet',
    meterSerial: 'fleet',
    profile,
    limits: { milliVolts: Number.MAX_SAFE_INTEGER, milliAmps: Number.MAX_SAFE_INTEGER },
    ...spoken(side.language),
    headEnd: side.headEnd,
    performs: side.performs,
    consent: ['reads', 'writes', 'clears billing', 'may lock', 'may brick'],
    roles: ['isolation-switch', 'module-link', ...STIMULI],
    instruments: [],
  };
}

/** Told only where it is not the usual one. */
export function spoken(language: LanguageName): { readonly language?: LanguageName } {
  return language === USUAL_LANGUAGE ? {} : { language };
}

/** The fleet of one case. @throws ValueError */
export function plannedFleet(
  asked: {
    readonly scenario: Scenario;
    readonly written: WrittenFleet;
    readonly values: Values;
    readonly profile: MeterProfile;
  },
  { carriers, language }: Pick<FleetSide, 'carriers' | 'language'>,
): FleetDescription {
  const { scenario, written, values, profile } = asked;
  return placed(scenario.position(['fleet']), () => {
    const meters = values.count(written.meters);
    const feeders = written.feeders === undefined ? 1 : values.count(written.feeders);
    if (meters > MOST_METERS) {
      throw new ValueError(`${meters} meters are more than one fleet may have: ${MOST_METERS}`);
    }
    if (feeders > meters) throw new ValueError(`${feeders} feeders for ${meters} meters`);
    return {
      meters,
      profile,
      feeders,
      carrier: carrierOf(written.carrier ?? 'ideal', carriers),
      ...spoken(languageOf(written, values) ?? language),
      commissioned: written.commissioned,
      ...diskLatency(written, values),
      lagBounds: lagBounds(written, values),
    };
  });
}

function languageOf({ language }: WrittenFleet, values: Values): LanguageName | null {
  if (language === undefined) return null;
  const name = values.resolve(language);
  const found = LANGUAGES.find((one) => one === name);
  if (found !== undefined) return found;
  throw new ValueError(`"${language}" is no language; there are ${LANGUAGES.join(', ')}`);
}

function carrierOf(name: string, carriers: readonly CarrierModel[]): CarrierModel {
  const found = carriers.find((carrier) => carrier.name === name);
  if (found !== undefined) return found;
  const known = carriers.map((carrier) => carrier.name).join(', ');
  throw new ValueError(`no carrier model is called ${name}; there are ${known}`);
}

function diskLatency(
  { 'disk-latency': latency, time }: WrittenFleet,
  values: Values,
): Pick<FleetDescription, 'diskLatencyNs'> {
  if (latency === undefined) return {};
  if (time !== 'wall') throw new ValueError('disk-latency: only in wall time is there a disk');
  return { diskLatencyNs: values.durationNs(latency) };
}

function lagBounds({ lag }: WrittenFleet, values: Values): FleetDescription['lagBounds'] {
  if (lag === undefined) return LAG_BOUNDS;
  return {
    generatorNs: values.durationNs(lag.generator),
    observerNs: values.durationNs(lag.observer),
  };
}
