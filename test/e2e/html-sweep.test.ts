/** The report of a sweep and the comparison of two runs in a real browser: plots, keyboard, accessibility. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderComparePage } from '../../harness/reports/html/compare-page.ts';
import { renderHtml } from '../../harness/reports/html/index.ts';
import { sampleSweep } from '../unit/reports/sample-sweep.ts';
import { hasBrowser, LOOKS, lookOf, objectionsTo, openPage, startBrowser } from './browser-page.ts';

describe.skipIf(!hasBrowser)('pages of a sweep', () => {
  let folder: string;
  let sweep: string;
  let compared: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cosmicai-sweep-'));
    sweep = join(folder, 'sweep.html');
    compared = join(folder, 'compare.html');
    const report = sampleSweep();
    writeFileSync(sweep, renderHtml(report));
    writeFileSync(compared, renderComparePage(report.outcomes[1]!, report.outcomes[3]!));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers which partition size is best, and draws what it rests on', async () => {
    const { page, trouble } = await openPage(browser, sweep);
    expect(await page.locator('.answer').textContent()).toMatch(
      /\d+ MB is the cheapest .*\d+ MB the fastest/,
    );
    for (const title of ['Cost against partition size', 'Time of the execution', 'Wall time of the runs']) {
      const plot = page.getByRole('img', { name: new RegExp(`^${title}\\.`) });
      await plot.scrollIntoViewIfNeeded();
      expect((await plot.boundingBox())!.height, title).toBeGreaterThan(80);
    }
    const time = page.getByRole('table', { name: 'Wall time of each run by stage' });
    expect(await time.getByRole('row').count()).toBe(5);
    expect(await time.getByRole('cell', { name: /^\d+\.\d %$/ }).count()).toBe(4);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('unfolds a run from the navigation by keyboard alone, down to the input of an event', async () => {
    const { page, trouble } = await openPage(browser, sweep);
    await page.getByRole('navigation').getByRole('link', { name: '25 MB', exact: true }).focus();
    await page.keyboard.press('Enter');
    const run = page.locator('#run-0');
    await run.getByRole('heading', { name: 'Event history' }).scrollIntoViewIfNeeded();
    const history = run.locator('[data-table$="-history"]');
    const more = history.getByRole('button', { name: 'Details of 2', exact: true });
    await more.focus();
    await page.keyboard.press('Enter');
    expect(await more.getAttribute('aria-expanded')).toBe('true');
    await history.getByText('input', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    expect(await more.getAttribute('aria-expanded')).toBe('false');
    // Log lines of an invocation, found by its name.
    const logs = run.locator('[data-table$="-logs"]');
    await logs.scrollIntoViewIfNeeded();
    await logs.getByRole('searchbox').fill('request-2');
    await logs.getByRole('button', { name: /^Details of/ }).focus();
    await page.keyboard.press('Space');
    await logs.getByText('START RequestId: request-2').waitFor();
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('draws the baseline with what is borne, and redshifts, in every run', async () => {
    const { page } = await openPage(browser, sweep);
    // A failed run is unfolded from the start.
    const failed = page.locator('#run-3');
    expect(await failed.getAttribute('open')).not.toBeNull();
    const baseline = failed.getByRole('img', { name: /^Against the baseline\./ });
    expect(await baseline.getAttribute('aria-label')).toContain(
      'p95(inference.duration): 3.9 s beside 2.6 s, 1.44 to 1.56 times, beyond what is borne',
    );
    expect(await failed.getByRole('img', { name: /^Against the published runs\./ }).count()).toBe(1);
    for (const title of ['Predicted against true redshift', 'Residuals', 'Distribution of the residuals'])
      expect(await failed.getByRole('img', { name: new RegExp(`^${title}\\.`) }).count(), title).toBe(1);
    // Arrows keep their heads though other runs, with markers of the same kind, are folded.
    const markers = await page.evaluate<string[]>(
      '[...document.querySelectorAll("marker")].map((one) => one.id)',
    );
    expect(new Set(markers).size).toBe(markers.length);
    await page.close();
  });

  it('puts two runs side by side, what changed first', async () => {
    const { page, trouble } = await openPage(browser, compared);
    const headings = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(headings).toEqual(['What changed', 'Metrics', 'Cost, speed and memory']);
    await page.getByRole('link', { name: 'Figures' }).click();
    await page
      .getByRole('table', { name: 'Figures of each run' })
      .getByText('A partition-sweep 50 MB')
      .waitFor();
    expect(trouble).toEqual([]);
    await page.close();
  });

  it.each(LOOKS)('have nothing axe objects to, %s at %i pixels, and fit the screen', async (...look) => {
    for (const file of [sweep, compared]) {
      const { page } = await openPage(browser, file, lookOf(look));
      await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
      const last = page.locator('[data-table]').last();
      if ((await last.count()) > 0) {
        await last.scrollIntoViewIfNeeded();
        await last.getByRole('status').waitFor();
      }
      expect(await objectionsTo(page)).toEqual([]);
      await page.close();
    }
  });
});
