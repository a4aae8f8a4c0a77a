import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Mistake } from '../document/mistake.ts';
import { type Catalogue, loadCatalogue } from '../scenario/catalogue.ts';
import { scenarioSchemaText } from '../scenario/json-schema.ts';
import { loadScenario } from '../scenario/load.ts';
import { verbReference } from '../scenario/reference.ts';
import { loadSuite } from '../scenario/suite.ts';
import { refuseMistakes } from './exit.ts';
import { findFile, listFiles, PROJECT, readTextFile, type TextFile } from './files.ts';
import { loadProfile, loadRig } from './rig-files.ts';

/** Checks files of every kind. @throws Refusal with all mistakes of all files */
export function validateCommand(
  named: readonly string[],
  flags: { readonly writeSchema: boolean },
): string {
  if (flags.writeSchema) {
    writeFileSync(path.join(PROJECT, 'scenarios', 'scenario.schema.json'), scenarioSchemaText());
    writeFileSync(path.join(PROJECT, 'docs', 'verbs.md'), verbReference());
  }
  const files = named.length === 0 ? everything() : named.map(find);
  const catalogueFile = readTextFile(findFile('requirements', 'scenarios', ['.yaml']));
  const catalogue = loadCatalogue(catalogueFile.name, catalogueFile.text);
  if (!catalogue.ok) throw refuseMistakes(catalogue.mistakes);
  const mistakes = files.flatMap((file) => mistakesIn(readTextFile(file), catalogue.value));
  if (mistakes.length > 0) throw refuseMistakes(mistakes);
  return `${files.length} ${files.length === 1 ? 'file' : 'files'} without a mistake`;
}

function find(named: string): string {
  return findFile(named, 'scenarios', ['.suite.yaml', '.yaml']);
}

function everything(): readonly string[] {
  const scenarios = listFiles('scenarios', ['.suite.yaml', '.yaml']);
  const rigs = listFiles('rigs', ['.rig.yaml']);
  const profiles = listFiles('rigs/profiles', ['.yaml']);
  return [...scenarios, ...rigs, ...profiles].map(({ file }) => file);
}

/** The kind of a file shows in its name; a profile lies in a folder of profiles. */
function mistakesIn({ name, text }: TextFile, catalogue: Catalogue): readonly Mistake[] {
  const loaded = loadByName(name, text, catalogue);
  return loaded.ok ? [] : loaded.mistakes;
}

function loadByName(name: string, text: string, catalogue: Catalogue) {
  if (name.endsWith('.rig.yaml')) return loadRig(name, text);
  if (name.endsWith('.suite.yaml')) return loadSuite(name, text);
  if (path.basename(path.dirname(name)) === 'profiles') return loadProfile(name, text);
  if (path.basename(name) === 'requirements.yaml') return loadCatalogue(name, text);
  return loadScenario(name, text, catalogue);
}
