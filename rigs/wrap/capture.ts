import type { LanguageName } from '../../devices/domain/language.ts';
import { rmSync } from 'node:fs';
import { CaptureFile, type CaptureFileOptions } from './capture-file.ts';
import { CapturePart } from './capture-part.ts';
import type { Tap } from './tap.ts';

/** What one tap in this thread saw, until it is closed; then the capture stands under its path. */
export class Capture {
  readonly tap: Tap;
  readonly #options: CaptureFileOptions;
  readonly #partPath: string;
  readonly #part: CapturePart;

  constructor(options: CaptureFileOptions) {
    this.#options = options;
    this.#partPath = `${options.path}.part`;
    this.#part = new CapturePart(this.#partPath);
    this.tap = this.#part.tap;
  }

  /** @returns how many datagrams it holds */
  close(): number {
    this.#part.close();
    const datagrams = new CaptureFile(this.#options).merge([this.#partPath]);
    rmSync(this.#partPath);
    return datagrams;
  }
}

/** A capture under a path; null for none. */
export function captureTo(
  path: string | null,
  startUtcMs: number,
  language: LanguageName,
): Capture | null {
  return path === null ? null : new Capture({ path, startUtcMs, language });
}
