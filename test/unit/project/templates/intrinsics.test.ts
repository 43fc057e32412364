import { describe, expect, it } from 'vitest';
import { mistakesOf, resolve, valueIn } from './resolve.ts';

const hole = (name: string) => `\${${name}}`;

describe('intrinsic functions', () => {
  it.each([
    ['!Ref Queue', 'ref(Queue)'],
    ['{ Ref: Queue }', 'ref(Queue)'],
    ['!Ref AWS::Region', 'eu-west-1'],
    ['!GetAtt Queue.Arn', 'att(Queue.Arn)'],
    ['{ "Fn::GetAtt": [Queue, Arn] }', 'att(Queue.Arn)'],
    ['!GetAtt Queue.Outputs.Url', 'att(Queue.Outputs.Url)'],
    [
      `!Sub "arn:${hole('AWS::Partition')}:x:${hole('Queue')}/${hole('Queue.Arn')}"`,
      'arn:aws:x:ref(Queue)/att(Queue.Arn)',
    ],
    [`!Sub "${hole('!Literal')} stays"`, `${hole('Literal')} stays`],
    [`!Sub ["${hole('A')}-${hole('Queue')}", { A: !Ref AWS::Region }]`, 'eu-west-1-ref(Queue)'],
    ['!Join ["-", [a, 1, !Ref Queue]]', 'a-1-ref(Queue)'],
    ['!Join ["", []]', ''],
    ['!Join [",", [a, !Ref AWS::NoValue]]', 'a'],
    ['!Split ["|", "a|b||c"]', ['a', 'b', '', 'c']],
    ['!Select [1, [a, b]]', 'b'],
    ['!Select ["2", !Split [",", "a,b,c"]]', 'c'],
    ['!Base64 "héllo"', Buffer.from('héllo').toString('base64')],
    ['!Cidr ["10.0.0.0/24", 4, 6]', ['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/26', '10.0.0.192/26']],
    ['!Cidr ["2001:db8::/56", 2, 64]', ['2001:db8::/64', '2001:db8:0:1::/64']],
    ['!GetAZs ""', ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['!Select [0, !GetAZs us-east-2]', 'us-east-2a'],
    ['!ImportValue shared-bucket', 'imported'],
    ['{ "Fn::Length": [a, b, c] }', 3],
    ['{ "Fn::ToJsonString": { a: !Ref Queue, b: [1, true] } }', '{"a":"ref(Queue)","b":[1,true]}'],
    ['[a, !Ref AWS::NoValue, b]', ['a', 'b']],
    ['{ a: !Ref AWS::NoValue, b: 1 }', { b: 1 }],
    ['2012-10-17', '2012-10-17'],
  ])('evaluates %s', (expression, expected) => {
    expect(valueIn(expression)).toEqual(expected);
  });

  const MAPPINGS = 'Mappings: { Sizes: { eu-west-1: { Memory: 512, Zones: [a, b] } } }';
  it('finds values in mappings, and defaults where there are none', () => {
    expect(valueIn('!FindInMap [Sizes, !Ref AWS::Region, Memory]', MAPPINGS)).toBe(512);
    expect(valueIn('!FindInMap [Sizes, eu-west-1, Zones]', MAPPINGS)).toEqual(['a', 'b']);
    expect(valueIn('!FindInMap [Sizes, nowhere, Memory, { DefaultValue: 128 }]', MAPPINGS)).toBe(128);
  });

  it.each([
    ['!If [Yes, a, b]', 'a'],
    ['!If [No, a, b]', 'b'],
    ['!If [Both, a, !Ref AWS::NoValue]', undefined],
    ['!If [Either, a, b]', 'a'],
    ['!If [Opposite, a, b]', 'a'],
    ['!If [Nested, a, b]', 'a'],
    // The branch that is not taken is not evaluated.
    ['!If [Yes, a, !Select [9, [x]]]', 'a'],
  ])('evaluates %s', (expression, expected) => {
    const conditions = `Conditions:
  Nested: !And [!Condition Either, !Condition Opposite]
  Yes: !Equals [!Ref AWS::Region, eu-west-1]
  No: !Equals [!Ref AWS::Region, us-east-1]
  Both: !And [!Condition Yes, !Condition No]
  Either: !Or [!Condition Yes, !Condition No]
  Opposite: !Not [!Condition No]`;
    expect(valueIn(expression, conditions)).toEqual(expected);
  });

  it('reports every mistake with line, resource, property and remedy', () => {
    const found = mistakesOf(`Parameters:
  Stage: { Type: String }
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Ref Stagee
      Tags: !Join [",", Stage]
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: Nothing
    Properties:
      Name: !Select [3, [a]]
      Other: !GetAtt Queu.Arn
      Map: !FindInMap [M, a, b]
      If: !If [Missing, 1, 2]
      Import: !ImportValue other
      Wrong: { "Fn::Jion": [] }
`);
    expect(found).toEqual([
      '2 the parameter Stage has no default, and no value is given | give one: --parameter Stage=VALUE',
      '7 Queue.QueueName: Stagee is neither a parameter nor a resource of the template | did you mean Stage?',
      '8 Queue.Tags: Fn::Join needs a list',
      '11 Topic: depends on Nothing, which the template does not have',
      '13 Topic.Name: Fn::Select cannot select index 3 of a list of 1 | indexes count from 0',
      '14 Topic.Other: the template has no resource named Queu | did you mean Queue?',
      '15 Topic.Map: Fn::FindInMap finds no mapping named M | mappings: none',
      '16 Topic.If: Fn::If names the condition Missing, which the template does not have | declare it below Conditions',
      '17 Topic.Import: Fn::ImportValue finds no export named other | give its value as an import',
      '18 Topic.Wrong: Fn::Jion is no intrinsic function that can be evaluated here | did you mean Fn::Join?',
    ]);
  });

  it('reports tags that are no functions, circular dependencies and conditions that depend on themselves', () => {
    expect(() => resolve('Resources: { A: { Type: T, Properties: { x: !Nope y } } }')).toThrow(
      /!Nope is no intrinsic/,
    );
    expect(
      mistakesOf(`Conditions:
  A: !Not [!Condition B]
  B: !Not [!Condition A]
Resources:
  One: { Type: T, Properties: { x: !Ref Two } }
  Two: { Type: T, Properties: { x: !Sub "${hole('One.Arn')}" } }
  Three: { Type: T, DependsOn: One }
`),
    ).toEqual([
      '2 the condition A depends on itself: A -> B -> A',
      '5 One: Circular dependency between resources: [One, Two] | remove one of the references between them',
    ]);
  });

  it('orders resources by what they need and leaves out those whose condition does not hold', () => {
    const { resources } = resolve(`Conditions: { No: !Equals [a, b] }
Resources:
  Last: { Type: T, Properties: { x: !GetAtt Middle.Arn } }
  Middle: { Type: T, DependsOn: [First] }
  Never: { Type: T, Condition: No }
  First: { Type: T, DeletionPolicy: Retain }
`);
    expect(resources.map(({ logicalId }) => logicalId)).toEqual(['First', 'Middle', 'Last']);
    expect(resources[0]!.deletionPolicy).toBe('Retain');
    expect(resources[2]!.dependsOn).toEqual(['Middle']);
  });

  it('evaluates outputs and exports', () => {
    const { outputs } = resolve(`Resources: { Queue: { Type: AWS::SQS::Queue } }
Outputs:
  Url: { Description: where, Value: !Ref Queue, Export: { Name: !Sub "${hole('AWS::StackName')}-url" } }
`);
    expect(outputs).toEqual({ Url: { value: 'ref(Queue)', exportName: 'orders-url', description: 'where' } });
  });
});

describe('parameters', () => {
  const template = (fields: string) =>
    `Parameters:\n  P: ${fields}\nResources:\n  X: { Type: T, Properties: { Value: !Ref P } }\n`;
  const valueWith = (fields: string, given: Record<string, string> = {}) => {
    const { resources, report } = resolve(template(fields), given);
    report.throwIfAny();
    return resources[0]!.properties['Value'];
  };

  it('takes given values before defaults, and lists as lists', () => {
    expect(valueWith('{ Type: String, Default: a }')).toBe('a');
    expect(valueWith('{ Type: String, Default: a }', { P: 'b' })).toBe('b');
    expect(valueWith('{ Type: Number, Default: 3 }')).toBe('3');
    expect(valueWith('{ Type: CommaDelimitedList, Default: "a, b" }')).toEqual(['a', 'b']);
    expect(valueWith("{ Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b }")).toBe('/a/b');
    expect(valueWith("{ Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: 'x,y' }")).toEqual([
      'x',
      'y',
    ]);
  });

  it.each([
    ['{ Type: String, AllowedValues: [a, b] }', 'c', 'is none of a, b'],
    ['{ Type: String, AllowedPattern: "[a-z]+" }', 'A1', 'does not match the pattern [a-z]+'],
    ['{ Type: Number }', 'x', 'is no number'],
    ['{ Type: Number, MinValue: 2 }', '1', 'is below 2'],
    ['{ Type: Number, MaxValue: 2 }', '3', 'is above 2'],
    ['{ Type: String, MinLength: 2 }', 'a', 'is shorter than 2 characters'],
    ['{ Type: String, MaxLength: 2 }', 'abc', 'is longer than 2 characters'],
  ])('refuses by %s the value %s', (fields, value, message) => {
    const [found, ...more] = mistakesOf(template(fields), { P: value });
    expect(found).toContain(`the value "${value}" of the parameter P ${message}`);
    expect(more).toEqual([]);
  });

  it('keeps a secret out of messages', () => {
    const [found] = mistakesOf(template('{ Type: String, NoEcho: true, MinLength: 9 }'), { P: 'hunter2' });
    expect(found).toContain('the value of the parameter P is shorter');
    expect(found).not.toContain('hunter2');
  });

  it('reports a value for a parameter that the template does not have', () => {
    expect(mistakesOf(template('{ Type: String, Default: a }'), { Pp: 'x' })).toEqual([
      '1 the template has no parameter Pp | did you mean P?',
    ]);
  });
});

describe('Fn::ForEach', () => {
  it('repeats resources, properties and conditions', () => {
    const { resources, report } = resolve(`Transform: AWS::LanguageExtensions
Parameters: { Names: { Type: CommaDelimitedList, Default: "Red,Blue" } }
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic${hole('Name')}:
        Type: AWS::SNS::Topic
        Properties:
          DisplayName: !Sub "${hole('Name')}-${hole('AWS::Region')}"
          Name: !Ref Name
          Fn::ForEach::Flags:
            - Flag
            - [a.b, c]
            - "is&{Flag}": "${hole('Flag')}"
`);
    report.throwIfAny();
    expect(resources.map(({ logicalId, properties }) => [logicalId, properties])).toEqual([
      ['TopicRed', { DisplayName: 'Red-eu-west-1', Name: 'Red', isab: 'a.b', isc: 'c' }],
      ['TopicBlue', { DisplayName: 'Blue-eu-west-1', Name: 'Blue', isab: 'a.b', isc: 'c' }],
    ]);
  });
});
