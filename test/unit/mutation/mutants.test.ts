import { expect, it } from 'vitest';
import { DEFECTS } from '../../../harness/mutation/catalogue.ts';
import { mutantsOf, type Observed } from '../../../harness/mutation/mutants.ts';

const observed = (tookMs: number): Observed => ({
  events: new Map([['app-enrich', ['{"id":1}', '{"id":2}']]]),
  results: new Map([['app-enrich', [`{"tookMs":${tookMs}}`, `{"tookMs":${tookMs + 1}}`]]]),
  objects: new Map([
    [
      's3://out/*.json',
      ['[{"id":1,"total":2.5},{"id":2,"total":4}]', '[{"id":3,"total":3.5},{"id":4,"total":1}]'],
    ],
  ]),
});
const names = new Map([['app-enrich', 'enrich']]);

it('lists the defects that change something, and why others do not apply', () => {
  const { mutants, notApplicable } = mutantsOf(observed(5), observed(9), { names });
  const applied = mutants.map(({ boundary, change }) => `${boundary} ${change}`);
  expect(applied).toEqual([
    'event swap',
    'event previous',
    'event duplicate',
    'result drop',
    'result stale',
    'object drop',
    'object duplicate',
    'object truncate',
    'object previous',
    'object contentType',
    'object swap',
    'object swapRows',
    'object dropRow',
    'object duplicateRow',
    'object reorder',
    'object rescale',
    'object nan',
    'object constant',
    'object wrongCount',
    'platform slow',
    'platform printedFigures',
    'platform leak',
    'platform swallowedError',
  ]);
  expect(mutants.find(({ change }) => change === 'slow')).toMatchObject({
    site: 'app-enrich',
    description: 'enrich takes 20 times as long and a minute',
    suggestion: 'thresholds: { max(function.enrich.duration): { lt: 60 s } }',
  });
  expect(notApplicable).toContainEqual({
    defect: 'offByOne',
    boundary: 'object',
    change: 'offByOne',
    site: 's3://out/*.json',
    reason: 'there are no three rows with a field that differs',
  });
});

it('names every defect of the catalogue as applied or not applicable', () => {
  const { mutants, notApplicable } = mutantsOf(observed(5), observed(9), { names });
  const named = new Set([...mutants, ...notApplicable].map(({ defect }) => defect));
  expect(DEFECTS.filter((defect) => !named.has(defect))).toEqual([]);
});

it('does not reorder rows whose order means nothing to the scenario', () => {
  const reason = 'the scenario finds its rows by their keys';
  const { mutants, notApplicable } = mutantsOf(observed(5), observed(9), { names, unordered: () => reason });
  expect(mutants.map(({ change }) => change)).not.toContain('reorder');
  expect(notApplicable).toContainEqual(
    expect.objectContaining({ change: 'reorder', boundary: 'object', reason }),
  );
});
