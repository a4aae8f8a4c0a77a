import type { Path } from '../document/yaml-text.ts';
import { schemaAt } from '../document/schema-walk.ts';
import type { Scenario } from '../scenario/load.ts';
import { forEachReference } from '../scenario/references-in.ts';
import { scenarioSchema } from '../scenario/schema.ts';
import { beyond, boundsOf, showValue } from '../scenario/value.ts';
import type { Bounds } from '../scenario/value.ts';
import { ValueError } from '../scenario/values.ts';
import type { Values } from '../scenario/values.ts';

/** A reference in steps or expectations whose value may not be just any of its unit. */
export interface BoundedReference {
  readonly path: Path;
  readonly written: string;
  readonly bounds: Bounds;
}

/** Every reference of a scenario whose value has bounds; the loader has checked what is literal. */
export function boundedReferences(scenario: Scenario): readonly BoundedReference[] {
  const found: BoundedReference[] = [];
  forEachReference(scenario.written, (path, written) => {
    const bounds = boundsOf(schemaAt(scenarioSchema, path, scenario.written));
    if (bounds !== undefined) found.push({ path, written, bounds });
  });
  return found;
}

/** Looks at the values of one case. @throws ValueError, with its place, for one beyond its bounds. */
export function checkBounds(
  scenario: Scenario,
  references: readonly BoundedReference[],
  values: Values,
  caseName: string,
): void {
  for (const { path, written, bounds } of references) {
    const value = values.resolve(written);
    const limit = beyond(bounds, value);
    if (limit === null) continue;
    const message = `case ${caseName}: ${String(path.at(-1))}: ${written} is ${showValue(value)}, and ${limit}`;
    throw new ValueError(message, scenario.position(path));
  }
}
