import type { FleetDescription, Selection } from '../../rigs/port/fleet.ts';
import type { WrittenGroup } from '../scenario/schema.ts';
import { ValueError } from '../scenario/values.ts';
import type { Values } from '../scenario/values.ts';

type Range = Selection['ranges'][number];

/** Parts of a million: a share of all meters. */
const WHOLE_PPM = 1_000_000;
/** A third is written as 33.3 %. */
const SHARE_TOLERANCE_PPM = 1_000;

/**
 * The meters of a group, by index.
 * @param groups every group of the scenario, by name
 * @throws ValueError for a group that is not there, is empty, or is made of itself
 */
export function selectionOf(
  name: string,
  groups: Readonly<Record<string, WrittenGroup>>,
  fleet: Pick<FleetDescription, 'meters' | 'feeders'>,
  values: Values,
): Selection {
  return { name, ranges: rangesOf(name, groups, fleet, values, []) };
}

function rangesOf(
  name: string,
  groups: Readonly<Record<string, WrittenGroup>>,
  fleet: Pick<FleetDescription, 'meters' | 'feeders'>,
  values: Values,
  under: readonly string[],
): readonly Range[] {
  const { meters } = fleet;
  const all = { first: 0, count: meters, stride: 1 };
  const group = groups[name] ?? (name === 'all' ? 'all' : undefined);
  if (group === undefined) throw new ValueError(`no group is named ${name}`);
  if (under.includes(name)) throw new ValueError(`group ${name} is made of itself`);
  if (group === 'all') return [all];
  if ('feeder' in group) return [feederRange(values.count(group.feeder), fleet)];
  if ('first' in group) {
    const count = values.count(group.first);
    if (count > meters) throw new ValueError(`group ${name}: there are ${meters} meters`);
    return [{ ...all, count }];
  }
  if ('share' in group) {
    const stride = strideOfShare(values.quantity(group.share, 'ppm'));
    if (stride === null) {
      throw new ValueError(
        `group ${name}: a share is one of so many, such as 50 %, 33.3 %, 25 %, 20 % or 10 %`,
      );
    }
    return [{ first: 0, count: Math.ceil(meters / stride), stride }];
  }
  const [range, ...more] = rangesOf(group.not, groups, fleet, values, [...under, name]);
  if (range === undefined || more.length > 0) {
    throw new ValueError(`group ${name}: the opposite of ${group.not} is too scattered`);
  }
  const rest = restOf(range, meters);
  if (rest.length === 0) throw new ValueError(`group ${name}: ${group.not} holds every meter`);
  return rest;
}

function feederRange(
  feeder: number,
  { meters, feeders }: Pick<FleetDescription, 'meters' | 'feeders'>,
): Range {
  if (feeder < 1 || feeder > feeders) {
    throw new ValueError(`there is no feeder ${feeder}; there are ${feeders}`);
  }
  const size = Math.ceil(meters / feeders);
  const first = (feeder - 1) * size;
  const count = Math.min(size, meters - first);
  if (count < 1) throw new ValueError(`feeder ${feeder} has no meters`);
  return { first, count, stride: 1 };
}

/** Everything before, between and after the members of a range. */
function restOf({ first, count, stride }: Range, meters: number): readonly Range[] {
  const end = first + (count - 1) * stride + 1;
  const between = Array.from({ length: stride - 1 }, (_, place) => ({
    first: first + place + 1,
    count: count - 1,
    stride,
  }));
  const all = [
    { first: 0, count: first, stride: 1 },
    ...between,
    { first: end, count: meters - end, stride: 1 },
  ];
  return all.filter((range) => range.count > 0);
}

/** Every how many-th meter makes a share; null when no whole number does. */
export function strideOfShare(sharePpm: number): number | null {
  const stride = Math.round(WHOLE_PPM / sharePpm);
  return Math.abs(WHOLE_PPM / stride - sharePpm) > SHARE_TOLERANCE_PPM ? null : stride;
}
