/** A piece of HTML that may be put into other HTML as it is. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: everything but Markup is escaped. */
export type Content = Markup | string | number | null | readonly Content[];

/**
 * Tag of HTML templates: what the code says is HTML, what stands in `${}` is text. Attribute
 * values are always quoted, so that one way of escaping serves both places.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const text = parts.map((part, index) => part + written(values[index] ?? null));
  return new Markup(text.join(''));
}

/** Text as it may stand in an element or in a quoted attribute. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Controls, which HTML forbids, and what turns the direction of writing, with which a text can be
 * made to read as another (Unicode TR 36, 2.10): both are shown by their number.
 */
const UNSEEN = /(?![\t\n\r])[\p{Cc}\p{Bidi_Control}\u{fffe}\u{ffff}]/gu;

function written(value: Content): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((one) => written(one)).join('');
  return escaped(String(value));
}
