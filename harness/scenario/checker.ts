import { mistakeAt, suggest } from '../document/mistake.ts';
import type { Mistake } from '../document/mistake.ts';
import { dataAt, isRecord } from '../document/schema-mistakes.ts';
import { keysAt } from '../document/schema-walk.ts';
import type { Path, YamlText } from '../document/yaml-text.ts';
import type { Catalogue } from './catalogue.ts';
import type { Names } from './names.ts';
import { scenarioSchema } from './schema.ts';

/**
 * Looks at what a scenario means where its form can be read, also when other parts of it cannot:
 * every accessor answers with nothing for a part that is not of the form that was asked for.
 */
export class Checker {
  readonly yaml: YamlText;
  readonly catalogue: Catalogue;
  names: Names;
  readonly mistakes: Mistake[] = [];

  constructor(yaml: YamlText, catalogue: Catalogue, names: Names) {
    this.yaml = yaml;
    this.catalogue = catalogue;
    this.names = names;
  }

  at(path: Path): unknown {
    return dataAt(this.yaml.data, path);
  }

  text(path: Path): string | null {
    const value = this.at(path);
    return typeof value === 'string' ? value : null;
  }

  list(path: Path): readonly unknown[] {
    const value = this.at(path);
    return Array.isArray(value) ? value : [];
  }

  keys(path: Path): readonly string[] {
    const value = this.at(path);
    return isRecord(value) ? Object.keys(value) : [];
  }

  /** Whether a key of a map was probably meant to be one of these: that slip is told already. */
  misspelt(path: Path, ...meant: readonly string[]): boolean {
    const known = keysAt(scenarioSchema, path, this.yaml.data);
    return this.keys(path).some((key) => !known.includes(key) && suggest(key, meant) !== null);
  }

  tell(path: Path, message: string, allowed: readonly string[] = [], wrote?: string): void {
    const { file, text } = this.yaml;
    const span = this.yaml.valueSpan(path);
    this.mistakes.push(mistakeAt(file, text, span, message, allowed, wrote ?? null));
  }

  /** Tells about the key itself. */
  tellKey(path: Path, message: string, allowed: readonly string[] = [], wrote?: string): void {
    const { file, text } = this.yaml;
    const span = this.yaml.keySpan(path);
    this.mistakes.push(mistakeAt(file, text, span, message, allowed, wrote ?? null));
  }

  /** Tells about a part of the text at a path. */
  tellInside(
    path: Path,
    [start, end]: readonly [number, number],
    message: string,
    allowed: readonly string[],
    wrote: string | null,
  ): void {
    const { file, text } = this.yaml;
    const span = this.yaml.innerSpan(path, start, end);
    this.mistakes.push(mistakeAt(file, text, span, message, allowed, wrote));
  }

  /** Tells when the text at a path is none of the known names; nothing there is no mistake here. */
  oneOf(path: Path, what: string, known: readonly string[]): boolean {
    const name = this.text(path);
    if (name === null || known.includes(name)) return name !== null;
    this.tell(path, `${what} ${name}`, known, name);
    return false;
  }
}
