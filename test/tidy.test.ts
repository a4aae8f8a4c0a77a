import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';

/** A pattern that no file of its scope may hold. */
interface Ban {
  readonly what: string;
  readonly pattern: RegExp;
  readonly within: RegExp;
  readonly why: string;
  /** A text in which the pattern must be found: a ban that finds nothing bans nothing. */
  readonly control: string;
}

const TYPESCRIPT = /\.ts$/;
const DEVICES = /^devices\/.*\.ts$/;
const SOURCES = /\.(?:ts|mjs|json|ya?ml)$|^\.ci\//;

const BANS: readonly Ban[] = [
  {
    what: 'a clock of its own',
    pattern: /\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|;)|\bperformance\s*\./,
    within: DEVICES,
    why: 'devices are told the time',
    control: 'const at = new Date();',
  },
  {
    what: 'chance of its own',
    pattern: /\bMath\s*\.\s*random\b/,
    within: DEVICES,
    why: 'devices draw from (seed, owner, draw)',
    control: 'return Math.random();',
  },
  {
    what: 'a timer',
    pattern: /\bset(?:Timeout|Interval|Immediate)\b/,
    within: DEVICES,
    why: 'devices say when they next want to be called',
    control: 'setTimeout(wake, 5);',
  },
  {
    what: 'a test that silences all others',
    pattern: /\b(?:test|it|describe)\s*\.only\b/,
    within: TYPESCRIPT,
    why: 'the others would not run',
    control: "describe.only('one', () => {});",
  },
  {
    what: 'a note to come back',
    pattern: /\b(?:TODO|FIXME|XXX)\b/,
    within: SOURCES,
    why: 'what is missing stands in an issue',
    control: '// TODO later',
  },
  {
    what: 'a type that checks nothing',
    pattern: /(?::|\bas)\s*any\s*(?:[;,)=\]}|&>[{]|$)|<any>/m,
    within: TYPESCRIPT,
    why: 'say what it is, or unknown',
    control: 'const x: any = 1;',
  },
  {
    what: 'a silenced compiler',
    pattern: /@ts-(?:ignore|nocheck|expect-error)\b/,
    within: TYPESCRIPT,
    why: 'mend the type',
    control: '// @ts-ignore',
  },
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.:~}-])\/(?:work|root|tmp|home\/\w+|Users\/\w+)\//,
    within: SOURCES,
    why: 'a clone runs anywhere',
    control: "open('/tmp/journal')",
  },
  {
    what: 'a package registry',
    pattern: /\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b|\bnpm\.pkg\.|"resolved":/,
    within: SOURCES,
    why: 'the lock holds hashes, and the user chooses the registry',
    control: '"https://registry.npmjs.org"',
  },
];

const LINES_AT_MOST = 450;
const NAMELESS = /^(?:utils?|helpers?|misc|common)\./;

const FOLDERS = '{devices,rigs,harness,reports,scenarios,test,docs,.ci}';
const FILES = [...globSync(`${FOLDERS}/**/*.*`), ...globSync('*.{ts,json}'), '.ci/run']
  .map((file) => file.replaceAll('\\', '/'))
  // This file holds what it forbids.
  .filter((file) => existsSync(file) && file !== 'test/tidy.test.ts')
  .toSorted();

function isOwnCode(file: string): boolean {
  return /^(?:devices|rigs|harness|reports)\/.*\.(?:ts|mjs)$/.test(file);
}

/** "file:line" of every place where the pattern is found. */
function placesOf(ban: Ban, file: string, text: string): string[] {
  return text
    .split('\n')
    .flatMap((line, index) => (ban.pattern.test(line) ? [`${file}:${index + 1}: ${ban.why}`] : []));
}

describe('tidiness', () => {
  test('the files of the project are found', () => {
    expect(FILES).toEqual(
      expect.arrayContaining(['.ci/run', 'package-lock.json', 'devices/domain/time.ts']),
    );
  });

  test(`no source file is longer than ${LINES_AT_MOST} lines`, () => {
    const long = FILES.filter(isOwnCode)
      .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > LINES_AT_MOST);
    expect(long).toEqual([]);
  });

  test('no file has a name that says nothing', () => {
    expect(FILES.filter((file) => NAMELESS.test(basename(file)))).toEqual([]);
  });

  test('every dependency has its line in docs/dependencies.md, and no line is left over', () => {
    const told = [...readFileSync('docs/dependencies.md', 'utf8').matchAll(/^\| (`.*?) +\|/gm)]
      .flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '))
      .toSorted();
    const manifest: Record<string, object> = JSON.parse(readFileSync('package.json', 'utf8'));
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const declared = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    expect(told).toEqual(declared.toSorted());
  });

  test.each(BANS)('no file holds $what', (ban) => {
    const places = FILES.filter((file) => ban.within.test(file)).flatMap((file) =>
      placesOf(ban, file, readFileSync(file, 'utf8')),
    );
    expect(places).toEqual([]);
  });

  test.each(BANS)('control: $what would be found', (ban) => {
    expect(placesOf(ban, 'a.ts', ban.control)).toHaveLength(1);
  });
});
