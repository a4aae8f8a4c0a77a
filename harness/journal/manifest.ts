import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { sha256 } from './hash.ts';

export const MANIFEST_NAME = 'manifest.json';

export interface ManifestFile {
  /** Relative to the run's folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Manifest {
  readonly format: 'meterbench-manifest/1';
  readonly files: readonly ManifestFile[];
  /** SHA-256 of the compact JSON of `files`, so that a change within the manifest shows as one. */
  readonly sha256: string;
}

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
 */
export function writeManifest(folder: string, rewritten: readonly string[] = []): Manifest {
  const earlier = new Map(readManifest(folder)?.files.map((file) => [file.name, file]));
  for (const name of rewritten) earlier.delete(name);
  const added = filesOf(folder)
    .filter((name) => !earlier.has(name))
    .map((name) => manifestFile(name, readFileSync(join(folder, name))));
  const files = [...earlier.values(), ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = manifestOf(files);
  writeFileSync(join(folder, MANIFEST_NAME), manifestText(manifest));
  return manifest;
}

/**
 * The manifest of a run's folder as it stands; null when there is none.
 * @throws SyntaxError when it is no manifest: what cannot be read must not be replaced in silence
 */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, MANIFEST_NAME);
  if (!existsSync(path)) return null;
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest> | null;
  if (!Array.isArray(manifest?.files)) throw new SyntaxError(`${path} lists no files`);
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
