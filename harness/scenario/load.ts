import { checkText } from '../document/document.ts';
import { inOrder } from '../document/mistake.ts';
import type { Loaded } from '../document/mistake.ts';
import type { Path } from '../document/yaml-text.ts';
import type { SourcePosition } from '../plan/plan.ts';
import type { Catalogue } from './catalogue.ts';
import { checkExpectations } from './check-expectations.ts';
import { checkValues } from './check-values.ts';
import { Checker } from './checker.ts';
import type { LoadPoints } from './load-points.ts';
import { namesIn } from './names.ts';
import { scenarioSchema } from './schema.ts';
import type { WrittenScenario } from './schema.ts';
import { isRequirementId } from './expectation-schema.ts';

/** A scenario without mistakes; its values still wait for a case and a meter profile. */
export interface Scenario {
  /** As the file was named to the loader. */
  readonly file: string;
  /** "<family>/<name>", from the file's folder and name. */
  readonly key: string;
  readonly title: string;
  readonly covers: readonly string[];
  readonly written: WrittenScenario;
  /** Of the file that its cases name; null until that is loaded, and when there is none. */
  readonly loadPoints: LoadPoints | null;
  /** Where a part of the scenario stands in its file. */
  position(path: Path): SourcePosition;
}

/**
 * Loads a scenario.
 * @param file its path, for messages and for the scenario's key; with forward slashes.
 * @returns the scenario, or every mistake in the order of the file.
 */
export function loadScenario(file: string, text: string, catalogue: Catalogue): Loaded<Scenario> {
  const checked = checkText(file, text, scenarioSchema);
  const { yaml } = checked;
  const names = namesIn(yaml.data);
  // Of two names for one result only the last can be read: the other may be the one that is used.
  const resultsOpen = names.resultsOpen || yaml.keysTwice.includes('as');
  const checker = new Checker(yaml, catalogue, { ...names, resultsOpen });
  checkCovers(checker);
  checkSteps(checker);
  checkGroups(checker);
  checkValues(checker);
  checkExpectations(checker);
  const mistakes = [...checked.mistakes, ...checked.trusted(checker.mistakes)];
  if (mistakes.length > 0) return { ok: false, mistakes: inOrder(mistakes) };
  const written = scenarioSchema.parse(yaml.data);
  return {
    ok: true,
    value: {
      file,
      key: scenarioKey(file),
      title: written.scenario,
      covers: written.covers,
      written,
      loadPoints: null,
      position(path) {
        const { line, column } = yaml.valueSpan(path);
        return { file, line, column };
      },
    },
  };
}

/** "clock-sync/boundaries" for ".../clock-sync/boundaries.yaml". */
function scenarioKey(file: string): string {
  const parts = file.replace(/\.ya?ml$/, '').split('/');
  return parts.slice(-2).join('/');
}

function checkCovers(checker: Checker): void {
  const known = [...checker.catalogue.requirements.keys()];
  for (const [index, id] of checker.list(['covers']).entries()) {
    if (!isRequirementId(id)) continue;
    checker.oneOf(['covers', index], 'unknown requirement', known);
  }
}

/** Groups choose among the meters of a fleet; a bench has one. */
function checkGroups(checker: Checker): void {
  for (const name of checker.keys(['groups'])) {
    if (name === 'all')
      checker.tellKey(['groups', name], "'all' is every meter and cannot be another group");
    checker.oneOf(['groups', name, 'not'], 'no group is named', checker.names.groups);
  }
}

function checkSteps(checker: Checker): void {
  const ids = new Set<string>();
  for (const { id, index } of checker.names.steps) {
    if (ids.has(id)) checker.tell(['steps', index, 'id'], `another step has the id ${id}`);
    if (id === 'case') checker.tell(['steps', index, 'id'], "'case' is the case itself");
    ids.add(id);
    checker.oneOf(['steps', index, 'of'], 'no group is named', checker.names.groups);
  }
  const results = new Set<string>();
  for (const { name, step } of checker.names.results) {
    if (results.has(name)) {
      checker.tell(['steps', step, 'with', 'as'], `another step names its result ${name}`);
    }
    results.add(name);
  }
}
