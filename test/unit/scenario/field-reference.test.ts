/**
 * The reference of fields in docs/reference.md is the schema: `UPDATE_DOCS=1 npx vitest run
 * test/unit/scenario/field-reference.test.ts` writes it anew, `cosmicai schema --reference` prints it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fieldSections, renderFieldReference } from '../../../harness/document/field-reference.ts';
import { registerPacks } from '../../../harness/packs/register.ts';
import { scenarioFormat } from '../../../harness/scenario/json-schema.ts';

registerPacks();

const PAGE = 'docs/reference.md';
const BEGIN = '<!-- fields:begin -->\n';
const END = '<!-- fields:end -->';

const rows = fieldSections(scenarioFormat('redshift')).flatMap((section) => section.rows);

it('the page is what the schema says', () => {
  const text = readFileSync(PAGE, 'utf8');
  const start = text.indexOf(BEGIN) + BEGIN.length;
  const end = text.indexOf(END);
  const wanted = renderFieldReference(scenarioFormat('redshift'));
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, `${text.slice(0, start)}${wanted}${text.slice(end)}`);
  else expect(text.slice(start, end)).toBe(wanted);
});

it('every field says what it means', () => {
  expect(rows.length).toBeGreaterThan(150);
  expect(rows.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([]);
  expect(rows.filter(({ values }) => values === '').map(({ path }) => path)).toEqual([]);
});

it.each([
  ['dataset.generate.format', /^`pt`, `json`/, '`pt`'],
  ['deploy.memoryMB', /^whole number, 128 to 10,240 \(MB\)$/, ''],
  ['execution.timeoutSeconds', /^number above 0 \(s\)$/, '`900`'],
  ['limits.lambdaScalingPer10Seconds', /^number from 0, or `none`$/, ''],
  ['steps[].put.key', /^text$/, 'required'],
  ['expect.objects[].key', /^text$/, ''],
  ['expect.invocations.FUNCTION.count', /^\[count\]\(#type-count\)$/, ''],
  ['faults[].kill.after', /^text$/, 'required'],
  ['matrix.AXIS', /^list of: text, or number, or `true`, `false`$/, ''],
])('%s: values and default', (path, values, standard) => {
  const row = rows.find((one) => one.path === path)!;
  expect(row.values).toMatch(values);
  expect(row.default).toBe(standard);
});
