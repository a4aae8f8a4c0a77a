import type { HeadEndAbilities } from '../../rigs/bench/abilities.ts';
import { NS_PER_MINUTE } from '../../devices/domain/time.ts';
import type { HeadEndFile } from '../../rigs/head-end/foreign/head-end-file.ts';
import { refuseMistakes } from './exit.ts';
import { findFile, readTextFile, type TextFile } from './files.ts';
import { loadHeadEnd } from './rig-files.ts';

/** What a case may take with a head-end of somebody else, where its file says nothing; ours. */
export const LONGEST_NS = 30 * NS_PER_MINUTE;

/** A head-end file with its text, which belongs to the evidence of a run. */
export interface LoadedHeadEnd {
  readonly file: HeadEndFile;
  readonly text: TextFile;
}

/** A *.head-end.yaml by path or short name. @throws Refusal with all its mistakes */
export function loadHeadEndFile(named: string): LoadedHeadEnd {
  const text = readTextFile(findFile(named, 'rigs', ['.head-end.yaml']));
  const file = loadHeadEnd(text.name, text.text);
  if (!file.ok) throw refuseMistakes(file.mistakes);
  return { file: file.value, text };
}

/** A head-end as a plan knows it; null stands for the embedded one. */
export function headEndAbilities(loaded: LoadedHeadEnd | null): HeadEndAbilities {
  if (loaded === null) return { name: 'embedded', timeReference: true };
  const { 'head-end': name, capabilities } = loaded.file;
  return { name, timeReference: capabilities.includes('time-reference') };
}
