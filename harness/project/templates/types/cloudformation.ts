/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CloudFormation.html */
import type { ResourceType } from './resource-type.ts';

/** A template that has nothing else declares one, and nothing waits for it. */
const waitConditionHandle: ResourceType = {
  type: 'AWS::CloudFormation::WaitConditionHandle',
  ref: (id) => `https://cloudformation-waitcondition-us-east-1.s3.amazonaws.com/${id}`,
  attributes: {},
  add() {},
};

/** What the CDK says of itself. */
const cdkMetadata: ResourceType = { type: 'AWS::CDK::Metadata', ref: (id) => id, attributes: {}, add() {} };

export const cloudFormationTypes: readonly ResourceType[] = [waitConditionHandle, cdkMetadata];
