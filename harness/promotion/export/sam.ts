/** An AWS SAM template of a release: functions and state machine in SAM's own resources, pinned as in CloudFormation. */
import { LAMBDA_NAMES } from '../../artifacts/bundle.ts';
import {
  aliasResources,
  functionProperties,
  keyOf,
  metadata,
  outputs,
  roleRef,
  substitutions,
  supportingResources,
  titled,
  versionResources,
} from './cloudformation.ts';
import type { Exporter } from './exporter.ts';

export const sam: Exporter = {
  file: 'template.json',
  render(blueprint, evidence) {
    return {
      AWSTemplateFormatVersion: '2010-09-09',
      Transform: 'AWS::Serverless-2016-10-31',
      Description: `cosmicai ${blueprint.release}, proven by evidence sha256:${evidence}`,
      Metadata: metadata(blueprint, evidence),
      Resources: {
        ...supportingResources(blueprint),
        ...Object.fromEntries(
          LAMBDA_NAMES.map((name) => [
            `${titled(name)}Function`,
            {
              Type: 'AWS::Serverless::Function',
              DependsOn: [`${titled(name)}LogGroup`],
              Properties: {
                FunctionName: blueprint.functions[name].name,
                CodeUri: { Bucket: blueprint.releasesBucket, Key: keyOf(blueprint.functions[name]) },
                Architectures: [blueprint.functions[name].architecture],
                ...functionProperties(blueprint, name),
                Tags: blueprint.tags,
              },
            },
          ]),
        ),
        ...versionResources(blueprint),
        StateMachine: {
          Type: 'AWS::Serverless::StateMachine',
          Properties: {
            Name: blueprint.stateMachine.name,
            Type: 'STANDARD',
            Role: roleRef(blueprint, blueprint.stateMachine.roleArn),
            Definition: blueprint.stateMachine.definition,
            DefinitionSubstitutions: substitutions(blueprint),
            Tags: blueprint.tags,
          },
        },
        ...aliasResources(blueprint, 'StateMachine'),
      },
      Outputs: outputs(),
    };
  },
};
