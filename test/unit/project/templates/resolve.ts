import { InvalidDocument } from '../../../../harness/document/diagnostics.ts';
import { parseTemplate } from '../../../../harness/project/templates/read-template.ts';
import { resolveTemplate } from '../../../../harness/project/templates/resolve-template.ts';

/** Resolves a template with names that tests can read: `ref(Queue)`, `att(Queue.Arn)`. */
export function resolve(text: string, parameters: Record<string, string> = {}) {
  const template = parseTemplate(`${import.meta.dirname}/template.yaml`, text);
  return resolveTemplate(template, {
    parameters,
    pseudo: {
      'AWS::AccountId': '123456789012',
      'AWS::Region': 'eu-west-1',
      'AWS::Partition': 'aws',
      'AWS::StackName': 'orders',
      'AWS::StackId': 'arn:aws:cloudformation:eu-west-1:123456789012:stack/orders/0',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::NotificationARNs': [],
    },
    refOf: ({ logicalId }) => `ref(${logicalId})`,
    attributeOf: ({ logicalId }, attribute) => `att(${logicalId}.${attribute})`,
    importValue: (name) => (name === 'shared-bucket' ? 'imported' : undefined),
  });
}

/** The value of `Value: ...` as a property. */
export function valueIn(expression: string, rest = ''): unknown {
  const { resources, report } = resolve(
    `${rest}\nResources:\n  Queue: { Type: AWS::SQS::Queue }\n  X:\n    Type: Test::X\n    Properties:\n      Value: ${expression}\n`,
  );
  report.throwIfAny();
  return resources.find(({ logicalId }) => logicalId === 'X')!.properties['Value'];
}

/** `line message | hint` of every mistake. */
export function mistakesOf(text: string, parameters: Record<string, string> = {}): string[] {
  try {
    resolve(text, parameters).report.throwIfAny();
  } catch (error) {
    if (!(error instanceof InvalidDocument)) throw error;
    return error.diagnostics.map(
      ({ line, message, hint }) => `${line} ${message}${hint ? ` | ${hint}` : ''}`,
    );
  }
  return [];
}
