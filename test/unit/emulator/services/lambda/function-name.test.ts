import { describe, expect, it } from 'vitest';
import { functionReference } from '../../../../../harness/emulator/services/lambda/function-name.ts';

const accountId = '000000000000';
const region = 'us-east-1';
const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:my-fn';

describe('function names', () => {
  it.each<[string, string | undefined, object]>([
    ['my-fn', undefined, { name: 'my-fn' }],
    ['my-fn:3', undefined, { name: 'my-fn', qualifier: '3' }],
    ['my-fn', 'live', { name: 'my-fn', qualifier: 'live' }],
    ['function:my-fn', undefined, { name: 'my-fn' }],
    ['000000000000:function:my-fn', undefined, { name: 'my-fn', accountId }],
    ['000000000000:my-fn:live', undefined, { name: 'my-fn', qualifier: 'live', accountId }],
    [ARN, undefined, { name: 'my-fn', region, accountId }],
    [`${ARN}:$LATEST`, undefined, { name: 'my-fn', qualifier: '$LATEST', region, accountId }],
    [`${ARN}:2`, '2', { name: 'my-fn', qualifier: '2', region, accountId }],
  ])('%s with qualifier %s', (text, qualifier, expected) => {
    expect(functionReference(text, qualifier)).toEqual(expected);
  });

  it.each(['', 'a b', 'x'.repeat(65), '../etc', 'arn:aws:s3:::bucket', 'a:b:c'])('refuses %s', (text) => {
    expect(() => functionReference(text)).toThrow(/validation error detected/);
  });

  it('refuses two qualifiers that differ', () => {
    expect(() => functionReference('my-fn:1', '2')).toThrow(/does not match the specified qualifier/);
  });
});
