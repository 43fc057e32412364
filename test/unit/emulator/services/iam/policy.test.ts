import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  deniedMessage,
  evaluate,
} from '../../../../../harness/emulator/services/iam/policy/evaluate.ts';
import { leastPolicy } from '../../../../../harness/emulator/services/iam/policy/least-policy.ts';
import { parsePolicy } from '../../../../../harness/emulator/services/iam/policy/policy-document.ts';
import {
  type TrustedPrincipal,
  trusts,
} from '../../../../../harness/emulator/services/iam/policy/trust-policy.ts';
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
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, { 'aws:SourceIp': '2001:db8:1::7' }, true],
    [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, { 'aws:SourceIp': '2001:db9::1' }, false],
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/40' } }, { 'aws:SourceIp': '10.0.0.1' }, false],
    [{ BinaryEquals: { key: 'QmluYXJ5' } }, { key: 'QmluYXJ5' }, true],
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
    // Names that every object has are no operators.
    [{ constructor: { a: '1' } }, { a: '1' }, false],
    [{ toString: { a: '1' } }, {}, false],
    [{ 'ForAnyValue:StringNotEquals': { 'aws:TagKeys': 'a' } }, {}, false],
    [{ StringEquals: { a: 1 } }, { a: '1' }, true],
    [{ Null: { a: false } }, { a: '1' }, true],
  ])('condition %j in %j', (Condition, context, expected) => {
    expect(decide(allow({ Condition }), { context: context ?? {} }) === 'allowed').toBe(expected);
  });

  it('fills variables, and one without a value matches nothing', () => {
    const statement = allow({ Resource: `arn:aws:s3:::sky/$\{aws:username}/*` });
    const resource = 'arn:aws:s3:::sky/ann/1';
    expect(decide(statement, { resource, context: { 'aws:username': 'ann' } })).toBe('allowed');
    expect(decide(statement, { resource })).toBe('implicitDeny');
  });

  it('takes the default of a variable without a value, whatever the case of its name', () => {
    const statement = allow({ Resource: `arn:aws:s3:::sky/$\{AWS:UserName, 'all'}/*` });
    expect(decide(statement, { resource: 'arn:aws:s3:::sky/all/1' })).toBe('allowed');
    const context = { 'aws:username': 'ann' };
    expect(decide(statement, { resource: 'arn:aws:s3:::sky/all/1', context })).toBe('implicitDeny');
    expect(decide(statement, { resource: 'arn:aws:s3:::sky/ann/1', context })).toBe('allowed');
  });

  it('answers whatever a policy and a request are', () => {
    const member = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('s3:*', '*', ['*'], { toString: 1 }),
    );
    const statement = fc.record(
      {
        Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), fc.jsonValue({ maxDepth: 2 })),
        Action: member,
        NotAction: member,
        Resource: member,
        NotResource: member,
        Principal: member,
        Condition: fc.oneof(
          fc.jsonValue({ maxDepth: 2 }),
          fc.dictionary(
            fc.constantFrom('StringLike', 'ForAnyValue:ArnLike', 'IpAddress', 'DateLessThan', 'constructor'),
            fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue({ maxDepth: 2 })),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    const document = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.record({ Statement: fc.oneof(statement, fc.array(statement)) }),
    );
    const decisions = ['allowed', 'implicitDeny', 'explicitDeny'];
    fc.assert(
      fc.property(document, fc.string(), fc.string(), (policy, action, resource) => {
        const statements = parsePolicy(JSON.stringify(policy) ?? '');
        expect(decisions).toContain(
          evaluate(statements, { action, resource, context: { a: action, b: ['', resource] } }),
        );
      }),
      { numRuns: 150 },
    );
    expect(parsePolicy('not JSON')).toEqual([]);
  });

  it('an explicit deny wins wherever it stands, and more allows never take away', () => {
    const statement = fc.record({
      Effect: fc.constantFrom('Allow', 'Deny'),
      Action: fc.constantFrom('s3:*', 's3:GetObject', 's3:PutObject'),
      Resource: fc.constantFrom('*', 'arn:aws:s3:::sky/*', 'arn:aws:s3:::dust/*'),
    });
    fc.assert(
      fc.property(fc.array(statement), fc.nat(5), (statements, at) => {
        const before = decide(statements);
        const spliced = (extra: object) => [...statements.slice(0, at), extra, ...statements.slice(at)];
        expect(decide(spliced(allow({ Effect: 'Deny' })))).toBe('explicitDeny');
        expect(decide(spliced(allow()))).toBe(before === 'explicitDeny' ? 'explicitDeny' : 'allowed');
      }),
    );
  });

  it('words a refusal as AWS does', () => {
    const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::sky/1' };
    expect(deniedMessage('arn:aws:sts::1:assumed-role/r/s', request, 'implicitDeny')).toBe(
      'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::sky/1" because no identity-based policy allows the s3:GetObject action',
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

describe('trust policies', () => {
  const trust = (statement: object) =>
    JSON.stringify({ Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', ...statement } });
  const lambda = { service: 'lambda.amazonaws.com' };
  const ann = { accountId: '123456789012', arns: ['arn:aws:iam::123456789012:role/ann'] };
  it.each<[object, TrustedPrincipal, boolean]>([
    [{ Principal: { Service: 'lambda.amazonaws.com' } }, lambda, true],
    [{ Principal: { Service: ['states.amazonaws.com', 'lambda.us-east-1.amazonaws.com'] } }, lambda, true],
    [{ Principal: { Service: 'states.amazonaws.com' } }, lambda, false],
    [{ Principal: { AWS: '*' } }, lambda, false],
    [{ Principal: '*' }, ann, true],
    [{ Principal: { AWS: '123456789012' } }, ann, true],
    [{ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }, ann, true],
    [{ Principal: { AWS: 'arn:aws:iam::123456789012:role/ann' } }, ann, true],
    [{ Principal: { AWS: 'arn:aws:iam::123456789012:role/bob' } }, ann, false],
    [{ Principal: { Service: 'lambda.amazonaws.com' }, Effect: 'Deny' }, lambda, false],
    [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:TagSession' }, lambda, false],
    [
      {
        Principal: { Service: 'lambda.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '1' } },
      },
      lambda,
      true,
    ],
    [
      {
        Principal: { Service: 'lambda.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': '2' } },
      },
      lambda,
      false,
    ],
    [{}, lambda, false],
  ])('%j', (statement, principal, expected) => {
    expect(trusts(trust(statement), principal, { 'aws:SourceAccount': '1' })).toBe(expected);
  });
});

describe('the least policy', () => {
  it('folds what is named anew in every run, and objects of many folders', () => {
    const stream = 'arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:log-stream:2026/01/01/[$LATEST]ab';
    const objects = ['a', 'b', 'c', 'd'].map((run) => `arn:aws:s3:::sky/runs/${run}/result.json`);
    expect(
      leastPolicy([
        { action: 'logs:PutLogEvents', resource: stream },
        ...objects.map((resource) => ({ action: 's3:PutObject', resource })),
        { action: 's3:PutObject', resource: 'arn:aws:s3:::sky/manifest.json' },
        ...['w', 'x', 'y', 'z'].map((role) => ({
          action: 'iam:PassRole',
          resource: `arn:aws:iam::1:role/${role}`,
        })),
      ]).Statement.map(({ Resource }) => Resource),
    ).toEqual([
      ['w', 'x', 'y', 'z'].map((role) => `arn:aws:iam::1:role/${role}`),
      ['arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:*'],
      ['arn:aws:s3:::sky/manifest.json', 'arn:aws:s3:::sky/runs/*'],
    ]);
  });

  it('stands a pattern for folders named after a run', () => {
    const key = (id: string) => `arn:aws:s3:::sky/payloads/${id}-20260101/jobs.json`;
    const calls = ['102cafe1-c963-41c4-ba60-dc121c7f59e2', '6f1f3a53-5d5e-4c43-8b86-0a3ab8dc4c16'].map(
      (id) => ({
        action: 's3:GetObject',
        resource: key(id),
      }),
    );
    expect(leastPolicy(calls).Statement[0]!.Resource).toEqual(['arn:aws:s3:::sky/payloads/*/jobs.json']);
  });

  it('allows every call it was made from, whatever they were', () => {
    const name = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', '*', '/'), { minLength: 1, maxLength: 6 });
    const call = fc.record({
      action: fc.constantFrom('s3:GetObject', 's3:PutObject'),
      resource: name.map((letters) => `arn:aws:s3:::sky/${letters.join('')}`),
    });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 30 }), (calls) => {
        const statements = parsePolicy(JSON.stringify(leastPolicy(calls)));
        for (const one of calls) expect(evaluate(statements, one)).toBe('allowed');
      }),
    );
  });

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
