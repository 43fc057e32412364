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
    expect(functionReference({ FunctionName: text, Qualifier: qualifier })).toEqual(expected);
  });

  it.each(['', 'a b', 'x'.repeat(257), '../etc', 'arn:aws:s3:::bucket', 'a:b:c', 'a:b.c', 'f:$LATEST.OTHER'])(
    'refuses %s',
    (text) => {
      expect(() => functionReference({ FunctionName: text })).toThrow(/validation error detected/);
    },
  );

  // The patterns of AWS's model: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
  it.each<[string, object]>([
    ['x'.repeat(65), { name: 'x'.repeat(65) }],
    ['f:$LATEST.PUBLISHED', { name: 'f', qualifier: '$LATEST.PUBLISHED' }],
    [
      'arn:aws-eusc:lambda:eusc-de-east-1:000000000000:function:f',
      { name: 'f', region: 'eusc-de-east-1', accountId },
    ],
    [
      'arn:aws-iso-e:lambda:eu-isoe-west-1:000000000000:function:f',
      { name: 'f', region: 'eu-isoe-west-1', accountId },
    ],
    ['us-gov-west-1:000000000000:f', { name: 'f', region: 'us-gov-west-1', accountId }],
    // An ARN that ends too early names a function called function.
    ['arn:aws:lambda:us-east-1:000000000000:function', { name: 'function', region, accountId }],
  ])('takes %s', (text, expected) => {
    expect(functionReference({ FunctionName: text })).toEqual(expected);
  });

  it('refuses two qualifiers that differ', () => {
    expect(() => functionReference({ FunctionName: 'my-fn:1', Qualifier: '2' })).toThrow(
      /does not match the specified qualifier/,
    );
  });
});
