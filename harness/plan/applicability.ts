import { USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import { formatDurationNs } from '../../devices/domain/quantity.ts';
import type { Abilities } from '../../rigs/port/bench.ts';
import type { Scenario } from '../scenario/load.ts';
import { holdUpNs } from '../scenario/profile-value.ts';
import { lackOf, type OtherRig } from './bench-needs.ts';
import type { Values } from '../scenario/values.ts';

/** What lies around a bench: other rig files, and the day. */
export interface Surroundings {
  readonly otherRigs: () => readonly OtherRig[];
  readonly utcMs: number;
}

/**
 * Why a bench cannot put a scenario's question at all; null when its `needs` are met.
 * @throws ValueError for a need whose value does not fit.
 */
export function unmetNeed(
  scenario: Scenario,
  abilities: Abilities,
  values: Values,
  onFleet: boolean,
  at: Surroundings,
): string | null {
  const { meter, 'head-end': headEnd, bench, language } = scenario.written.needs ?? {};
  const { profile } = abilities;
  const { language: spoken = USUAL_LANGUAGE } = abilities;
  if (language !== undefined && !language.includes(spoken)) {
    return `asks about ${language.join(' and ')}; the module speaks ${spoken} (see --protocol)`;
  }
  if (meter?.clock === 'settable' && !profile.clock.settable) {
    return `needs a settable clock; that of ${profile.profile} is not`;
  }
  if (meter?.clock === 'output' && !profile.clock.output) {
    return `needs a 1 Hz clock output; ${profile.profile} has none`;
  }
  if (meter?.form !== undefined && meter.form !== profile.form) {
    return `needs a meter of form ${meter.form}; ${profile.profile} is form ${profile.form}`;
  }
  if (meter?.['hold-up'] !== undefined) {
    const wantedNs = values.durationNs(meter['hold-up']);
    const hasNs = holdUpNs(profile);
    if (wantedNs > hasNs) {
      return `needs a hold-up of ${formatDurationNs(wantedNs)}; that of ${profile.profile} is ${formatDurationNs(hasNs)}`;
    }
  }
  if (headEnd?.['time-reference'] === true) {
    if (abilities.headEnd === null)
      return 'needs a head-end with a time reference; there is no head-end';
    if (!abilities.headEnd.timeReference) {
      return `needs a head-end with a time reference; ${abilities.headEnd.name} gives none`;
    }
  }
  const lack = lackOf(bench ?? [], abilities, onFleet ? () => [] : at.otherRigs, at.utcMs);
  if (lack !== null) return lack;
  return onFleet ? null : unresolvedGroup(scenario, abilities);
}

/** A bench has one meter: `all` is that meter, any other selection has nothing to choose from. */
function unresolvedGroup(scenario: Scenario, abilities: Abilities): string | null {
  const { groups = {}, steps, expect } = scenario.written;
  const used = new Set([
    ...steps.flatMap(({ of }) => of ?? []),
    ...expect.flatMap((expectation) => expectation['each-of'] ?? []),
  ]);
  for (const name of used) {
    if (name !== 'all' && groups[name] !== 'all') {
      return `group ${name} selects among many meters; bench ${abilities.bench} has one`;
    }
  }
  return null;
}
