import { messageOf } from '../../devices/domain/error-text.ts';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Defect } from '../../devices/defects/defect.ts';
import { DEFECTS } from '../../devices/defects/index.ts';
import { HEAD_END_RULES } from '../../devices/head-end/rules/index.ts';
import { METER_RULES } from '../../devices/meter/rules/index.ts';
import { suggest } from '../document/mistake.ts';
import { EXIT, Refusal } from './exit.ts';
import { readTextFile, type TextFile } from './files.ts';

/** A defect, with its text where it came from a file: that belongs to the evidence of a run. */
export interface LoadedDefect {
  readonly defect: Defect;
  readonly files: readonly TextFile[];
}

/** A shipped defect by its id, or a foreign one from a file that exports it as its default. @throws Refusal */
export async function loadDefect(named: string): Promise<LoadedDefect> {
  const shipped = DEFECTS.find((defect) => defect.id === named);
  if (shipped !== undefined) return { defect: shipped, files: [] };
  if (!/\.[cm]?[jt]s$/.test(named)) {
    const ids = DEFECTS.map((defect) => defect.id);
    const meant = suggest(named, ids);
    const hint = meant === null ? `there are ${ids.join(', ')}` : `did you mean ${meant}?`;
    throw new Refusal(EXIT.file, `--defect ${named}: no such defect and no file; ${hint}`);
  }
  const file = readTextFile(named);
  const defect = await defaultExport(named);
  refuseUnknownRules(named, 'meter', defect.meterRules, METER_RULES);
  refuseUnknownRules(named, 'head-end', defect.headEndRules, HEAD_END_RULES);
  return { defect, files: [file] };
}

function refuseUnknownRules(
  named: string,
  whose: string,
  replaced: object | undefined,
  there: object,
): void {
  const rules = Object.keys(there);
  const unknown = Object.keys(replaced ?? {}).filter((rule) => !rules.includes(rule));
  if (unknown.length === 0) return;
  const told = unknown.map((rule) => {
    const meant = suggest(rule, rules);
    return meant === null ? rule : `${rule} (did you mean ${meant}?)`;
  });
  throw new Refusal(
    EXIT.file,
    `--defect ${named}: the ${whose} has no rule ${told.join(', ')}; its rules are ${rules.join(', ')}`,
  );
}

async function defaultExport(named: string): Promise<Defect> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path.resolve(named)).href)) as typeof module;
  } catch (error) {
    const what = messageOf(error);
    throw new Refusal(EXIT.file, `--defect ${named} cannot be loaded: ${what}`);
  }
  if (isDefect(module.default)) return module.default;
  throw new Refusal(
    EXIT.file,
    `--defect ${named}: the default export must be {id, title, mustTurn, mayTurn} with meterRules, headEndRules or links`,
  );
}

function isDefect(value: unknown): value is Defect {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, mustTurn, mayTurn, meterRules, headEndRules, links } =
    value as Partial<Defect>;
  const texts = typeof id === 'string' && typeof title === 'string';
  const lists = Array.isArray(mustTurn) && Array.isArray(mayTurn);
  const faults = [meterRules, headEndRules, links].filter((fault) => fault !== undefined);
  return texts && lists && faults.length > 0 && faults.every(isObject);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
