import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeForm } from '../../../../harness/emulator/http/codecs/query.ts';
import { decodeMembers } from '../../../../harness/emulator/http/model/decode.ts';
import { type ModelTable, ServiceModel } from '../../../../harness/emulator/http/model/service-model.ts';
import { validationMessage, violationsOf } from '../../../../harness/emulator/http/model/validate.ts';
import iam from '../../../../harness/emulator/models/iam.json' with { type: 'json' };
import lambda from '../../../../harness/emulator/models/lambda.json' with { type: 'json' };
import states from '../../../../harness/emulator/models/stepfunctions.json' with { type: 'json' };

const folder = join(import.meta.dirname, '../../../../harness/emulator/models');
const message = (table: unknown, operation: string, input: object) => {
  const found = violationsOf(new ServiceModel(table), operation, input);
  return found.length === 0 ? undefined : validationMessage(found);
};

describe('service models', () => {
  it('name their source, and every shape they refer to', () => {
    for (const file of readdirSync(folder).filter(
      (name) => name.endsWith('.json') && name !== 'not-served.json',
    )) {
      const table = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ModelTable;
      expect(table.source).toMatch(/^botocore \d/);
      for (const { members = {}, member, key, value } of Object.values(table.shapes))
        for (const reference of [...Object.values(members), member, key, value])
          if (reference) expect(table.shapes, file).toHaveProperty([reference.shape]);
    }
  });

  it('carry patterns that compile', () => {
    for (const file of readdirSync(folder).filter(
      (name) => name.endsWith('.json') && name !== 'not-served.json',
    )) {
      const { shapes } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ModelTable;
      for (const [name, { pattern }] of Object.entries(shapes))
        if (pattern !== undefined)
          expect(() => new RegExp(`^(?:${pattern})$`), `${file} ${name}`).not.toThrow();
    }
  });

  it('do not take names of Object.prototype for operations', () => {
    const model = new ServiceModel(lambda);
    for (const name of ['__proto__', 'constructor', 'toString'])
      expect(model.operation(name)).toBeUndefined();
  });
});

describe('validation', () => {
  it('accepts an input within its constraints', () => {
    expect(message(states, 'CreateActivity', { name: 'a' })).toBeUndefined();
  });

  it('reports a missing member', () => {
    expect(message(iam, 'GetRole', {})).toBe(
      "1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null",
    );
  });

  it('reports every violation at once, with their count', () => {
    const text = message(states, 'CreateStateMachine', {
      name: '',
      type: 'FAST',
      definition: '{}',
      roleArn: 'r',
    });
    expect(text).toMatch(/^2 validation errors detected: Value '' at 'name' failed to satisfy constraint: /);
    expect(text).toContain(
      "; Value 'FAST' at 'type' failed to satisfy constraint: Member must satisfy enum value set:",
    );
  });

  it('names members of list items as AWS does', () => {
    const tags = [
      { key: 'a', value: 'b' },
      { key: 'k'.repeat(129), value: 'v' },
    ];
    expect(message(states, 'TagResource', { resourceArn: 'arn:x', tags })).toMatch(
      /at 'tags\.2\.member\.key' failed to satisfy constraint: Member must have length less than or equal to 128$/,
    );
  });

  it('describes the constraint of scalar list items once for the list', () => {
    expect(
      message(lambda, 'PublishLayerVersion', {
        LayerName: 'layer',
        Content: {},
        CompatibleArchitectures: ['x86_64', 'mips'],
      }),
    ).toMatch(
      /Value '\[x86_64, mips\]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set:/,
    );
  });

  it('leaves sensitive values out of its messages', () => {
    expect(
      message(lambda, 'UpdateFunctionConfiguration', {
        FunctionName: 'f',
        Environment: { Variables: { '1bad': 'secret' } },
      }),
    ).toBe(
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    );
  });

  it('shows a list of structures by the name of their shape', () => {
    const route = { stateMachineVersionArn: 'arn:x:1', weight: 50 };
    expect(
      message(states, 'CreateStateMachineAlias', { name: 'A', routingConfiguration: [route, route, route] }),
    ).toContain("Value '[RoutingConfigurationListItem(stateMachineVersionArn=arn:x:1, weight=50), Routing");
  });

  it('applies recorded deviations by shape and by member', () => {
    const relaxed = new ServiceModel(iam, { roleNameType: { max: 70 } });
    expect(violationsOf(relaxed, 'GetRole', { RoleName: 'r'.repeat(65) })).toEqual([]);
    const model = new ServiceModel(iam);
    expect(violationsOf(model, 'GetRole', { RoleName: 'r'.repeat(65) }, { RoleName: { max: null } })).toEqual(
      [],
    );
    expect(violationsOf(model, 'GetRole', {}, { '': { required: null } })).toEqual([]);
  });
});

describe('decoding', () => {
  const model = new ServiceModel(lambda);
  const shape = model.inputOf('CreateFunction')!;

  it('turns blobs into bytes and drops members that the model does not have', () => {
    const members = decodeMembers(
      model,
      shape,
      { FunctionName: 'f', Code: { ZipFile: 'AAE=' }, Unknown: 1, Description: null },
      'json',
    );
    expect(members).toEqual({ FunctionName: 'f', Code: { ZipFile: Buffer.from([0, 1]) } });
  });

  it.each([
    [{ Timeout: '3' }, 'STRING_VALUE can not be converted to an Integer'],
    [{ FunctionName: 1 }, 'NUMBER_VALUE can not be converted to a String'],
    [{ Layers: 'x' }, 'Expected list or null'],
    [{ Code: [] }, 'Start of list found where not expected.'],
  ])('refuses %j', (input, text) => {
    expect(() => decodeMembers(model, shape, input as never, 'json')).toThrow(text);
  });

  it('keeps a map entry named __proto__ as an entry', () => {
    const input = JSON.parse('{"Environment":{"Variables":{"__proto__":"x"}}}');
    const { Environment } = decodeMembers(model, shape, input, 'json') as {
      Environment: { Variables: object };
    };
    expect(Object.keys(Environment.Variables)).toEqual(['__proto__']);
  });

  it('reads numbers and lists of a query form, the first of two members of one name', () => {
    const form = decodeForm([
      ['RoleName', 'mine'],
      ['RoleName', 'other'],
      ['MaxSessionDuration', '3600'],
      ['Tags.member.2.Key', 'b'],
      ['Tags.member.1.Key', 'a'],
    ]);
    const iamModel = new ServiceModel(iam);
    expect(decodeMembers(iamModel, iamModel.inputOf('CreateRole')!, form, 'text')).toEqual({
      RoleName: 'mine',
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'a' }, { Key: 'b' }],
    });
  });
});
