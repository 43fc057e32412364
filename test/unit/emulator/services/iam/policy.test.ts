import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  deniedMessage,
  evaluate,
} from '../../../../../harness/emulator/services/iam/policy/evaluate.ts';
import { leastPolicy } from '../../../../../harness/emulator/services/iam/policy/least-policy.ts';
import { parsePolicy } from '../../../../../harness/emulator/services/iam/policy/policy-document.ts';
import { matchesWildcard } from '../../../../../harness/emulator/services/iam/policy/wildcard.ts';

const decide = (statement: object | object[], request: Partial<AccessRequest> = {}) =>
  evaluate(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement })), {
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::sky/data/1.json',
    ...request,
  });

const allow = (overrides: object = {}) => ({ Effect: 'Allow', Action: 's3:*', Resource: '*', ...overrides });

describe('policy evaluation', () => {
  it.each<[string, object | object[], string]>([
    ['nothing', [], 'implicitDeny'],
    ['the action', allow({ Action: ['s3:PutObject', 's3:GetObject'] }), 'allowed'],
    ['another action', allow({ Action: 's3:PutObject' }), 'implicitDeny'],
    ['a wildcard, in another case', allow({ Action: 'S3:get*' }), 'allowed'],
    ['the resource', allow({ Resource: 'arn:aws:s3:::sky/*' }), 'allowed'],
    ['another bucket', allow({ Resource: 'arn:aws:s3:::skyline/*' }), 'implicitDeny'],
    ['one character', allow({ Resource: 'arn:aws:s3:::sky/data/?.json' }), 'allowed'],
    ['all but this action', allow({ Action: undefined, NotAction: 's3:GetObject' }), 'implicitDeny'],
    ['all but another action', allow({ Action: undefined, NotAction: 's3:Delete*' }), 'allowed'],
    [
      'all but this resource',
      allow({ Resource: undefined, NotResource: 'arn:aws:s3:::sky/*' }),
      'implicitDeny',
    ],
    ['an allow and a deny', [allow(), allow({ Effect: 'Deny', Action: 's3:GetObject' })], 'explicitDeny'],
    ['a deny of something else', [allow(), allow({ Effect: 'Deny', Action: 's3:PutObject' })], 'allowed'],
  ])('%s', (_title, statement, expected) => {
    expect(decide(statement)).toBe(expected);
  });

  it.each<[object, AccessRequest['context'], boolean]>([
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, { 'AWS:sourceaccount': '1' }, true],
    [{ StringEquals: { 'aws:SourceAccount': ['2', '1'] } }, { 'aws:SourceAccount': '1' }, true],
    [{ StringEquals: { 'aws:SourceAccount': '1' } }, {}, false],
    [{ StringEqualsIfExists: { 'aws:SourceAccount': '1' } }, {}, true],
    [{ StringNotEquals: { 'aws:SourceAccount': ['1', '2'] } }, { 'aws:SourceAccount': '2' }, false],
    [{ StringNotEquals: { 'aws:SourceAccount': '1' } }, {}, true],
    [{ StringLike: { 's3:prefix': ['data/*', ''] } }, { 's3:prefix': 'data/2' }, true],
    [{ NumericLessThanEquals: { 's3:max-keys': '10' } }, { 's3:max-keys': '10' }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:SecureTransport': 'false' }, false],
    [{ IpAddress: { 'aws:SourceIp': '10.1.0.0/16' } }, { 'aws:SourceIp': '10.1.200.3' }, true],
    [{ NotIpAddress: { 'aws:SourceIp': '10.1.0.0/16' } }, { 'aws:SourceIp': '10.2.0.1' }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:s3:*:*:sky' } }, { 'aws:SourceArn': 'arn:aws:s3:::sky' }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:*:sky' } }, { 'aws:SourceArn': 'arn:aws:s3:::sky' }, false],
    [
      { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
      { 'aws:CurrentTime': '2026-06-01T00:00:00Z' },
      true,
    ],
    [{ Null: { 'aws:TokenIssueTime': 'true' } }, {}, true],
    [{ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['a', 'c'] }, false],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, { 'aws:TagKeys': ['a', 'c'] }, true],
    [{ StringEquals: { a: '1' }, Bool: { b: 'true' } }, { a: '1', b: 'false' }, false],
    [{ NoSuchOperator: { a: '1' } }, { a: '1' }, false],
  ])('condition %j in %j', (Condition, context, expected) => {
    expect(decide(allow({ Condition }), { context: context ?? {} }) === 'allowed').toBe(expected);
  });

  it('fills variables, and one without a value matches nothing', () => {
    const statement = allow({ Resource: `arn:aws:s3:::sky/$\{aws:username}/*` });
    const resource = 'arn:aws:s3:::sky/ann/1';
    expect(decide(statement, { resource, context: { 'aws:username': 'ann' } })).toBe('allowed');
    expect(decide(statement, { resource })).toBe('implicitDeny');
  });

  it('words a refusal as AWS does', () => {
    const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::sky/1' };
    expect(deniedMessage('arn:aws:sts::1:assumed-role/r/s', request, 'implicitDeny')).toBe(
      'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::sky/1 because no identity-based policy allows the s3:GetObject action',
    );
  });

  it('matches wildcards as the regular expression would, and hostile ones at once', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, value) => {
        const source = pattern.replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesWildcard(pattern, value)).toBe(new RegExp(`^${source}$`, 's').test(value));
      }),
    );
    expect(matchesWildcard(`${'*a'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

describe('the least policy', () => {
  it('allows exactly the calls it was made from', () => {
    const calls = [
      ...[1, 2, 3, 4, 5].map((n) => ({ action: 's3:GetObject', resource: `arn:aws:s3:::sky/data/${n}` })),
      { action: 's3:PutObject', resource: 'arn:aws:s3:::sky/out/0.json' },
      { action: 's3:GetObjectTagging', resource: 'arn:aws:s3:::sky/out/0.json' },
    ];
    const policy = leastPolicy(calls);
    expect(policy.Statement).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::sky/data/*'] },
      {
        Effect: 'Allow',
        Action: ['s3:GetObjectTagging', 's3:PutObject'],
        Resource: ['arn:aws:s3:::sky/out/0.json'],
      },
    ]);
    const statements = parsePolicy(JSON.stringify(policy));
    for (const call of calls) expect(evaluate(statements, call)).toBe('allowed');
    expect(evaluate(statements, { action: 's3:PutObject', resource: 'arn:aws:s3:::sky/data/1' })).toBe(
      'implicitDeny',
    );
  });
});
