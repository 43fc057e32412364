import { describe, expect, it } from 'vitest';
import { decodeMembers } from '../../../../../harness/emulator/http/model/decode.ts';
import { ServiceModel } from '../../../../../harness/emulator/http/model/service-model.ts';
import table from '../../../../../harness/emulator/models/logs.json' with { type: 'json' };
import type { LogsContext } from '../../../../../harness/emulator/services/logs/context.ts';
import { groupNameOf } from '../../../../../harness/emulator/services/logs/names.ts';
import { operations } from '../../../../../harness/emulator/services/logs/operations/index.ts';

const env = { region: 'us-east-1', accountId: '000000000000' };
const context = { env } as LogsContext;
const model = new ServiceModel(table);
const own = 'arn:aws:logs:us-east-1:000000000000';

const callsOf = (name: string, input: object) => {
  const operation = operations.find((one) => one.name === name)!;
  const members = decodeMembers(model, model.inputOf(name)!, input as never, 'json');
  return operation.permission(members as never, context, undefined as never);
};

const membersOf = (name: string) => Object.keys(model.inputOf(name)?.members ?? {});
const names = operations.map(({ name }) => name);
/** Members that name a resource of another operation; none may have influence where it is not a member. */
const FOREIGN: { [member: string]: unknown } = {
  logGroupName: 'other',
  logGroupIdentifier: 'other',
  logGroupIdentifiers: ['other'],
  logStreamName: 'other',
  resourceArn: `${own}:log-group:other`,
  destinationName: 'other',
  deliveryDestinationName: 'other',
  name: 'other',
  id: 'other',
};
const foreignTo = (name: string) =>
  Object.fromEntries(Object.entries(FOREIGN).filter(([member]) => !membersOf(name).includes(member)));

describe('permissions of CloudWatch Logs', () => {
  it('exist for every operation, which AWS has', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const { name, permission } of operations) {
      expect(model.operation(name), name).toBeDefined();
      expect(permission, name).toBeTypeOf('function');
    }
  });

  it.each(names)('%s reads no member that it does not have', (name) => {
    expect(callsOf(name, foreignTo(name))).toEqual(callsOf(name, {}));
  });

  it.each(names.filter((name) => membersOf(name).includes('logGroupName')))(
    '%s asks about its logGroupName',
    (name) => {
      const resources = callsOf(name, { ...foreignTo(name), logGroupName: '/g' }).map(
        (call) => call.resource,
      );
      expect(resources).toEqual([`${own}:log-group:/g:log-stream:`]);
    },
  );

  it.each(names.filter((name) => membersOf(name).includes('logGroupIdentifier')))(
    '%s asks about a group in the same way by name and by ARN, and about both members',
    (name) => {
      const [byName] = callsOf(name, { logGroupName: '/g' });
      for (const logGroupIdentifier of ['/g', `${own}:log-group:/g`, `${own}:log-group:/g:*`])
        expect(callsOf(name, { logGroupIdentifier })).toEqual([byName]);
      expect(callsOf(name, { logGroupName: '/g', logGroupIdentifier: '/h' })).toHaveLength(2);
    },
  );

  it.each([
    [
      'StartQuery',
      { logGroupName: 'a', logGroupNames: ['b'], logGroupIdentifiers: [`${own}:log-group:c`] },
      3,
    ],
    ['StartLiveTail', { logGroupIdentifiers: ['a', `${own}:log-group:b`] }, 2],
  ])('%s asks about every group that it names', (name, input, count) => {
    expect(callsOf(name, input).map(({ resource }) => resource)).toEqual(
      ['a', 'b', 'c'].slice(0, count).map((group) => `${own}:log-group:${group}:log-stream:`),
    );
  });

  it.each([
    ['PutDestination', { destinationName: 'd' }, `${own}:destination:d`],
    ['GetDelivery', { id: 'i' }, `${own}:delivery:i`],
    ['PutDeliverySource', { name: 's' }, `${own}:delivery-source:s`],
    ['PutDeliveryDestination', { name: 'd' }, `${own}:delivery-destination:d`],
    ['PutDeliveryDestinationPolicy', { deliveryDestinationName: 'd' }, `${own}:delivery-destination:d`],
    ['TagResource', { resourceArn: `${own}:log-group:/g` }, `${own}:log-group:/g`],
    ['PutLogEvents', { logGroupName: '/g', logStreamName: 's' }, `${own}:log-group:/g:log-stream:s`],
    ['DescribeLogGroups', { logGroupNamePrefix: '/g' }, `${own}:log-group::log-stream:`],
    ['GetQueryResults', { queryId: 'q' }, '*'],
  ])('%s asks about %j as %s', (name, input, resource) => {
    expect(callsOf(name, input)).toEqual([{ action: `logs:${name}`, resource }]);
  });

  it.each(['PutDestination', 'PutSubscriptionFilter'])('%s needs iam:PassRole for its role', (name) => {
    expect(callsOf(name, { roleArn: 'arn:role' })).toContainEqual({
      action: 'iam:PassRole',
      resource: 'arn:role',
      context: { 'iam:PassedToService': 'logs.amazonaws.com' },
    });
  });
});

describe('identifiers of log groups', () => {
  it.each([
    ['/g', '/g'],
    [`${own}:log-group:/g`, '/g'],
    [`${own}:log-group:/g:*`, '/g'],
    [`${own}:log-group:/g:log-stream:s`, undefined],
    [`${own}:destination:d`, undefined],
    ['arn:aws:logs:us-west-2:000000000000:log-group:/g', undefined],
    ['arn:aws:logs:us-east-1:111111111111:log-group:/g', undefined],
    ['arn:aws:lambda:us-east-1:000000000000:log-group:/g', undefined],
    ['arn:', undefined],
  ])('%s names %s', (identifier, name) => {
    expect(groupNameOf(identifier, env)).toBe(name);
  });
});
