import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { missingPeers, PEERS_REQUIRED } from '../interop/peers.ts';

/** Debian's browser, unless somebody names another. */
const CHROMIUM = process.env['METERBENCH_CHROMIUM'] ?? 'chromium';

const MISSING = missingPeers({
  chromium: [CHROMIUM, '--version'],
  pdftotext: ['pdftotext', '-v'],
});

/** Why browser tests are not run here; null when they are, also to fail where peers are required. */
export const NO_BROWSER =
  MISSING.length === 0 || PEERS_REQUIRED ? null : `not installed: ${MISSING.join(', ')}`;

/** A browser of its own for a file of tests; theirs to close. */
export function openBrowser(): Promise<Browser> {
  // Containers run as root, where Chromium has no sandbox; it is shown nothing but our own pages.
  return chromium.launch({
    executablePath: pathOf(CHROMIUM),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

function pathOf(command: string): string {
  return command.includes('/') ? command : `/usr/bin/${command}`;
}

/** A page with everything that its browser complained of. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

export async function newPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    // What a page gives up itself, such as its events when it has heard the last, is no complaint.
    const why = request.failure()?.errorText ?? 'failed';
    if (why !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${why}`);
  });
  return { page, complaints };
}

const ENGINE = readFileSync(
  new URL(import.meta.resolve('accessibility-checker-engine/ace.js')),
  'utf8',
);

interface Finding {
  readonly ruleId: string;
  readonly message: string;
  readonly snippet: string;
  readonly value: readonly [kind: string, outcome: string];
}

/**
 * The checker knows the scopes col, row and rowgroup; a header of several columns with the scope
 * colgroup (HTML Living Standard, 4.9.10) is related to them all the same.
 */
function isKnownFault({ ruleId, snippet }: Finding): boolean {
  return ruleId === 'table_headers_related' && snippet.includes('scope="colgroup"');
}

/**
 * What an independent checker (IBM Equal Access) calls a violation, "rule: message: element". Its
 * hints for a human reviewer are left out.
 */
export async function accessibilityViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(`${ENGINE}; globalThis.ace = ace;`);
  const results = (await page.evaluate(
    `new ace.Checker().check(document, ['WCAG_2_1']).then(({ results }) =>
      results.map(({ ruleId, message, snippet, value }) => ({ ruleId, message, snippet, value })))`,
  )) as readonly Finding[];
  return results
    .filter(({ value: [kind, outcome] }) => kind === 'VIOLATION' && outcome === 'FAIL')
    .filter((finding) => !isKnownFault(finding))
    .map(({ ruleId, message, snippet }) => `${ruleId}: ${message}: ${snippet.slice(0, 120)}`);
}
