/**
 * The list of metrics in docs/reference.md is the registry: `UPDATE_DOCS=1 npx vitest run
 * test/unit/metrics/reference.test.ts` writes it anew.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { renderMetricReference } from '../../../harness/metrics/reference.ts';
import { registerPacks } from '../../../harness/packs/register.ts';

registerPacks();

const PAGE = join(resolve(import.meta.dirname, '../../..'), 'docs/reference.md');
const BEGIN = '<!-- metrics:begin -->\n';
const END = '<!-- metrics:end -->';

it('the page lists every metric', () => {
  const wanted = renderMetricReference('redshift');
  const text = readFileSync(PAGE, 'utf8');
  const start = text.indexOf(BEGIN) + BEGIN.length;
  const end = text.indexOf(END);
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, `${text.slice(0, start)}${wanted}${text.slice(end)}`);
  else expect(text.slice(start, end)).toBe(wanted);
});
