/** An AWS SAM template of a release: functions and state machine in SAM's own resources, pinned as in CloudFormation. */
import { keyOf, renderTemplate, roleRef } from './cloudformation.ts';
import type { Exporter } from './exporter.ts';

export const sam: Exporter = {
  file: 'template.json',
  render: (blueprint, evidence) =>
    renderTemplate(blueprint, evidence, {
      transform: 'AWS::Serverless-2016-10-31',
      functionResource: ({ functions, releasesBucket, tags }, name) => ({
        Type: 'AWS::Serverless::Function',
        Properties: { CodeUri: { Bucket: releasesBucket, Key: keyOf(functions[name]) }, Tags: tags },
      }),
      stateMachineResource: ({ stateMachine, tags, ...rest }) => ({
        Type: 'AWS::Serverless::StateMachine',
        Properties: {
          Name: stateMachine.name,
          Type: 'STANDARD',
          Role: roleRef(rest, stateMachine.roleArn),
          Tags: tags,
        },
      }),
    }),
};
