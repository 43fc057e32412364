/** The HTML report of 10,000 children in a real browser: quick, without requests, usable, accessible. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../harness/reports/html/index.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
if (!present) process.stderr.write(`SKIPPED: no browser at ${CHROMIUM}; set CHROMIUM or install chromium.\n`);

describe.skipIf(!present)('the HTML report of 10,000 children', () => {
  let folder: string;
  let file: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cosmicai-html-'));
    file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(sampleReport(10_000)));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; trouble: string[] }> {
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

  it('is under 15 MB and asks for nothing', async () => {
    expect(statSync(file).size).toBeLessThan(15_000_000);
    const { page, trouble } = await open();
    expect(await page.title()).toMatch(/^FAILED: sample/);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('is clicked through: search, sort, page, details, theme', async () => {
    const { page, trouble } = await open();
    const table = page.locator('[data-table="run-0-e0-children"]');
    await table.scrollIntoViewIfNeeded();
    const status = table.getByRole('status');
    await status.getByText('1 to 100 of 10,000').waitFor();
    await table.getByRole('button', { name: 'Next' }).click();
    expect(await status.textContent()).toBe('101 to 200 of 10,000');
    await table.getByRole('combobox').selectOption('FAILED');
    expect(await status.textContent()).toBe('1 to 1 of 1');
    await table.getByRole('button', { name: /^Details of/ }).click();
    await table.getByText('rank 1 ').waitFor();
    await table.getByRole('combobox').selectOption('');
    await table.getByRole('button', { name: 'duration', exact: true }).click();
    expect(await table.locator('th[aria-sort="ascending"]').count()).toBe(1);
    await table.getByRole('searchbox').fill('25MB/9999<');
    expect(await status.textContent()).toBe('1 to 1 of 1');
    const theme = page.getByRole('button', { name: 'Dark theme' });
    const before = await theme.getAttribute('aria-pressed');
    await theme.click();
    expect(await theme.getAttribute('aria-pressed')).not.toBe(before);
    expect(await page.title()).toMatch(/^FAILED/);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 390],
  ] as const)(
    'has nothing axe objects to, %s at %i pixels, and fits the screen',
    async (colorScheme, width) => {
      // axe itself is a second script, which the page's policy rightly refuses.
      const { page } = await open({ colorScheme, bypassCSP: true, viewport: { width, height: 900 } });
      await page.locator('[data-table="run-0-e0-children"]').scrollIntoViewIfNeeded();
      await page.getByText('1 to 100 of 10,000').first().waitFor();
      await page.addScriptTag({ content: axe.source });
      const violations = await page.evaluate(
        'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
      );
      expect(violations).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      await page.close();
    },
  );
});
