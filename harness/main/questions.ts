import path from 'node:path';
import type { Mistake } from '../document/mistake.ts';
import { type Catalogue, loadCatalogue } from '../scenario/catalogue.ts';
import type { Scenario } from '../scenario/load.ts';
import { loadSuite } from '../scenario/suite.ts';
import { refuseMistakes } from './exit.ts';
import { findFile, readTextFile, type TextFile } from './files.ts';
import { loadScenarioFile } from './scenario-file.ts';

/** What a person asks: scenarios with the catalogue that they cite, and the files that say so. */
export interface Questions {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
  readonly catalogue: Catalogue;
  readonly files: readonly TextFile[];
}

/** A scenario or a suite by path or short name, with the catalogue. @throws Refusal */
export function loadQuestions(target: string): Questions {
  const catalogueFile = readTextFile(findFile('requirements', 'scenarios', ['.yaml']));
  const catalogue = loadCatalogue(catalogueFile.name, catalogueFile.text);
  if (!catalogue.ok) throw refuseMistakes(catalogue.mistakes);
  const file = findFile(target, 'scenarios', ['.suite.yaml', '.yaml']);
  const suite = file.endsWith('.suite.yaml') ? loadSuiteFile(file) : null;
  const mistakes: Mistake[] = [];
  const scenarios: Scenario[] = [];
  const texts: TextFile[] = [];
  for (const scenarioFile of suite?.scenarios ?? [file]) {
    const loaded = loadScenarioFile(scenarioFile, catalogue.value);
    texts.push(...loaded.files);
    mistakes.push(...loaded.mistakes);
    if (loaded.scenario !== null) scenarios.push(loaded.scenario);
  }
  if (mistakes.length > 0) throw refuseMistakes(mistakes);
  return {
    title: suite?.title ?? scenarios[0]?.title ?? target,
    scenarios,
    catalogue: catalogue.value,
    files: [catalogueFile, ...(suite === null ? [] : [suite.file]), ...texts],
  };
}

function loadSuiteFile(file: string): {
  readonly title: string;
  readonly scenarios: readonly string[];
  readonly file: TextFile;
} {
  const text = readTextFile(file);
  const suite = loadSuite(text.name, text.text);
  if (!suite.ok) throw refuseMistakes(suite.mistakes);
  const folder = path.dirname(file);
  return {
    title: suite.value.suite,
    scenarios: suite.value.scenarios.map((scenario) => path.join(folder, scenario)),
    file: text,
  };
}
