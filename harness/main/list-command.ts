import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { DEFECTS } from '../../devices/defects/index.ts';
import { loadCatalogue } from '../scenario/catalogue.ts';
import { loadScenario, type Scenario } from '../scenario/load.ts';
import { VERBS } from '../scenario/verb/index.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { EXIT, Refusal, refuseMistakes } from './exit.ts';
import { SCENARIO_ENDINGS } from './scenario-file.ts';
import { displayName, findFile, listFiles, readTextFile } from './files.ts';

export const LISTINGS = ['scenarios', 'suites', 'requirements', 'verbs', 'defects'] as const;

type Row = Readonly<Record<string, string | boolean | readonly string[]>>;

const ROWS: Readonly<Record<(typeof LISTINGS)[number], () => readonly Row[]>> = {
  scenarios: () => scenarios().map(({ key, title, covers }) => ({ scenario: key, title, covers })),
  suites: () =>
    listFiles('scenarios', ['.suite.yaml']).map(({ file, short }) => ({
      suite: short,
      title: titleOf(file),
    })),
  requirements: () => requirementCoverage().map((one) => ({ ...one })),
  verbs: () =>
    Object.values(VERBS).map(({ kind, summary, effects }) => ({ verb: kind, summary, effects })),
  defects: () =>
    DEFECTS.map(({ id, title, mustTurn, mayTurn, mustBlind = [] }) => ({
      defect: id,
      title,
      mustTurn,
      mayTurn,
      mustBlind,
    })),
};

/** A listing for people, or as JSON. @throws Refusal when there is no such listing */
export function listCommand(what: string, flags: { readonly json: boolean }): string {
  const listing = LISTINGS.find((name) => name === what);
  if (listing === undefined) {
    throw new Refusal(EXIT.file, `list ${what}: there are ${LISTINGS.join(', ')}`);
  }
  const rows = ROWS[listing]();
  return flags.json ? JSON.stringify(rows, null, 2) : rows.map(lineOf).join('\n');
}

function lineOf(row: Row): string {
  const [first = '', ...rest] = Object.entries(row).map(cellText);
  return [first.padEnd(36), ...rest.filter((cell) => cell !== '')].join('  ');
}

/** What is so is told by its name, what is not by nothing. */
function cellText([name, cell]: [string, Row[string]]): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'boolean') return cell ? name : '';
  return cell.join(' ');
}

/** Each requirement with the scenarios that put it and the defects that prove that it can fail. */
export function requirementCoverage(): readonly Coverage[] {
  return coverageOf(catalogue(), scenarios());
}

function catalogue() {
  const file = readTextFile(findFile('requirements', 'scenarios', ['.yaml']));
  const loaded = loadCatalogue(file.name, file.text);
  if (!loaded.ok) throw refuseMistakes(loaded.mistakes);
  return loaded.value;
}

function scenarios(): readonly Scenario[] {
  const known = catalogue();
  return listFiles('scenarios', SCENARIO_ENDINGS)
    .filter(({ ending, short }) => ending === '.yaml' && short.includes('/'))
    .map(({ file }) => {
      const loaded = loadScenario(displayName(file), readTextFile(file).text, known);
      if (!loaded.ok) throw refuseMistakes(loaded.mistakes);
      return loaded.value;
    });
}

function titleOf(file: string): string {
  const parsed: unknown = parse(readFileSync(file, 'utf8'));
  const suite = (parsed as { readonly suite?: unknown } | null)?.suite;
  return typeof suite === 'string' ? suite : '';
}
