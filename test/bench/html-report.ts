/**
 * The HTML report of a run with 10,000 children beside one with 100: time to write it, its size, and how long
 * Chromium takes to open it (navigation to load event).
 *
 * Run: node test/bench/run.mjs html-report [children, 10000 by default]
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { renderHtml } from '../../harness/reports/html/index.ts';
import { sampleReport } from '../unit/reports/sample-report.ts';

const children = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'bench-html-'));
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });

async function measure(count: number): Promise<number> {
  const file = join(folder, `${count}.html`);
  const report = sampleReport(count);
  const start = performance.now();
  writeFileSync(file, renderHtml(report));
  const writtenMs = performance.now() - start;
  const openedMs: number[] = [];
  for (let round = 0; round < 5; round++) {
    const page = await browser.newPage();
    const from = performance.now();
    await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
    openedMs.push(performance.now() - from);
    await page.close();
  }
  const median = openedMs.sort((a, b) => a - b)[2]!;
  const sizeMB = statSync(file).size / 1e6;
  console.log(
    `${String(count).padStart(7)} children: written in ${writtenMs.toFixed(0)} ms, ${sizeMB.toFixed(2)} MB, opened in ${median.toFixed(0)} ms (median of 5)`,
  );
  return median;
}

try {
  const small = await measure(100);
  const large = await measure(children);
  console.log(`opening ${children} children takes ${(large / small).toFixed(2)} times as long as 100`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
