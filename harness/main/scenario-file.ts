import path from 'node:path';
import type { Mistake } from '../document/mistake.ts';
import type { Catalogue } from '../scenario/catalogue.ts';
import { loadScenario, type Scenario } from '../scenario/load.ts';
import { loadLoadPoints } from '../scenario/load-points.ts';
import { readTextFile, type TextFile } from './files.ts';

/** Endings of what lies in scenarios/, the longer ones first. */
export const SCENARIO_ENDINGS = ['.suite.yaml', '.limits.yaml', '.yaml'] as const;

export interface ScenarioFile {
  /** Null when there are mistakes. */
  readonly scenario: Scenario | null;
  readonly mistakes: readonly Mistake[];
  /** The scenario's text, and that of the load points that it names. */
  readonly files: readonly TextFile[];
}

/** Loads a scenario with the file of load points that it names. @throws Refusal for a file that is not there */
export function loadScenarioFile(file: string, catalogue: Catalogue): ScenarioFile {
  const text = readTextFile(file);
  const loaded = loadScenario(text.name, text.text, catalogue);
  if (!loaded.ok) return { scenario: null, mistakes: at(text, loaded.mistakes), files: [text] };
  const { cases } = loaded.value.written;
  if (cases === undefined || Array.isArray(cases) || typeof cases['load-points'] !== 'string') {
    return { scenario: loaded.value, mistakes: [], files: [text] };
  }
  const pointsText = readTextFile(path.join(path.dirname(file), cases['load-points']));
  const files = [text, pointsText];
  const points = loadLoadPoints(pointsText.name, pointsText.text);
  if (!points.ok) return { scenario: null, mistakes: at(pointsText, points.mistakes), files };
  return { scenario: { ...loaded.value, loadPoints: points.value }, mistakes: [], files };
}

/** Mistakes are told with the file as the person named it. */
function at(text: TextFile, mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes.map((mistake) => ({ ...mistake, file: text.path }));
}
