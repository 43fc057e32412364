/** Pseudo parameters: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html */

/** What is known of where a template goes. */
export interface StackPlace {
  stackName: string;
  stackId: string;
  accountId: string;
  region: string;
  partition: string;
}

export function pseudoParameters(place: StackPlace): Record<string, string | string[]> {
  return {
    'AWS::AccountId': place.accountId,
    'AWS::NotificationARNs': [],
    'AWS::Partition': place.partition,
    'AWS::Region': place.region,
    'AWS::StackId': place.stackId,
    'AWS::StackName': place.stackName,
    'AWS::URLSuffix': place.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
}
