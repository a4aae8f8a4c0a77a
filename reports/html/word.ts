import { VERDICT_WORDS } from '../../harness/verdict/verdict.ts';
import type { VerdictWord } from '../../harness/verdict/verdict.ts';
import { html } from './markup.ts';
import type { Content, Markup } from './markup.ts';

/** The colour family of a word; each word has an icon of its own, so that colour says nothing alone. */
export type Tone = 'good' | 'bad' | 'warn' | 'stopped' | 'none';

export const TONES: Readonly<Record<VerdictWord, Tone>> = {
  inapplicable: 'none',
  pass: 'good',
  'conditional pass': 'good',
  inconclusive: 'warn',
  'conditional fail': 'bad',
  fail: 'bad',
  invalid: 'stopped',
  aborted: 'stopped',
  error: 'bad',
};

/** Icons on a field of 16 by 16, told apart by their outline. */
const SHAPES: Readonly<Record<VerdictWord, Markup>> = {
  inapplicable: html`<circle cx="8" cy="8" r="6.5" /><path d="M5 8h6" />`,
  pass: html`<circle cx="8" cy="8" r="6.5" /><path d="M4.8 8.3l2.2 2.2 4.2-4.6" />`,
  'conditional pass': html`<circle cx="8" cy="8" r="6.5" stroke-dasharray="2.4 1.7" /><path
      d="M4.8 8.3l2.2 2.2 4.2-4.6"
    />`,
  inconclusive: html`<path d="M8 1.2L14.8 8 8 14.8 1.2 8z" /><path
      d="M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.2M8 11.2v.2"
    />`,
  'conditional fail': html`<path
      d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z"
      stroke-dasharray="2.4 1.7"
    /><path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" />`,
  fail: html`<path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z" /><path
      d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8"
    />`,
  invalid: html`<circle cx="8" cy="8" r="6.5" /><path d="M3.4 12.6l9.2-9.2" />`,
  aborted: html`<rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2" /><path
      d="M6 5.5v5M10 5.5v5"
    />`,
  error: html`<path d="M8 1.6L15 14.2H1z" /><path d="M8 6v4M8 12v.2" />`,
};

/** The icons once, to be referred to from everywhere. */
export function iconSheet(): Markup {
  const symbols = VERDICT_WORDS.map(
    (word) => html`<symbol id="${iconId(word)}" viewBox="0 0 16 16">${SHAPES[word]}</symbol>`,
  );
  return html`<svg class="icon-sheet" width="0" height="0" aria-hidden="true">${symbols}</svg>`;
}

/** An icon that stands beside a text which says the same. */
export function icon(word: VerdictWord): Markup {
  return html`<svg class="icon" width="16" height="16" aria-hidden="true">
    <use href="#${iconId(word)}" />
  </svg>`;
}

/** A verdict in word, icon and colour. */
export function badge(word: VerdictWord, text: Content = word): Markup {
  return html`<span class="badge ${TONES[word]}">${icon(word)}<span>${text}</span></span>`;
}

function iconId(word: VerdictWord): string {
  return `icon-${word.replaceAll(' ', '-')}`;
}
