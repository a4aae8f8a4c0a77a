import { messageOf } from '../../devices/domain/error-text.ts';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Defect, LinkDefect } from '../../devices/defects/defect.ts';
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
  refuseUnknown(named, 'the meter has no rule', defect.meterRules, Object.keys(METER_RULES));
  refuseUnknown(
    named,
    'the head-end has no rule',
    defect.headEndRules,
    Object.keys(HEAD_END_RULES),
  );
  refuseUnknown(named, 'links have no way', defect.links, LINK_WAYS);
  for (const way of Object.values(defect.links ?? {})) {
    refuseUnknown(named, 'a link has no fault', way, LINK_FAULTS);
  }
  const rules = { ...defect.meterRules, ...defect.headEndRules };
  for (const [name, rule] of Object.entries(rules)) {
    if (typeof rule === 'function') continue;
    throw new Refusal(EXIT.file, `--defect ${named}: rule ${name} is no function`);
  }
  return { defect, files: [file] };
}

const LINK_WAYS = ['up', 'down'] as const satisfies readonly (keyof NonNullable<Defect['links']>)[];
const LINK_FAULTS = [
  'dropOneIn',
  'duplicateOneIn',
  'reorderOneIn',
  'spoilOneIn',
] as const satisfies readonly (keyof LinkDefect)[];

/** A name that nobody reads would be a fault that is never switched on. */
function refuseUnknown(
  named: string,
  what: string,
  replaced: object | undefined,
  there: readonly string[],
): void {
  const unknown = Object.keys(replaced ?? {}).filter((name) => !there.includes(name));
  if (unknown.length === 0) return;
  const told = unknown.map((name) => {
    const meant = suggest(name, there);
    return meant === null ? name : `${name} (did you mean ${meant}?)`;
  });
  throw new Refusal(
    EXIT.file,
    `--defect ${named}: ${what} ${told.join(', ')}; there are ${there.join(', ')}`,
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
    `--defect ${named}: the default export must be {id, title, mustTurn, mayTurn} with meterRules, headEndRules, links or observer`,
  );
}

function isDefect(value: unknown): value is Defect {
  if (typeof value !== 'object' || value === null) return false;
  const { id, title, mustTurn, mayTurn, meterRules, headEndRules, links, observer } =
    value as Partial<Defect>;
  const texts = typeof id === 'string' && typeof title === 'string';
  const lists = Array.isArray(mustTurn) && Array.isArray(mayTurn);
  const faults = [meterRules, headEndRules, links].filter((fault) => fault !== undefined);
  if (!texts || !lists || !faults.every(isObject)) return false;
  return observer === undefined ? faults.length > 0 : observer === 'deaf';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
