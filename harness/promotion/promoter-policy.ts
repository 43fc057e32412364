/**
 * All the rights that promotion needs in an environment, as a policy document: enough for everything that it does, and
 * none that it never uses (test/integration/promotion/rights.test.ts).
 */
import type { JsonObject } from '../core/json.ts';
import { policyDocument, type Statement } from '../deploy/policy-document.ts';
import type { Project } from '../project/project.ts';
import type { Environment } from './policy.ts';

export function promoterPolicy(
  project: Project,
  { prefix, releases, buckets }: Pick<Environment, 'prefix' | 'releases' | 'buckets'>,
): JsonObject {
  const own = Object.keys(project.buckets).map((name) => buckets[name] ?? name);
  const arns = [...new Set([...own, releases])].map((name) => `arn:aws:s3:::${name}`);
  const named = (service: string, kind: string) => `arn:aws:${service}:*:*:${kind}:${prefix}-*`;
  const allow = (Sid: string, Action: string[], Resource: string[]): Statement => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
  });
  const attachesPolicies = Object.values(project.roles).some((role) => role.managedPolicies.length > 0);
  return policyDocument([
    allow('Buckets', ['s3:CreateBucket', 's3:ListBucket', 's3:PutBucketTagging'], arns),
    allow('BucketOfReleases', ['s3:PutBucketPublicAccessBlock'], [`arn:aws:s3:::${releases}`]),
    allow(
      'VersionsAndNotifications',
      [
        's3:GetBucketVersioning',
        's3:PutBucketVersioning',
        's3:GetBucketNotification',
        's3:PutBucketNotification',
      ],
      arns,
    ),
    allow(
      'Objects',
      ['s3:GetObject', 's3:PutObject'],
      arns.map((arn) => `${arn}/*`),
    ),
    allow(
      'WhatSmokeScenariosLeave',
      ['s3:DeleteObject'],
      own.map((name) => `arn:aws:s3:::${name}/*-smoke/*`),
    ),
    allow(
      'Roles',
      [
        'iam:CreateRole',
        'iam:TagRole',
        'iam:GetRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:ListRolePolicies',
        'iam:ListAttachedRolePolicies',
        'iam:GetRolePolicy',
        'iam:PutRolePolicy',
        'iam:DeleteRolePolicy',
        ...(attachesPolicies ? ['iam:AttachRolePolicy'] : []),
      ],
      [`arn:aws:iam::*:role/${prefix}-*`],
    ),
    allow('PoliciesOfRoles', ['iam:GetPolicy', 'iam:GetPolicyVersion'], ['arn:aws:iam::*:policy/*']),
    {
      ...allow('PassRolesToServices', ['iam:PassRole'], [`arn:aws:iam::*:role/${prefix}-*`]),
      Condition: {
        StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'states.amazonaws.com'] },
      },
    },
    allow(
      'Functions',
      [
        'lambda:CreateFunction',
        'lambda:TagResource',
        'lambda:GetFunctionConfiguration',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:PublishVersion',
        'lambda:AddPermission',
        'lambda:GetFunctionConcurrency',
        'lambda:PutFunctionConcurrency',
      ],
      [named('lambda', 'function')],
    ),
    allow(
      'Layers',
      ['lambda:PublishLayerVersion', 'lambda:ListLayerVersions', 'lambda:GetLayerVersion'],
      [named('lambda', 'layer'), `${named('lambda', 'layer')}:*`],
    ),
    allow('LogGroups', ['logs:DescribeLogGroups'], ['arn:aws:logs:*:*:log-group:*']),
    allow(
      'Logs',
      ['logs:CreateLogGroup', 'logs:TagResource', 'logs:PutRetentionPolicy', 'logs:FilterLogEvents'],
      ['lambda', 'vendedlogs/states'].map((kind) => `arn:aws:logs:*:*:log-group:/aws/${kind}/${prefix}-*`),
    ),
    allow(
      'StateMachines',
      [
        'states:CreateStateMachine',
        'states:TagResource',
        'states:DescribeStateMachine',
        'states:UpdateStateMachine',
        'states:PublishStateMachineVersion',
        'states:CreateStateMachineAlias',
        'states:DescribeStateMachineAlias',
        'states:UpdateStateMachineAlias',
        'states:DeleteStateMachineAlias',
        'states:StartExecution',
        'states:ListExecutions',
      ],
      [named('states', 'stateMachine')],
    ),
    allow(
      'Activities',
      ['states:CreateActivity', 'states:DescribeActivity', 'states:TagResource'],
      [named('states', 'activity')],
    ),
    allow(
      'Executions',
      [
        'states:DescribeExecution',
        'states:DescribeStateMachineForExecution',
        'states:GetExecutionHistory',
        'states:ListMapRuns',
        'states:StopExecution',
      ],
      [named('states', 'execution'), `${named('states', 'execution')}:*`],
    ),
    allow('MapRuns', ['states:DescribeMapRun', 'states:ListExecutions'], [named('states', 'mapRun')]),
    allow(
      'Alarms',
      ['cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'],
      ['arn:aws:cloudwatch:*:*:alarm:*'],
    ),
  ]);
}
