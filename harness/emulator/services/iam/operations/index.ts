import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { accessKeyOperations } from './access-keys.ts';
import { accountOperations } from './account.ts';
import { accountReportOperations } from './account-reports.ts';
import { groupOperations } from './groups.ts';
import { instanceProfileOperations } from './instance-profiles.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { oidcProviderOperations } from './oidc-providers.ts';
import { principalPolicyOperations } from './principal-policies.ts';
import { roleOperations } from './roles.ts';
import { serviceLinkedRoleOperations } from './service-linked-roles.ts';
import { serviceSpecificCredentialOperations } from './service-specific-credentials.ts';
import { simulationOperations } from './simulations.ts';
import { tagOperations } from './tags.ts';
import { userOperations } from './users.ts';

/** Every operation that this service serves. */
export const operations: readonly Operation<IamContext>[] = [
  ...accessKeyOperations,
  ...accountOperations,
  ...accountReportOperations,
  ...groupOperations,
  ...instanceProfileOperations,
  ...managedPolicyOperations,
  ...oidcProviderOperations,
  ...principalPolicyOperations,
  ...roleOperations,
  ...serviceLinkedRoleOperations,
  ...serviceSpecificCredentialOperations,
  ...simulationOperations,
  ...tagOperations,
  ...userOperations,
];
