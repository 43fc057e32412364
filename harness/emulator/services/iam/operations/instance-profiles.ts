/** Instance profiles: Terraform and CDK make them; there are no instances. */
import type {
  AddRoleToInstanceProfileCommandInput,
  CreateInstanceProfileCommandInput,
  DeleteInstanceProfileCommandInput,
  GetInstanceProfileCommandInput,
  ListInstanceProfilesCommandInput,
  ListInstanceProfilesForRoleCommandInput,
  RemoveRoleFromInstanceProfileCommandInput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import type { Operation } from '../../../http/operation.ts';
import { passRole } from '../../../http/permission.ts';
import type { IamContext } from '../context.ts';
import { deleteConflict, limitExceeded } from '../errors.ts';
import { instanceProfileShape } from '../shapes.ts';
import type { InstanceProfile } from '../store/entities.ts';
import { byName } from '../store/iam-store.ts';
import { newIdentity } from './create-entity.ts';
import { arnOf, INSTANCE_PROFILE, onEntity, ROLE } from './entity-kinds.ts';
import { iamOperation, onEverything, pageFor, requestTags } from './operation.ts';
import { givenTags } from './tags.ts';

const createInstanceProfile = iamOperation<CreateInstanceProfileCommandInput>({
  name: 'CreateInstanceProfile',
  on: ({ InstanceProfileName, Path, Tags }, context) =>
    onEntity(INSTANCE_PROFILE, context, InstanceProfileName, { path: Path, conditions: requestTags(Tags) }),
  handle(context, input) {
    const { store } = context;
    const profile: InstanceProfile = {
      ...newIdentity(INSTANCE_PROFILE, context, input.InstanceProfileName, input.Path),
      tags: givenTags(input.Tags, { foldsCase: false }),
    };
    store.instanceProfiles.set(profile.name, profile);
    return { InstanceProfile: instanceProfileShape(profile, store, 'created') };
  },
});

const getInstanceProfile = iamOperation<GetInstanceProfileCommandInput>({
  name: 'GetInstanceProfile',
  on: ({ InstanceProfileName }, context) => onEntity(INSTANCE_PROFILE, context, InstanceProfileName),
  handle: ({ store }, { InstanceProfileName }) => ({
    InstanceProfile: instanceProfileShape(store.instanceProfile(InstanceProfileName), store, 'whole'),
  }),
});

/** A profile holds one role, which its instances then act as. */
const addRoleToInstanceProfile = iamOperation<AddRoleToInstanceProfileCommandInput>({
  name: 'AddRoleToInstanceProfile',
  on: ({ InstanceProfileName }, context) => onEntity(INSTANCE_PROFILE, context, InstanceProfileName),
  alsoNeeds: ({ RoleName }, { store, env }) =>
    RoleName === undefined
      ? []
      : passRole(
          store.roles.get(RoleName)?.arn ?? arnOf(ROLE, env.accountId, '/', RoleName),
          'ec2.amazonaws.com',
        ),
  handle({ store }, { InstanceProfileName, RoleName }) {
    const profile = store.instanceProfile(InstanceProfileName);
    const role = store.role(RoleName);
    if (profile.roleName !== undefined) {
      throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    }
    profile.roleName = role.name;
  },
});

const removeRoleFromInstanceProfile = iamOperation<RemoveRoleFromInstanceProfileCommandInput>({
  name: 'RemoveRoleFromInstanceProfile',
  on: ({ InstanceProfileName }, context) => onEntity(INSTANCE_PROFILE, context, InstanceProfileName),
  handle({ store }, { InstanceProfileName, RoleName }) {
    const profile = store.instanceProfile(InstanceProfileName);
    const { name } = store.role(RoleName);
    if (profile.roleName !== name) {
      throw new AwsError(
        'NoSuchEntity',
        `Role ${name} in Instance Profile ${profile.name} cannot be found.`,
        404,
      );
    }
    delete profile.roleName;
  },
});

const deleteInstanceProfile = iamOperation<DeleteInstanceProfileCommandInput>({
  name: 'DeleteInstanceProfile',
  on: ({ InstanceProfileName }, context) => onEntity(INSTANCE_PROFILE, context, InstanceProfileName),
  handle({ store }, { InstanceProfileName }) {
    const profile = store.instanceProfile(InstanceProfileName);
    if (profile.roleName !== undefined) {
      throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
    }
    store.instanceProfiles.delete(profile.name);
  },
});

const listInstanceProfiles = iamOperation<ListInstanceProfilesCommandInput>({
  name: 'ListInstanceProfiles',
  on: onEverything,
  handle({ store }, input) {
    const { PathPrefix = '/' } = input;
    const found = [...store.instanceProfiles.values()]
      .filter(({ path }) => path.startsWith(PathPrefix))
      .sort(byName);
    const { items, more } = pageFor(input, ['profiles', PathPrefix], found, ({ name }) => name);
    return { InstanceProfiles: items.map((one) => instanceProfileShape(one, store, 'listed')), ...more };
  },
});

const listInstanceProfilesForRole = iamOperation<ListInstanceProfilesForRoleCommandInput>({
  name: 'ListInstanceProfilesForRole',
  on: ({ RoleName }, context) => onEntity(ROLE, context, RoleName),
  handle({ store }, input) {
    const { id, name } = store.role(input.RoleName);
    const found = store.instanceProfilesOf(name);
    const { items, more } = pageFor(input, ['profiles of', id], found, (one) => one.name);
    return { InstanceProfiles: items.map((one) => instanceProfileShape(one, store, 'listed')), ...more };
  },
});

export const instanceProfileOperations: readonly Operation<IamContext>[] = [
  createInstanceProfile,
  getInstanceProfile,
  addRoleToInstanceProfile,
  removeRoleFromInstanceProfile,
  deleteInstanceProfile,
  listInstanceProfiles,
  listInstanceProfilesForRole,
];
