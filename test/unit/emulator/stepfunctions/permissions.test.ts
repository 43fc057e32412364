import { describe, expect, it } from 'vitest';
import { decodeMembers } from '../../../../harness/emulator/http/model/decode.ts';
import { ServiceModel } from '../../../../harness/emulator/http/model/service-model.ts';
import table from '../../../../harness/emulator/models/stepfunctions.json' with { type: 'json' };
import { ArnWriter } from '../../../../harness/emulator/services/stepfunctions/arn.ts';
import type { StepFunctionsContext } from '../../../../harness/emulator/services/stepfunctions/context.ts';
import { callInPlace } from '../../../../harness/emulator/services/stepfunctions/operation.ts';
import { operations } from '../../../../harness/emulator/services/stepfunctions/operations/index.ts';

const model = new ServiceModel(table);
const arns = new ArnWriter('us-east-1', '000000000000');
const context = { arns, neighbours: {} } as unknown as StepFunctionsContext;
const operationOf = (name: string) => operations.find((operation) => operation.name === name)!;

const callsOf = (name: string, input: object) => {
  const members = decodeMembers(model, model.inputOf(name)!, input as never, 'json');
  return operationOf(name).permission(members as never, context, undefined as never);
};

const machine = arns.stateMachine('M');
const OTHER = arns.stateMachine('other');
/** Members that name a resource, with the ARN that the permission asks about. */
const NAMED: { [member: string]: string } = {
  stateMachineArn: machine,
  stateMachineAliasArn: `${machine}:live`,
  stateMachineVersionArn: `${machine}:1`,
  executionArn: arns.execution('M', 'e'),
  mapRunArn: arns.mapRun('M', 'L', 'id'),
  activityArn: arns.activity('a'),
  resourceArn: machine,
};

describe('permissions of Step Functions', () => {
  it('exist for every operation of the model', () => {
    expect(operations.map(({ name }) => name).sort()).toEqual(model.operationNames().sort());
    for (const { permission } of operations) expect(permission).toBeTypeOf('function');
  });

  const rows = model.operationNames().flatMap((name) =>
    Object.keys(model.inputOf(name)!.members ?? {})
      .filter((member) => NAMED[member] !== undefined)
      .map((member) => [name, member] as const),
  );
  it.each(rows)('%s asks about its %s and no other member', (name, member) => {
    const foreign = Object.fromEntries(
      Object.keys(NAMED)
        .filter((other) => !Object.hasOwn(model.inputOf(name)!.members!, other))
        .map((other) => [other, OTHER]),
    );
    expect(callsOf(name, { ...foreign, [member]: NAMED[member] })).toEqual([
      { action: `states:${name}`, resource: NAMED[member] },
    ]);
  });

  it.each(['StartExecution', 'StartSyncExecution'])(
    '%s asks about the machine without its test case',
    (name) => {
      expect(callsOf(name, { stateMachineArn: `${machine}#Case` })).toEqual([
        { action: `states:${name}`, resource: machine },
      ]);
    },
  );

  it('CreateStateMachine and UpdateStateMachine need iam:PassRole for the role they are given', () => {
    const pass = {
      action: 'iam:PassRole',
      resource: 'arn:role',
      context: { 'iam:PassedToService': 'states.amazonaws.com' },
    };
    expect(callsOf('CreateStateMachine', { name: 'M', roleArn: 'arn:role' })).toEqual([
      { action: 'states:CreateStateMachine', resource: machine },
      pass,
    ]);
    expect(callsOf('UpdateStateMachine', { stateMachineArn: machine, roleArn: 'arn:role' })).toContainEqual(
      pass,
    );
    expect(callsOf('TestState', { roleArn: 'arn:role' })).toContainEqual(pass);
  });

  it('CreateStateMachineAlias asks about the machine of every route', () => {
    const routes = [machine, OTHER].map((arn) => ({ stateMachineVersionArn: `${arn}:1`, weight: 50 }));
    expect(callsOf('CreateStateMachineAlias', { routingConfiguration: routes })).toEqual([
      { action: 'states:CreateStateMachineAlias', resource: machine },
      { action: 'states:CreateStateMachineAlias', resource: OTHER },
    ]);
  });

  it('ListExecutions asks about both members that name a list', () => {
    const { mapRunArn } = NAMED;
    expect(callsOf('ListExecutions', { stateMachineArn: machine, mapRunArn })).toEqual(
      [machine, mapRunArn].map((resource) => ({ action: 'states:ListExecutions', resource })),
    );
  });
});

describe('operations called in place by a state machine', () => {
  const asked: object[] = [];
  const permissions = {
    refusal: (caller: object, call: object) => {
      asked.push({ caller, call });
      return 'refused by policy';
    },
  };
  const roleArn = 'arn:aws:iam::000000000000:role/machine';
  const inPlace = (name: string, input: object, restricted: boolean) =>
    callInPlace(operationOf(name), input as never, {
      model,
      roleArn,
      context: { ...context, neighbours: restricted ? { permissions } : {} } as StepFunctionsContext,
    });

  it("need the permission of the machine's role", async () => {
    await expect(
      inPlace('StopExecution', { executionArn: 'arn:e', resourceArn: OTHER }, true),
    ).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: 'refused by policy',
    });
    expect(asked).toEqual([
      { caller: { roleArn }, call: { action: 'states:StopExecution', resource: 'arn:e' } },
    ]);
  });

  it('are validated, all violations at once', async () => {
    await expect(inPlace('StopExecution', { error: 'e'.repeat(257) }, false)).rejects.toMatchObject({
      code: 'ValidationException',
      message:
        "2 validation errors detected: Value null at 'executionArn' failed to satisfy constraint: Member must not be null; Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256",
    });
  });

  it('refuse members of another JSON type', async () => {
    await expect(inPlace('StopExecution', { executionArn: 1 }, false)).rejects.toMatchObject({
      code: 'SerializationException',
      message: 'NUMBER_VALUE can not be converted to a String',
    });
  });
});
