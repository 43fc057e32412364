/** Pages of reports in the browser of this machine, and what is wrong with them. */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Told by name where it is missing. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser)
  process.stderr.write(`SKIPPED: no browser at ${CHROMIUM}; set CHROMIUM or install chromium.\n`);

/** @param args further arguments of Chromium */
export const startBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', ...args] });

/** A page of a file, and whatever the page complains of or asks of anybody but that file. */
export async function openPage(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; trouble: string[] }> {
  const page = await browser.newPage(options);
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) trouble.push(request.url());
  });
  await page.goto(pathToFileURL(file).href);
  return { page, trouble };
}

/** Colour scheme and width. */
type Look = ['light' | 'dark', number];

/** Colour schemes and widths in which every page is looked at. */
export const LOOKS: Look[] = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 400],
];

/** What a page is opened with to be examined: axe is a second script, which the page's policy rightly refuses. */
export const lookOf = ([colorScheme, width]: Look): BrowserContextOptions => ({
  colorScheme,
  bypassCSP: true,
  viewport: { width, height: 900 },
});

/** What axe objects to, with the element; and what sticks out at the right. */
export async function objectionsTo(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: axe.source });
  const violations = await page.evaluate<string[]>(
    'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  );
  const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  return beyond > 0 ? [...violations, `${beyond} pixels wider than the screen`] : violations;
}
