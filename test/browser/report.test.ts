import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runInMemory } from '../../harness/main/memory-run.ts';
import { renderReports } from '../../reports/write.ts';
import { output } from '../interop/peers.ts';
import { accessibilityViolations, newPage, NO_BROWSER, openBrowser } from './chromium.ts';
import { takePicture } from './pictures.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'meterbench-browser-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

describe.skipIf(NO_BROWSER !== null)(`report.html in Chromium (${NO_BROWSER ?? 'there'})`, () => {
  let browser: Browser;
  const urls = { passed: '', failed: '' };

  beforeAll(async () => {
    browser = await openBrowser();
    const passed = renderReports((await runInMemory('quick')).entries);
    const failed = renderReports(
      (await runInMemory('outage/last-gasp', { defect: 'no-last-gasp' })).entries,
    );
    writeFileSync(join(FOLDER, 'trace.html'), passed.trace ?? '');
    for (const [name, { html }] of [
      ['passed', passed],
      ['failed', failed],
    ] as const) {
      const file = join(FOLDER, `${name}.html`);
      writeFileSync(file, html);
      urls[name] = pathToFileURL(file).href;
    }
  });
  afterAll(() => browser.close());

  test.each(['light', 'dark'] as const)(
    'opens without a complaint or a violation of WCAG 2.1, %s',
    async (colorScheme) => {
      const { page, complaints } = await newPage(browser, { colorScheme });
      await page.goto(urls.passed);
      await takePicture(page, `report-${colorScheme}`);
      await page.goto(urls.failed);
      await page.getByText('What the journal says').first().waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('control: the checker sees a picture without a text and writing too pale to read', async () => {
    const { page } = await newPage(browser);
    await page.goto(urls.failed);
    await page.evaluate(`document.querySelector('main').insertAdjacentHTML('afterbegin',
      '<img src="data:,"><p style="color: #aaa; background: #fff">pale</p>')`);
    const rules = (await accessibilityViolations(page)).map((text) => text.split(':')[0]);
    expect(rules).toEqual(expect.arrayContaining(['img_alt_valid', 'text_contrast_sufficient']));
  });

  test('a failure leads into the trace, whose case opens and shows bytes beside their meaning', async () => {
    const { page, complaints } = await newPage(browser);
    await page.goto(urls.failed);
    const bytes = page.locator('details.trace pre.bytes').first();
    expect(await bytes.isVisible()).toBe(false);
    await page.getByRole('link', { name: 'what was seen at each port' }).first().click();
    await bytes.waitFor({ state: 'visible' });
    await takePicture(page, 'report-trace');
    const row = page.locator('details.trace tr', { has: page.locator('pre.bytes') }).first();
    expect(await row.innerText()).toMatch(/^\d+\s+\d+\.\d{3}\s+\S+[^]*0000 {2}[0-9a-f]{2} /);
    expect(complaints).toEqual([]);
  });

  test('one requirement leads to its verdict, and that to its evidence in bytes, by keyboard alone', async () => {
    const { page } = await newPage(browser);
    await page.goto(urls.passed);
    const cell = page.locator('tr', { hasText: 'OUT-01' }).locator('a').first();
    await cell.focus();
    await page.keyboard.press('Enter');
    const verdict = page.locator('tr:target');
    expect(await verdict.innerText()).toContain('OUT-01');
    await verdict.locator('td').last().locator('a').last().focus();
    await page.keyboard.press('Enter');
    await page.locator('tr:target summary').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('tr:target pre.bytes').innerText()).toMatch(/^[0-9a-f]{2} /);
  });

  test('without scripts and without a network it reads whole', async () => {
    const { page } = await newPage(browser, { javaScriptEnabled: false, offline: true });
    await page.goto(urls.passed);
    for (const part of ['Requirements', 'All verdicts', 'Measurements', 'Instruments']) {
      expect(await page.getByRole('heading', { name: part }).first().isVisible()).toBe(true);
    }
    expect(await page.locator('script').count()).toBe(0);
  });

  test('what it has no room for stands beside it', async () => {
    const { page, complaints } = await newPage(browser);
    await page.goto(urls.passed);
    await page.getByRole('link', { name: 'trace.html' }).click();
    await page.locator('details.trace summary').first().click();
    expect(await page.locator('details.trace[open] svg.lanes').isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test.each(['A4', 'Letter'])('prints on %s with page numbers up to the last', async (format) => {
    const { page } = await newPage(browser);
    await page.goto(urls.failed);
    const file = join(FOLDER, `${format}.pdf`);
    await page.pdf({ path: file, format, preferCSSPageSize: false });
    const pages = (await output('pdftotext', ['-layout', file, '-'])).split('\f').slice(0, -1);
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, text] of pages.entries()) {
      expect(text).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(text).toContain('Test report, run ');
    }
  });
});
