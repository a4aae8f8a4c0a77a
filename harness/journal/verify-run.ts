import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DamagedRunError, JOURNAL_NAME } from './damage.ts';
import type { Entry } from './entry.ts';
import { GUARDIAN_LOG_NAME, verifyGuardianLog } from './guardian-log.ts';
import { sha256 } from './hash.ts';
import {
  filesOf,
  MANIFEST_NAME,
  manifestFile,
  manifestOf,
  manifestText,
  readManifest,
} from './manifest.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { parseEntry } from './reader.ts';
import { verifyJournal } from './verify.ts';

/** What a run leaves in its folder beside its journal and its manifest. */
const FILES_OF_A_RUN = [
  'plan.json',
  'environment.json',
  'report.html',
  'report.json',
  'junit.xml',
  'report.txt',
] as const;

/** One thing in a run's folder that is not as it was written. */
export interface Problem {
  readonly file: string;
  /** 1-based; null when the file as a whole is meant. */
  readonly line: number | null;
  readonly what: string;
}

export interface RunCheck {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
}

/**
 * Checks the folder of a run: the chain of the journal and its end, the texts that the journal names
 * by hash (and the files of the same name in the folder), the manifest over all files, and that no
 * file is missing that every run leaves.
 */
export function verifyRun(folder: string): RunCheck {
  const path = join(folder, JOURNAL_NAME);
  if (!existsSync(path)) {
    return { ok: false, problems: [{ file: JOURNAL_NAME, line: null, what: 'is not there' }] };
  }
  const journal = readFileSync(path, 'utf8');
  const problems = [
    ...chainProblems(journal),
    ...textProblems(folder, journal),
    ...guardianProblems(folder, journal),
  ];
  problems.push(...manifestProblems(folder, journal, problems), ...endProblems(journal));
  problems.push(...missingFiles(folder, problems));
  return { ok: problems.length === 0, problems };
}

function guardianProblems(folder: string, journal: string): readonly Problem[] {
  return verifyGuardianLog(folder, journal).map((problem) => ({
    file: GUARDIAN_LOG_NAME,
    ...problem,
  }));
}

function chainProblems(journal: string): readonly Problem[] {
  const check = verifyJournal(journal);
  return check.ok ? [] : [{ file: JOURNAL_NAME, line: check.line, what: check.what }];
}

/** A journal that was cut between two lines has a whole chain; only its end is missing. */
function endProblems(journal: string): readonly Problem[] {
  let lines = 0;
  for (const [index, entry] of entriesOf(journal)) {
    if (entry.kind === 'run-closed') return [];
    lines = index + 1;
  }
  const what = 'the run’s end is missing: no run-closed follows';
  return [{ file: JOURNAL_NAME, line: lines === 0 ? null : lines, what }];
}

function missingFiles(folder: string, found: readonly Problem[]): readonly Problem[] {
  const known = new Set(found.map(({ file }) => file));
  return FILES_OF_A_RUN.filter((name) => !known.has(name) && !existsSync(join(folder, name))).map(
    (name) => ({ file: name, line: null, what: 'is not there, and every run leaves one' }),
  );
}

/** Texts in the journal against the hash beside them, and against the file of that name. */
function textProblems(folder: string, journal: string): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, entry] of entriesOf(journal)) {
    if (entry.kind !== 'file') continue;
    if (typeof entry.text !== 'string' || sha256(entry.text) !== entry.sha256) {
      const what = `the text of ${entry.name} does not have the SHA-256 beside it`;
      problems.push({ file: JOURNAL_NAME, line: index + 1, what });
      continue;
    }
    if (!isInside(entry.name)) continue;
    const path = join(folder, entry.name);
    if (!existsSync(path)) continue;
    const line = firstDifference(readFileSync(path, 'utf8'), entry.text);
    if (line === null) continue;
    const what = `differs from the text in the journal (line ${index + 1} of ${JOURNAL_NAME})`;
    problems.push({ file: entry.name, line, what });
  }
  return problems;
}

/** A scenario's name is a path elsewhere; only the run's own files are read. A changed line may lack one. */
function isInside(name: unknown): boolean {
  return typeof name === 'string' && !name.includes('/') && !name.includes('\\');
}

function manifestProblems(
  folder: string,
  journal: string,
  found: readonly Problem[],
): readonly Problem[] {
  const manifest = soundManifest(folder);
  if ('what' in manifest) return [manifest];
  const known = new Set(found.map((problem) => problem.file));
  const listed = new Map(manifest.files.map((file) => [file.name, file]));
  const present = new Set(filesOf(folder));
  const problems: Problem[] = [...lateSums(manifest)];
  for (const file of manifest.files) {
    if (!present.has(file.name)) {
      problems.push({ file: file.name, line: null, what: 'is in the manifest but not there' });
    } else if (!known.has(file.name) && isChanged(folder, file)) {
      // The chain covers every line but the last, so a journal whose chain holds was changed there.
      const line = file.name === JOURNAL_NAME ? journal.trimEnd().split('\n').length : null;
      problems.push({ file: file.name, line, what: 'changed: its SHA-256 is not the manifest’s' });
    }
  }
  for (const name of present) {
    if (!listed.has(name))
      problems.push({ file: name, line: null, what: 'is not in the manifest' });
  }
  return problems;
}

/** Sums that a report took later are those of whatever lay there then. */
function lateSums({ files }: Manifest): readonly Problem[] {
  const late = files.filter(({ summedAfterRun }) => summedAfterRun === true);
  if (late.length === 0) return [];
  const names = late.map(({ name }) => name).join(', ');
  const what = `vouches for ${names} only from a later report on, not from the end of the run`;
  return [{ file: MANIFEST_NAME, line: null, what }];
}

/** The manifest when it is as it was written, else the problem with it. */
function soundManifest(folder: string): Manifest | Problem {
  let manifest: Manifest | null;
  try {
    manifest = readManifest(folder);
  } catch (error) {
    if (!(error instanceof DamagedRunError)) throw error;
    return { file: MANIFEST_NAME, line: null, what: `cannot be read: ${error.message}` };
  }
  if (manifest === null) return { file: MANIFEST_NAME, line: null, what: 'is not there' };
  const sum = manifestOf(manifest.files).sha256;
  if (manifest.sha256 !== sum) {
    const what = `changed: its list of files has the SHA-256 ${sum}, but it says ${manifest.sha256}`;
    return { file: MANIFEST_NAME, line: null, what };
  }
  const text = readFileSync(join(folder, MANIFEST_NAME), 'utf8');
  const line = firstDifference(text, manifestText(manifestOf(manifest.files)));
  return line === null ? manifest : { file: MANIFEST_NAME, line, what: 'changed' };
}

function isChanged(folder: string, file: ManifestFile): boolean {
  const now = manifestFile(file.name, readFileSync(join(folder, file.name)));
  return now.sha256 !== file.sha256 || now.bytes !== file.bytes;
}

function* entriesOf(journal: string): Generator<[index: number, entry: Entry]> {
  for (const [index, line] of journal.split('\n').entries()) {
    const entry = parseEntry(line);
    if (typeof entry !== 'string') yield [index, entry];
  }
}

/** 1-based number of the first line in which two texts differ; null when they are the same. */
function firstDifference(text: string, expected: string): number | null {
  if (text === expected) return null;
  const wanted = expected.split('\n');
  const line = text.split('\n').findIndex((found, index) => found !== wanted[index]);
  return line === -1 ? wanted.length : line + 1;
}
