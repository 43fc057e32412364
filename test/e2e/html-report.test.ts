/** The HTML report of 10,000 children in a real browser: quick, without requests, usable, accessible. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../harness/reports/html/index.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';
import { hasBrowser, LOOKS, lookOf, objectionsTo, openPage, startBrowser } from './browser-page.ts';

describe.skipIf(!hasBrowser)('the HTML report of 10,000 children', () => {
  let folder: string;
  let file: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cosmicai-html-'));
    file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(sampleReport(10_000)));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (options?: BrowserContextOptions) => openPage(browser, file, options);

  it('is under 15 MB and asks for nothing', async () => {
    expect(statSync(file).size).toBeLessThan(15_000_000);
    const { page, trouble } = await open();
    expect(await page.title()).toMatch(/^FAILED: sample/);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('shows the first failed check, why it failed and what went wrong within the first 600 pixels', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 800 } });
    const failure = page.locator('#failed .failure').last();
    const check = await failure.locator('.checks li').first().boundingBox();
    expect(await failure.locator('.checks li').first().textContent()).toContain('actual');
    expect(check!.y + check!.height).toBeLessThan(600);
    const cause = await failure.locator('.causes li').first().boundingBox();
    expect(cause!.y + cause!.height).toBeLessThan(600);
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

  it.each(LOOKS)('has nothing axe objects to, %s at %i pixels, and fits the screen', async (...look) => {
    const { page } = await open(lookOf(look));
    await page.locator('[data-table="run-0-e0-children"]').scrollIntoViewIfNeeded();
    await page.getByText('1 to 100 of 10,000').first().waitFor();
    expect(await objectionsTo(page)).toEqual([]);
    await page.close();
  });
});
