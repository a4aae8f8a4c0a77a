import { expect, test } from 'vitest';
import { compilePlan } from '../../../harness/plan/compile.ts';
import type { Abilities } from '../../../rigs/port/bench.ts';
import { ableBench, ableFleet, projectCatalogue, scenarioOf } from './abilities.ts';

const CLOSE = '{ do: close-mains }';
const OPEN = '{ do: open-mains }';
const WRITE = '{ do: set-meter-clock, with: { off-by: 5 s } }';
const ARCHIVE = '{ do: archive-tables }';
const MEASURE = '{ do: measure-clock, with: { as: deviation } }';

function kinds(
  steps: readonly string[],
  time: 'simulated' | 'wall' = 'wall',
  changes: Partial<Abilities> = {},
): readonly string[] {
  const text = `scenario: The clock is set
covers: [CLK-01]
steps: [${[...steps, MEASURE].join(', ')}]
expect:
  - { measure: deviation, decides: [CLK-01], limits: { max-abs: 1 s, from: user } }
`;
  const { cases } = compilePlan({
    title: 'archive',
    scenarios: [scenarioOf(text)],
    abilities: ableBench(changes),
    seed: 1,
    time,
    startUtcMs: 0,
    catalogue: projectCatalogue(),
    required: [],
    defect: null,
    sources: [],
    fleets: ableFleet(),
  });
  return cases[0]?.steps.map(({ action }) => action.do) ?? [];
}

test('in wall time the tables are archived before the first step that writes', () => {
  expect(kinds([CLOSE, WRITE, WRITE])).toEqual([
    'close-mains',
    'archive-tables',
    'set-meter-clock',
    'set-meter-clock',
    'measure-clock',
  ]);
});

test.each([
  ['in simulated time', [CLOSE, WRITE], 'simulated', {}],
  ['where nothing writes', [CLOSE], 'wall', {}],
  ['while the meter is dark', [CLOSE, OPEN, WRITE], 'wall', {}],
  ['before the mains are on', [WRITE, CLOSE], 'wall', {}],
  [
    'where no optical port can',
    [CLOSE, WRITE],
    'wall',
    { performs: ['close-mains', 'set-meter-clock', 'measure-clock'] },
  ],
] as const)('not %s', (_name, steps, time, changes) => {
  expect(kinds(steps, time, changes)).not.toContain('archive-tables');
});

test('not twice where the scenario archives itself', () => {
  const own = kinds([CLOSE, WRITE, ARCHIVE]);
  expect(own.filter((kind) => kind === 'archive-tables')).toHaveLength(1);
});
