import { describe, expect, it } from 'vitest';
import { objects, objectsToCollect } from '../../../harness/assertions/objects.ts';
import { sampleEvidence } from './sample-record.ts';

function judge(expected: unknown, contents: Record<string, unknown> = {}) {
  const evidence = sampleEvidence((record) => {
    for (const one of record.objects) {
      if (one.key in contents) one.content = contents[one.key] as never;
    }
  });
  return objects.evaluate(objects.schema.parse(expected), evidence).map(({ outcome, path, actual }) => {
    return [outcome, path.join('.'), actual];
  });
}

const COMBINED = 'results/1/combined_data.json';

describe('expect.objects', () => {
  it('matches content partially and by JSONata', () => {
    const contents = { [COMBINED]: [{ rank: 0 }, { rank: 1 }] };
    expect(judge([{ key: COMBINED, content: [{}, { rank: 1 }], that: '$count($) = 2' }], contents)).toEqual([
      ['passed', '0', `1: ${COMBINED}`],
      ['passed', '0.content', 'holds in 1 objects'],
      ['passed', '0.that', 'holds in 1 objects'],
    ]);
    expect(judge([{ key: COMBINED, content: [{}, { rank: 2 }], that: '$count($) = 3' }], contents)).toEqual([
      ['passed', '0', `1: ${COMBINED}`],
      ['failed', '0.content', `${COMBINED}: [1].rank is 1 instead of 2`],
      ['failed', '0.that', `${COMBINED}: false`],
    ]);
  });

  it('does not pass for content nobody could read, or of no object', () => {
    expect(judge([{ key: COMBINED, that: 'true' }])[1]).toEqual([
      'failed',
      '0.that',
      `${COMBINED}: its content is no JSON`,
    ]);
    expect(judge([{ key: 'nowhere', count: 0, that: 'true' }])[1]![0]).toBe('failed');
  });

  it('finds what else lies under a prefix', () => {
    const named = [{ key: 'results/1/0.json' }, { key: COMBINED }];
    expect(judge([...named, { nothingElseUnder: 'results/' }]).at(-1)).toEqual([
      'failed',
      '2.nothingElseUnder',
      '1 more: results/1/1.json',
    ]);
    expect(judge([{ key: 'results/1/*' }, { nothingElseUnder: 'results/' }]).at(-1)![0]).toBe('passed');
  });

  it('says what has to be collected for it', () => {
    const expected = objects.schema.parse([
      { key: 'a/*', that: 'true' },
      { key: 'b', contentType: 'text/csv' },
      { nothingElseUnder: 'c/', bucket: 'other' },
    ]);
    expect(objectsToCollect(expected)).toEqual({
      contentOf: ['a/*'],
      contentTypeOf: ['b'],
      prefixes: [
        { prefix: 'a/', onlyIfNamed: true },
        { prefix: 'b', onlyIfNamed: true },
        { prefix: 'c/', bucket: 'other', onlyIfNamed: false },
      ],
    });
  });
});
