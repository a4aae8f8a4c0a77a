import { expect } from 'vitest';
import type { Mistake } from '../../../harness/document/mistake.ts';
import { loadScenario } from '../../../harness/scenario/load.ts';
import { projectCatalogue } from '../plan/abilities.ts';

const catalogue = projectCatalogue();

/** A scenario without mistakes, for tests that make one. */
export const GOOD = `scenario: The clock is read
covers: [CLK-01]
parameters: { lower: 5 s, enabled: true, repeats: 3 }
steps:
  - do: close-mains
  - id: set
    do: set-meter-clock
    with: { off-by: $lower }
  - do: measure-clock
    with: { as: deviation }
  - do: read-event-log
    with: { as: log }
expect:
  - measure: deviation
    when: abs(measured.deviation) >= lower
    limits: { max-abs: 1 s, from: CLK-09 }
  - never: [{ message: clock-deviation }, { event: 3, log: log }]
    since: end of set
    for: 5 min
    control: { message: heartbeat, within: 2 min }
`;

export function mistakesIn(text: string): readonly Mistake[] {
  const loaded = loadScenario('scenarios/clock/read.yaml', text, catalogue);
  return loaded.ok ? [] : loaded.mistakes;
}

/** The only mistake that one change makes. */
export function mistakeAfter(from: string, to: string): Mistake {
  const text = GOOD.replace(from, () => to);
  expect(text).not.toBe(GOOD);
  const mistakes = mistakesIn(text);
  expect(mistakes.map(({ message }) => message)).toHaveLength(1);
  const [mistake] = mistakes;
  if (mistake === undefined) throw new Error('no mistake');
  return mistake;
}
