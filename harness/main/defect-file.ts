import { messageOf } from '../../devices/domain/error-text.ts';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Defect } from '../../devices/defects/defect.ts';
import { DEFECTS } from '../../devices/defects/index.ts';
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
  const unknown = Object.keys(defect.meterRules).filter((rule) => !(rule in METER_RULES));
  if (unknown.length === 0) return { defect, files: [file] };
  const rules = Object.keys(METER_RULES);
  const told = unknown.map((rule) => {
    const meant = suggest(rule, rules);
    return meant === null ? rule : `${rule} (did you mean ${meant}?)`;
  });
  throw new Refusal(
    EXIT.file,
    `--defect ${named}: the meter has no rule ${told.join(', ')}; its rules are ${rules.join(', ')}`,
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
    `--defect ${named}: the default export must be {id, title, mustTurn, mayTurn, meterRules}`,
  );
}

function isDefect(value: unknown): value is Defect {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, mustTurn, mayTurn, meterRules } = value as Partial<Defect>;
  const texts = typeof id === 'string' && typeof title === 'string';
  const lists = Array.isArray(mustTurn) && Array.isArray(mayTurn);
  return texts && lists && typeof meterRules === 'object' && meterRules !== null;
}
