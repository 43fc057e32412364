/**
 * Roles that services make for themselves.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
 */
import type { Role } from './store/entities.ts';

/** How the roles of services are called where it is not the service's own name. */
const NAMES: { readonly [service: string]: string } = {
  'application-autoscaling': 'ApplicationAutoScaling',
  autoscaling: 'AutoScaling',
  batch: 'Batch',
  ecs: 'ECS',
  eks: 'AmazonEKS',
  elasticache: 'ElastiCache',
  elasticloadbalancing: 'ElasticLoadBalancing',
  kafka: 'Kafka',
  'lambda.application-autoscaling': 'ApplicationAutoScaling_LambdaConcurrency',
  'replicator.lambda': 'LambdaReplicator',
  rds: 'RDS',
  spot: 'EC2Spot',
  spotfleet: 'EC2SpotFleet',
  states: 'StepFunctions',
};

const PATH = '/aws-service-role/';

export const isServiceLinked = ({ path }: Pick<Role, 'path'>): boolean => path.startsWith(PATH);

export const serviceLinkedPath = (service: string): string => `${PATH}${service}/`;

/** `AWSServiceRoleForECS`, with a suffix where a service may have several. */
export function serviceLinkedName(service: string, suffix: string | undefined): string {
  const own = service.replace(/\.amazonaws\.com$/, '');
  const known = NAMES[own] ?? own.replace(/(?:^|[-.])([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `AWSServiceRoleFor${known}${suffix === undefined ? '' : `_${suffix}`}`;
}
