import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Mistake } from '../document/mistake.ts';
import { type Catalogue, loadCatalogue } from '../scenario/catalogue.ts';
import { loadEvidence } from '../scenario/evidence-file.ts';
import { loadLoadPoints } from '../scenario/load-points.ts';
import { verbReference } from '../scenario/reference.ts';
import { loadSuite } from '../scenario/suite.ts';
import { coveragePage } from './coverage.ts';
import { refuseMistakes } from './exit.ts';
import { requirementCoverage } from './list-command.ts';
import { findFile, listFiles, PROJECT, readTextFile } from './files.ts';
import { loadScenarioFile, SCENARIO_ENDINGS } from './scenario-file.ts';
import {
  loadAnswers,
  loadHeadEnd,
  loadMapping,
  loadProfile,
  loadRig,
  loadTwin,
} from './rig-files.ts';
import { writePlaces } from './written-places.ts';
import { writeSchemas } from './written-schemas.ts';

/** Checks files of every kind. @throws Refusal with all mistakes of all files */
export function validateCommand(
  named: readonly string[],
  flags: { readonly writeSchema: boolean },
): string {
  if (flags.writeSchema) {
    writeSchemas();
    writeFileSync(path.join(PROJECT, 'docs', 'verbs.md'), verbReference());
    const page = coveragePage(requirementCoverage());
    writeFileSync(path.join(PROJECT, 'docs', 'requirements.md'), page);
    writePlaces();
  }
  const files = named.length === 0 ? everything() : named.map(find);
  const catalogueFile = readTextFile(findFile('requirements', 'scenarios', ['.yaml']));
  const catalogue = loadCatalogue(catalogueFile.name, catalogueFile.text);
  if (!catalogue.ok) throw refuseMistakes(catalogue.mistakes);
  const all = [...new Set(files.flatMap((file) => [file, ...scenariosOf(file)]))];
  const mistakes = all.flatMap((file) => mistakesIn(file, catalogue.value));
  if (mistakes.length > 0) throw refuseMistakes(mistakes);
  return `${all.length} ${all.length === 1 ? 'file' : 'files'} without a mistake`;
}

function find(named: string): string {
  return findFile(named, 'scenarios', SCENARIO_ENDINGS);
}

function everything(): readonly string[] {
  const scenarios = listFiles('scenarios', SCENARIO_ENDINGS);
  const rigs = listFiles('rigs', ['.rig.yaml', '.twin.yaml', '.head-end.yaml', '.mqtt-map.yaml']);
  const profiles = listFiles('rigs/profiles', ['.yaml']);
  return [...scenarios, ...rigs, ...profiles].map(({ file }) => file);
}

/** The scenarios that a suite names; nothing for any other file, or for a suite with mistakes. */
function scenariosOf(file: string): readonly string[] {
  if (!file.endsWith('.suite.yaml')) return [];
  const suite = loadSuite(file, readTextFile(file).text);
  if (!suite.ok) return [];
  return suite.value.scenarios.map((scenario) => path.join(path.dirname(file), scenario));
}

/** The kind of a file shows in its name; a profile lies in a folder of profiles. */
function mistakesIn(named: string, catalogue: Catalogue): readonly Mistake[] {
  const file = readTextFile(named);
  const loaded = loadByName(file.name, file.text);
  if (loaded === null) return loadScenarioFile(named, catalogue).mistakes;
  return loaded.ok ? [] : loaded.mistakes.map((mistake) => ({ ...mistake, file: file.path }));
}

/** What the file's name says that it is; null for a scenario. */
function loadByName(name: string, text: string) {
  if (name.endsWith('.rig.yaml')) return loadRig(name, text);
  if (name.endsWith('.head-end.yaml')) return loadHeadEnd(name, text);
  if (name.endsWith('.mqtt-map.yaml')) return loadMapping(name, text);
  if (name.endsWith('.twin.yaml')) return loadTwin(name, text);
  if (name.endsWith('.suite.yaml')) return loadSuite(name, text);
  if (name.endsWith('.evidence.yaml')) return loadEvidence(name, text);
  if (name.endsWith('.answers.yaml')) return loadAnswers(name, text);
  if (path.basename(path.dirname(name)) === 'profiles') return loadProfile(name, text);
  if (path.basename(name) === 'requirements.yaml') return loadCatalogue(name, text);
  if (name.endsWith('.limits.yaml')) return loadLoadPoints(name, text);
  return null;
}
