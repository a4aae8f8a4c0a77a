import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { DamagedRunError } from './damage.ts';
import { sha256 } from './hash.ts';
import { list, number, object, text } from './shape.ts';

export const MANIFEST_NAME = 'manifest.json';

export interface ManifestFile {
  /** Relative to the run's folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The sum was first taken after the run, by a later report: nothing vouches for the time before. */
  readonly summedAfterRun?: true;
}

export interface Manifest {
  readonly format: 'meterbench-manifest/1';
  readonly files: readonly ManifestFile[];
  /** SHA-256 of the compact JSON of `files`, so that a change within the manifest shows as one. */
  readonly sha256: string;
}

/** A manifest.json that is there and cannot be read. */
export class DamagedManifestError extends DamagedRunError {
  constructor(what: string, options?: ErrorOptions) {
    super(MANIFEST_NAME, null, what, options);
    this.name = 'DamagedManifestError';
  }
}

const MANIFEST = object({
  files: list(object({ name: text, bytes: number, sha256: text })),
  sha256: text,
});

/** Names of all files of a run's folder except the manifest, sorted by code unit. */
export function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name).slice(join(folder, '/').length))
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name !== MANIFEST_NAME)
    .sort();
}

/**
 * Writes manifest.json over all files of a run's folder, environment.json included. A file that an
 * earlier manifest lists keeps its sum unless it is named in `rewritten`: a manifest that is made
 * anew must not bless what was changed in between.
 * @param madeBy the run at its end, or a report later: a file that is neither known nor rewritten
 *   is then marked as `summedAfterRun`
 * @throws DamagedManifestError when the earlier manifest cannot be read
 */
export function writeManifest(
  folder: string,
  rewritten: readonly string[] = [],
  madeBy: 'run' | 'report' = 'run',
): Manifest {
  const earlier = new Map(readManifest(folder)?.files.map((file) => [file.name, file]));
  for (const name of rewritten) earlier.delete(name);
  const added = filesOf(folder)
    .filter((name) => !earlier.has(name))
    .map((name) => {
      const file = manifestFile(name, readFileSync(join(folder, name)));
      const isLate = madeBy === 'report' && !rewritten.includes(name);
      return isLate ? { ...file, summedAfterRun: true as const } : file;
    });
  const files = [...earlier.values(), ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = manifestOf(files);
  writeFileSync(join(folder, MANIFEST_NAME), manifestText(manifest));
  return manifest;
}

/**
 * The manifest of a run's folder as it stands; null when there is none.
 * @throws DamagedManifestError when it is none: what cannot be read must not be replaced in silence
 */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, MANIFEST_NAME);
  if (!existsSync(path)) return null;
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new DamagedManifestError('not JSON', { cause });
  }
  const wrong = MANIFEST(manifest, '');
  if (wrong !== null) throw new DamagedManifestError(wrong);
  return manifest as Manifest;
}

/** How a manifest lists a file with this content. */
export function manifestFile(name: string, content: Uint8Array): ManifestFile {
  return { name, bytes: content.length, sha256: sha256(content) };
}

/** A manifest over these files, with the sum over itself. */
export function manifestOf(files: readonly ManifestFile[]): Manifest {
  return { format: 'meterbench-manifest/1', files, sha256: sha256(JSON.stringify(files)) };
}

/** The text of manifest.json: the same manifest gives the same bytes. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
