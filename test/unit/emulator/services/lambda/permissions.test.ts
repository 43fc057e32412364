import { describe, expect, it } from 'vitest';
import { ServiceModel } from '../../../../../harness/emulator/http/model/service-model.ts';
import type { AuthorizedCall } from '../../../../../harness/emulator/http/permission.ts';
import table from '../../../../../harness/emulator/models/lambda.json' with { type: 'json' };
import { ownFunction } from '../../../../../harness/emulator/services/lambda/function-name.ts';
import { operations } from '../../../../../harness/emulator/services/lambda/operations/index.ts';

const env = { region: 'us-east-1', accountId: '000000000000' };
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:mine';
const model = new ServiceModel(table);
/** What a caller might add to steer the check to something else. */
const EXTRA = {
  Resource: `${FUNCTION}-other`,
  ResourceArn: `${FUNCTION}-other`,
  Arn: `${FUNCTION}-other`,
  functionName: 'other',
};

const callsOf = (name: string, input: object): readonly AuthorizedCall[] => {
  const operation = operations.find((one) => one.name === name)!;
  return operation.permission(input as never, { env } as never, {} as never);
};
const membersOf = (name: string) => Object.keys(model.inputOf(name)?.members ?? {});
const namesFunction = operations
  .map(({ name }) => name)
  .filter((name) => membersOf(name).includes('FunctionName') && !name.includes('EventSourceMapping'));
const ofAction = (calls: readonly AuthorizedCall[], name: string) =>
  calls.filter(({ action }) => action === `lambda:${name.startsWith('Invoke') ? 'InvokeFunction' : name}`);

/** Operations without an action of their own name. */
const OTHER_ACTIONS: { [name: string]: string | undefined } = {
  GetCodeArchive: undefined,
  GetLayerVersionByArn: 'lambda:GetLayerVersion',
  Invoke: 'lambda:InvokeFunction',
  InvokeAsync: 'lambda:InvokeFunction',
  InvokeWithResponseStream: 'lambda:InvokeFunction',
};

describe('permissions', () => {
  it.each(operations.map(({ name }) => name))('%s needs an action', (name) => {
    const expected = name in OTHER_ACTIONS ? OTHER_ACTIONS[name] : `lambda:${name}`;
    expect(callsOf(name, {})[0]?.action).toBe(expected);
  });

  it.each(namesFunction)('%s is asked on the function that it works on, however named', (name) => {
    for (const FunctionName of ['mine', 'function:mine', '000000000000:mine', FUNCTION]) {
      const [call] = ofAction(callsOf(name, { FunctionName, ...EXTRA }), name);
      expect(call?.resource).toBe(FUNCTION);
      expect(ownFunction(env, { FunctionName }).name).toBe('mine');
    }
    const [call] = ofAction(
      callsOf(name, { FunctionName: FUNCTION.replace('us-east-1', 'eu-west-1') }),
      name,
    );
    expect(call?.resource).toBe(FUNCTION.replace('us-east-1', 'eu-west-1'));
  });

  it.each(namesFunction.filter((name) => name.startsWith('Invoke')))(
    '%s is asked on the version or alias, in the name or beside it',
    (name) => {
      const resources = [{ FunctionName: 'mine:live' }, { FunctionName: `${FUNCTION}:live` }].map(
        (input) => callsOf(name, input)[0]?.resource,
      );
      expect(resources).toEqual([`${FUNCTION}:live`, `${FUNCTION}:live`]);
    },
  );

  it('covers the role, the layers and the code signing configuration that an operation uses', () => {
    const Role = 'arn:aws:iam::000000000000:role/r';
    const layer = 'arn:aws:lambda:us-east-1:000000000000:layer:l:1';
    const csc = 'arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-00000000000000000';
    for (const name of ['CreateFunction', 'UpdateFunctionConfiguration']) {
      const calls = callsOf(name, { FunctionName: 'mine', Role, Layers: [layer] });
      expect(calls.map(({ action, resource }) => [action, resource])).toEqual([
        [`lambda:${name}`, FUNCTION],
        ['lambda:GetLayerVersion', layer],
        ['iam:PassRole', Role],
      ]);
    }
    const put = callsOf('PutFunctionCodeSigningConfig', {
      FunctionName: 'mine',
      CodeSigningConfigArn: csc,
    });
    expect(put.map(({ resource }) => resource)).toEqual([FUNCTION, csc]);
  });

  it('names a layer by its ARN, whether the name or the ARN is given', () => {
    const ARN = 'arn:aws:lambda:us-east-1:000000000000:layer:l';
    for (const LayerName of ['l', ARN])
      expect(callsOf('GetLayerVersion', { LayerName, VersionNumber: 2 })[0]?.resource).toBe(`${ARN}:2`);
  });
});
