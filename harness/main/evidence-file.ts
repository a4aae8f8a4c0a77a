import { readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../devices/domain/error-text.ts';
import { sha256 } from '../journal/hash.ts';
import type { Declaration } from '../plan/plan.ts';
import { loadEvidence, type WrittenEvidence } from '../scenario/evidence-file.ts';
import { EXIT, Refusal, refuseMistakes } from './exit.ts';
import { readTextFile, type TextFile } from './files.ts';

/**
 * What a person declares, with the SHA-256 of each document that it rests on.
 * @param named path of an *.evidence.yaml
 * @param today YYYY-MM-DD: nobody declares on a day to come
 * @throws Refusal
 */
export function loadDeclarations(
  named: string,
  today: string,
): { readonly declarations: readonly Declaration[]; readonly file: TextFile } {
  const file = readTextFile(named);
  const loaded = loadEvidence(file.path, file.text);
  if (!loaded.ok) throw refuseMistakes(loaded.mistakes);
  const late = loaded.value.find(({ on }) => on > today);
  if (late !== undefined) {
    const what = `${late.requirement} is declared on ${late.on}, which is still to come`;
    throw new Refusal(EXIT.file, `${file.path}: ${what}; nothing was touched`);
  }
  const declarations = loaded.value.map((written) => ({
    ...written,
    document: documentOf(written, named),
  }));
  return { declarations, file };
}

function documentOf({ document }: WrittenEvidence, named: string): Declaration['document'] {
  if (document === undefined) return null;
  try {
    const bytes = readFileSync(path.resolve(path.dirname(named), document));
    return { name: document, sha256: sha256(bytes) };
  } catch (error) {
    throw new Refusal(EXIT.file, `${named}: document ${document}: ${messageOf(error)}`);
  }
}
