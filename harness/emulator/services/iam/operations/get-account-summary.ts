import { defineIamOperation } from '../parameters.ts';

/** Quotas of an account as AWS sets them at first. Source: a recorded answer. */
const QUOTAS = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GlobalEndpointTokenVersion: 1,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
};

/** Devices, certificates and providers, of which there are none here. */
const NONE = {
  AccountAccessKeysPresent: 0,
  AccountMFAEnabled: 0,
  AccountPasswordPresent: 0,
  AccountSigningCertificatesPresent: 0,
  MFADevices: 0,
  MFADevicesInUse: 0,
  Providers: 0,
  ServerCertificates: 0,
};

export const getAccountSummary = defineIamOperation({
  name: 'GetAccountSummary',
  handle({ store }) {
    const policies = [...store.policies.values()];
    const counts = {
      Groups: store.groups.size,
      InstanceProfiles: store.instanceProfiles.size,
      Policies: policies.length,
      PolicyVersionsInUse: policies.reduce((sum, { versions }) => sum + versions.length, 0),
      Roles: store.roles.size,
      Users: store.users.size,
    };
    const all = Object.entries({ ...QUOTAS, ...NONE, ...counts }).sort(([a], [b]) => (a < b ? -1 : 1));
    return { SummaryMap: { entry: all.map(([key, value]) => ({ key, value })) } };
  },
});
