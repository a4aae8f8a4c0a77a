import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Who may import whom. A file obeys the rule with the longest `of` that it stands under; a rule
 * allows its own folder, the folders and files under `may`, those under `mayTypes` for types alone,
 * and the outside modules named (`node:*` and `*` stand for all of Node and for everything).
 */
interface Rule {
  readonly of: string;
  readonly may: readonly string[];
  readonly mayTypes?: readonly string[];
  readonly modules: readonly string[];
  readonly why: string;
}

const RULES: readonly Rule[] = [
  {
    of: 'devices/domain',
    may: [],
    modules: [],
    why: 'the shared words rest on nothing',
  },
  {
    of: 'devices/protocol',
    may: ['devices/domain'],
    modules: ['node:crypto', 'fflate', 'cborg', 'mqtt-packet'],
    why: 'a codec that knows the meter cannot test it, and does no I/O',
  },
  {
    of: 'devices/meter',
    may: ['devices/protocol', 'devices/domain'],
    modules: [],
    why: 'the two ends share only the wire, and ciphers are handed in',
  },
  {
    of: 'devices/head-end',
    may: ['devices/protocol', 'devices/domain'],
    modules: [],
    why: 'a head-end that knows the model would judge it by its own opinion',
  },
  {
    of: 'devices/defects',
    may: ['devices/meter/rules', 'devices/head-end/rules', 'devices/domain'],
    modules: [],
    why: 'a defect replaces one rule, and knows no more',
  },
  {
    of: 'rigs/port',
    may: ['devices/domain'],
    modules: [],
    why: 'a port that knows a driver is not a port',
  },
  {
    of: 'rigs',
    may: ['rigs', 'devices/domain', 'devices/protocol', 'devices/meter', 'devices/head-end'],
    modules: [
      'node:*',
      'serialport',
      '@serialport/stream',
      '@serialport/binding-mock',
      '@serialport/bindings-interface',
      'piscina',
      'zod',
      'hono',
      'hono/*',
      '@hono/node-server',
      '@hono/zod-openapi',
      'eventsource-parser',
      'hdr-histogram-js',
      'ssh2',
      'jsonata',
      'mqtt',
      'aedes',
      'ipaddr.js',
      'csv-parse',
    ],
    why: 'a rig does not know why it is asked, and nothing but main knows defects',
  },
  {
    of: 'harness/document',
    may: ['devices/domain', 'rigs/port'],
    modules: ['yaml', 'zod', '@babel/code-frame', 'fastest-levenshtein'],
    why: 'loading reads texts, not devices',
  },
  {
    of: 'harness/scenario',
    may: ['harness/document', 'harness/plan', 'devices/domain', 'rigs/port'],
    modules: ['@marcbachmann/cel-js', 'zod'],
    why: 'a scenario asks; it does not know who answers',
  },
  {
    of: 'harness/plan',
    may: ['harness/scenario', 'harness/document', 'devices/domain', 'rigs/port'],
    modules: [],
    why: 'a plan is plain data, made before anything is touched',
  },
  {
    of: 'harness/tally',
    may: [
      'harness/plan',
      'harness/journal',
      'harness/scenario/expression.ts',
      'devices/domain',
      'rigs/port',
    ],
    modules: ['hdr-histogram-js', 'node:crypto'],
    why: 'a tally reduces what was seen; it judges nothing and knows no device',
  },
  {
    of: 'harness/run',
    may: ['harness/tally', 'harness/plan', 'harness/journal', 'devices/domain', 'rigs/port'],
    modules: [],
    why: 'a run knows the bench by its port alone, and judges nothing',
  },
  {
    of: 'harness/journal',
    may: ['devices/domain', 'rigs/port'],
    modules: ['node:fs', 'node:crypto', 'node:path'],
    why: 'the journal holds what happened, for whoever reads it later',
  },
  {
    of: 'harness/verdict',
    may: [
      'harness/tally',
      'harness/scenario/expression.ts',
      'harness/plan',
      'harness/journal',
      'devices/domain',
    ],
    mayTypes: ['rigs/port'],
    modules: [],
    why: 'the judge may not look inside the accused: verdicts come from the journal alone',
  },
  {
    of: 'harness/main',
    may: ['devices', 'rigs', 'harness', 'reports'],
    modules: ['*'],
    why: 'main composes everything, and rests on no test',
  },
  {
    of: 'harness/main/start.mjs',
    may: [],
    modules: ['node:*'],
    why: 'it runs before anything is installed, on a Node that cannot read TypeScript',
  },
  {
    of: 'reports/live',
    may: ['reports', 'harness/journal', 'harness/verdict', 'devices/domain'],
    mayTypes: ['harness/plan', 'rigs/port'],
    modules: [
      'hono',
      'hono/*',
      '@hono/node-server',
      'prom-client',
      'zod',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:net',
    ],
    why: 'it shows a run and hands on what a person says; what that does is handed in',
  },
  {
    of: 'reports',
    may: ['harness/journal', 'harness/verdict', 'devices/domain'],
    mayTypes: ['harness/plan', 'rigs/port'],
    modules: [
      'zod',
      'xmlbuilder2',
      'yaml',
      'd3-scale',
      'csv-stringify',
      'node:sqlite',
      '@babel/code-frame',
      'node:fs',
      'node:path',
      'node:crypto',
      'node:util',
    ],
    why: 'a report is possible without rigs and devices, elsewhere, later; it reads the catalogue in the journal (yaml), draws charts and shows where a scenario asks',
  },
  {
    of: 'scenarios',
    may: [],
    modules: ['k6'],
    why: 'a scenario is data, and a load script runs in k6',
  },
  {
    of: 'test',
    may: ['devices', 'rigs', 'harness', 'reports', 'scenarios'],
    modules: ['*'],
    why: 'tests may look at everything',
  },
];

/** Names of node:crypto that bring chance or keys of their own into code that must be repeatable. */
const RANDOMNESS = /random|generate|webcrypto|subtle/i;

/**
 * The loader of the drivers that a rig file names by file, and
 * entries of threads and processes: main tells them which module holds the rules of a defect,
 * because functions cannot be handed over there.
 */
const TOLD: readonly string[] = [
  'rigs/driver/own-driver.ts',
  'rigs/fleet/worker.ts',
  'rigs/head-end/main.ts',
];

interface Import {
  readonly specifier: string;
  /** What is taken, as written between the keyword and `from`; empty for a bare or dynamic import. */
  readonly clause: string;
}

/**
 * Every import, re-export, dynamic import and worker address of a text. oxfmt puts a static one at
 * the start of its line, where no comment and no string of ours begins with such a word.
 */
function importsOf(text: string): Import[] {
  const patterns = [
    /^(?:import|export)\b(?<clause>[^'";]*?)\bfrom\s*['"](?<specifier>[^'"]+)['"]/gm,
    /^import\s*['"](?<specifier>[^'"]+)['"]/gm,
    /\b(?:import|require)\(\s*['"`](?<specifier>[^'"`]+)['"`]/g,
    /\bnew URL\(\s*['"](?<specifier>\.[^'"]+\.[cm]?[jt]s)['"]/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => ({
      specifier: groups?.['specifier'] ?? '',
      clause: groups?.['clause']?.trim() ?? '',
    })),
  );
}

function ruleOf(file: string): Rule | undefined {
  return RULES.filter(({ of }) => isUnder(file, of)).toSorted(
    (one, other) => other.of.length - one.of.length,
  )[0];
}

function isUnder(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

/** `import type`, or a list in which every name is a type. */
function takesTypesOnly(clause: string): boolean {
  if (/^type\s+[{*\w]/.test(clause)) return true;
  const names = /^\{(?<names>.*)\}$/s.exec(clause)?.groups?.['names']?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter((name) => name !== '');
  return given.length > 0 && given.every((name) => name.startsWith('type '));
}

/** The package of an outside module: "zod" of "zod/v4", "@serialport/stream" of itself. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isAllowed(file: string, rule: Rule, { specifier, clause }: Import): boolean {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier);
    const folders = [...rule.may, ...(takesTypesOnly(clause) ? (rule.mayTypes ?? []) : [])];
    return [rule.of, ...folders].some((folder) => isUnder(target, folder));
  }
  const name = packageOf(specifier);
  const isNamed =
    rule.modules.includes(name) ||
    rule.modules.includes('*') ||
    (name.startsWith('node:') && rule.modules.includes('node:*'));
  if (isNamed && name === 'node:crypto' && isUnder(file, 'devices')) {
    return clause.startsWith('{') && !RANDOMNESS.test(clause);
  }
  return isNamed;
}

/** What a file imports against its rule, each told with the rule's why. */
function violationsOf(file: string, text: string): string[] {
  const rule = ruleOf(file);
  if (rule === undefined) return [`${file} stands under no rule of test/layering.test.ts`];
  const computed =
    /\bimport\(\s*(?!['"`])/.test(text) && !rule.modules.includes('*') && !TOLD.includes(file);
  return [
    ...importsOf(text)
      .filter((each) => !isAllowed(file, rule, each))
      .map(({ specifier }) => `${file} imports '${specifier}', but ${rule.of}: ${rule.why}`),
    ...(computed ? [`${file} imports an address that only a run knows, but only main may`] : []),
  ];
}

const FILES = globSync('{devices,rigs,harness,reports,scenarios,test}/**/*.{ts,mts,cts,js,mjs,cjs}')
  .map((file) => file.replaceAll('\\', '/'))
  .toSorted();

describe('layering', () => {
  test('the files of the project are found', () => {
    expect(FILES).toEqual(
      expect.arrayContaining([
        'devices/domain/time.ts',
        'rigs/port/bench.ts',
        'harness/plan/plan.ts',
        'harness/main/start.mjs',
        'test/layering.test.ts',
      ]),
    );
  });

  test('every file imports only what its layer may', () => {
    const sources = FILES.filter((file) => file !== 'test/layering.test.ts');
    const violations = sources.flatMap((file) => violationsOf(file, readFileSync(file, 'utf8')));
    expect(violations).toEqual([]);
  });

  test.each([
    ['devices/domain/time.ts', "import { a } from '../protocol/a.ts';"],
    ['devices/protocol/psem/a.ts', "import { a } from '../../meter/a.ts';"],
    ['devices/protocol/psem/a.ts', "import { createHash, randomBytes } from 'node:crypto';"],
    ['devices/protocol/psem/a.ts', "import crypto from 'node:crypto';"],
    ['devices/meter/a.ts', "export { a } from '../head-end/a.ts';"],
    ['devices/meter/a.ts', "import { readFileSync } from 'node:fs';"],
    ['devices/head-end/a.ts', "import type { A } from '../meter/a.ts';"],
    ['devices/defects/a.ts', "import { a } from '../meter/meters.ts';"],
    ['rigs/port/a.ts', "import { a } from '../optical/a.ts';"],
    ['rigs/optical/a.ts', "import { a } from '../../harness/plan/plan.ts';"],
    ['rigs/optical/a.ts', "import { a } from '../../devices/defects/a.ts';"],
    ['rigs/a.ts', "import { parse } from 'yaml';"],
    ['harness/run/a.ts', "const a = await import('../../rigs/optical/a.ts');"],
    ['harness/run/a.ts', "import { a } from '../verdict/verdict.ts';"],
    ['harness/run/a.ts', 'const a = await import(address);'],
    ['harness/verdict/a.ts', "import { a } from '../scenario/load.ts';"],
    ['harness/verdict/a.ts', "import { a, type B } from '../../rigs/port/bench.ts';"],
    ['harness/main/start.mjs', "import { a } from './cli.ts';"],
    ['harness/main/cli.ts', "import { a } from '../../test/a.ts';"],
    ['reports/a.ts', "import { a } from '../rigs/port/bench.ts';"],
    ['reports/a.ts', "import '../harness/run/run.ts';"],
    ['rigs/fleet/a.ts', "const worker = new URL('../../harness/run/a.ts', import.meta.url);"],
    ['tools/a.ts', ''],
  ])('control: in %s the planted %j is found', (file, text) => {
    expect(violationsOf(file, text)).toHaveLength(1);
  });

  test.each([
    ['devices/protocol/psem/a.ts', "import { createHash } from 'node:crypto';"],
    ['devices/defects/a.ts', "import { a } from '../meter/rules/a.ts';"],
    ['rigs/optical/a.ts', "import { a } from '../wrap/a.ts';\nimport { z } from 'zod/v4';"],
    ['harness/verdict/a.ts', "import { a } from '../scenario/expression.ts';"],
    ['harness/verdict/a.ts', "import { type A } from '../../rigs/port/bench.ts';"],
    ['reports/a.ts', "import type {\n  A,\n  B,\n} from '../harness/plan/plan.ts';"],
    ['harness/main/cli.ts', 'const defect = await import(address);'],
  ])('control: in %s the planted %j is allowed', (file, text) => {
    expect(violationsOf(file, text)).toEqual([]);
  });
});
