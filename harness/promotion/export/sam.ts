/** An AWS SAM template of a release: functions and state machines in SAM's own resources, pinned as in CloudFormation. */
import { keyOf, renderTemplate, roleRef } from './cloudformation.ts';
import type { Exporter } from './exporter.ts';

export const sam: Exporter = {
  file: 'template.json',
  render: (blueprint, evidence) =>
    renderTemplate(blueprint, evidence, {
      transform: 'AWS::Serverless-2016-10-31',
      functionResource: ({ functions, releasesBucket, tags }, name) => ({
        Type: 'AWS::Serverless::Function',
        Properties: { CodeUri: { Bucket: releasesBucket, Key: keyOf(functions[name]!) }, Tags: tags },
      }),
      stateMachineResource: (blueprint, { name, type, roleArn }) => ({
        Type: 'AWS::Serverless::StateMachine',
        Properties: { Name: name, Type: type, Role: roleRef(blueprint, roleArn), Tags: blueprint.tags },
      }),
    }),
};
