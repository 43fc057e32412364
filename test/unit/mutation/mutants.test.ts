import { expect, it } from 'vitest';
import { mutantsOf, type Observed } from '../../../harness/mutation/mutants.ts';

const observed = (tookMs: number): Observed => ({
  payloads: new Map([['app-enrich', ['{"id":1}', '{"id":2}']]]),
  results: new Map([['app-enrich', [`{"tookMs":${tookMs}}`, `{"tookMs":${tookMs + 1}}`]]]),
  objects: new Map([['s3://out/*.json', ['[{"id":1,"total":2.5}]', '[{"id":2,"total":3.5}]']]]),
});

it('lists the defects that change something', () => {
  const mutants = mutantsOf(observed(5), observed(9), new Map([['app-enrich', 'enrich']]));
  expect(mutants.map(({ boundary, change }) => `${boundary} ${change}`)).toEqual([
    'payload swap',
    'platform slow',
    'platform leak',
    'platform handledError',
    'result drop',
    'object drop',
    'object truncate',
    'object swap',
    'object dropRow',
    'object duplicateRow',
    'object wrongCount',
    'object rescale',
    'object nan',
  ]);
  expect(mutants[1]).toMatchObject({
    site: 'app-enrich',
    suggestion: 'thresholds: { max(function.enrich.duration): { lt: 30 s } }',
  });
});
