import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

describe('the colours of both themes', () => {
  const css = readFileSync(new URL('../../reports/html/report.css', import.meta.url), 'utf8');
  const dark = css.indexOf('prefers-color-scheme: dark');
  const light = coloursIn(css.slice(0, dark));
  const tones = ['good', 'bad', 'warn', 'stopped', 'none'];
  const pairs = [
    ...['ink', 'muted', 'link', ...tones].flatMap((name) => [
      [name, 'paper'] as const,
      [name, 'panel'] as const,
    ]),
    ...tones.map((name) => [name, `${name}-soft`] as const),
    ['ink', 'warn-soft'] as const,
    ['link', 'warn-soft'] as const,
  ];

  test.each([
    ['light', light],
    ['dark', new Map([...light, ...coloursIn(css.slice(dark))])],
  ])('%s: text stands out by 4.5 to 1 (WCAG 2.2, 1.4.3)', (_name, colours) => {
    const weak = pairs.filter(([a, b]) => contrast(colours.get(a), colours.get(b)) < 4.5);
    expect(weak).toEqual([]);
  });

  test('control: grey on white would be found', () => {
    expect(contrast('#999999', '#ffffff')).toBeLessThan(4.5);
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
  });
});

function coloursIn(css: string): Map<string, string> {
  const found = css.matchAll(/--([\w-]+): (#[\da-f]{6});/g);
  return new Map([...found].map(([, name = '', colour = '']) => [name, colour]));
}

/** WCAG 2.2, contrast ratio of two colours. */
function contrast(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
