/** Access keys of users. Without a UserName they are those of the user who signs the request. */
import type {
  CreateAccessKeyCommandInput,
  DeleteAccessKeyCommandInput,
  GetAccessKeyLastUsedCommandInput,
  ListAccessKeysCommandInput,
  UpdateAccessKeyCommandInput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { limitExceeded, noSuchKey } from '../errors.ts';
import { secondsOf } from '../shapes.ts';
import type { AccessKey } from '../store/entities.ts';
import { generateSecret } from '../store/secrets.ts';
import { calledUser, onCalledUser, onEntity, USER } from './entity-kinds.ts';
import { iamOperation, onEverything, pageFor } from './operation.ts';

const MAX_KEYS = 2;

const keyShape = (userName: string, key: AccessKey) => ({
  UserName: userName,
  AccessKeyId: key.id,
  Status: key.isActive ? 'Active' : 'Inactive',
  CreateDate: secondsOf(key.createdMs),
});

const createAccessKey = iamOperation<CreateAccessKeyCommandInput>({
  name: 'CreateAccessKey',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName }, request) {
    const { env } = context;
    const user = calledUser(context, UserName, request);
    if (user.accessKeys.length >= MAX_KEYS) {
      throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
    }
    const key = {
      id: `AKIA${alphanumeric(env.random, 16)}`,
      secret: generateSecret(),
      isActive: true,
      createdMs: env.clock.nowMs(),
    };
    user.accessKeys.push(key);
    return { AccessKey: { ...keyShape(user.name, key), SecretAccessKey: key.secret } };
  },
});

const listAccessKeys = iamOperation<ListAccessKeysCommandInput>({
  name: 'ListAccessKeys',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, input, request) {
    const { id, name, accessKeys } = calledUser(context, input.UserName, request);
    const keys = accessKeys.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const { items, more } = pageFor(input, ['keys of', id], keys, (key) => key.id);
    return { AccessKeyMetadata: items.map((key) => keyShape(name, key)), ...more };
  },
});

const updateAccessKey = iamOperation<UpdateAccessKeyCommandInput>({
  name: 'UpdateAccessKey',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName, AccessKeyId, Status }, request) {
    const key = calledUser(context, UserName, request).accessKeys.find(({ id }) => id === AccessKeyId);
    if (!key) throw noSuchKey(AccessKeyId);
    key.isActive = Status === 'Active';
  },
});

const deleteAccessKey = iamOperation<DeleteAccessKeyCommandInput>({
  name: 'DeleteAccessKey',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName, AccessKeyId }, request) {
    const user = calledUser(context, UserName, request);
    if (!user.accessKeys.some(({ id }) => id === AccessKeyId)) throw noSuchKey(AccessKeyId);
    user.accessKeys = user.accessKeys.filter(({ id }) => id !== AccessKeyId);
  },
});

/** What a key was last used for since the emulator started. */
const getAccessKeyLastUsed = iamOperation<GetAccessKeyLastUsedCommandInput>({
  name: 'GetAccessKeyLastUsed',
  on({ AccessKeyId = '' }, context) {
    const owner = context.store.userOfKey(AccessKeyId)?.user;
    return owner ? onEntity(USER, context, owner.name) : onEverything();
  },
  handle({ store, sessions }, { AccessKeyId }, { caller }) {
    const found = store.userOfKey(AccessKeyId);
    if (!found) {
      const { arn } = sessions.identityOf(caller.accessKeyId);
      throw new AwsError(
        'AccessDenied',
        `User: ${arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
        403,
      );
    }
    const used = sessions.lastUseOf(AccessKeyId);
    return {
      UserName: found.user.name,
      AccessKeyLastUsed: {
        ...(used ? { LastUsedDate: secondsOf(used.timeMs) } : {}),
        ServiceName: used?.service ?? 'N/A',
        Region: used?.region ?? 'N/A',
      },
    };
  },
});

export const accessKeyOperations: readonly Operation<IamContext>[] = [
  createAccessKey,
  listAccessKeys,
  updateAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
];
