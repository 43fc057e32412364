/** The names of service-linked roles, by AWS's table and its rule for services that are not in it. */
import table from './service-linked-roles.json' with { type: 'json' };

export const SERVICE_LINKED_PATH = '/aws-service-role/';

/** The role of a service. */
export interface LinkedRole {
  name: string;
  path: string;
  allowsSuffix: boolean;
  /** The policy that AWS attaches; undefined where it is not known. */
  policyArn: string | undefined;
}

const { roles, withSuffix } = table as {
  /** Name behind `AWSServiceRoleFor`, and the name of the policy. */
  roles: { readonly [service: string]: readonly string[] };
  withSuffix: readonly string[];
};

/** @param service `autoscaling.amazonaws.com` */
export function linkedRoleOf(service: string, suffix: string | undefined): LinkedRole {
  const [known, policy] = Object.hasOwn(roles, service) ? roles[service]! : [];
  const name = `AWSServiceRoleFor${known ?? camelCase(service)}`;
  return {
    name: suffix === undefined ? name : `${name}_${suffix}`,
    path: `${SERVICE_LINKED_PATH}${service}/`,
    allowsSuffix: withSuffix.includes(service),
    policyArn: policy === undefined ? undefined : `arn:aws:iam::aws:policy${SERVICE_LINKED_PATH}${policy}`,
  };
}

const camelCase = (service: string): string =>
  service
    .replace(/\.amazonaws\.com$/, '')
    .replace(/(?:^|[-.])([a-z])/g, (_, letter: string) => letter.toUpperCase());
