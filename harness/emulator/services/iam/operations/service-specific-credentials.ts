/** Passwords of users for single services. They are answered once and not kept: no service here asks for them. */
import type {
  CreateServiceSpecificCredentialCommandInput,
  DeleteServiceSpecificCredentialCommandInput,
  ListServiceSpecificCredentialsCommandInput,
  ResetServiceSpecificCredentialCommandInput,
  UpdateServiceSpecificCredentialCommandInput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import { alphanumeric } from '../../../../core/ids.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { limitExceeded } from '../errors.ts';
import { secondsOf } from '../shapes.ts';
import type { ServiceCredential, User } from '../store/entities.ts';
import { generateServicePassword } from '../store/secrets.ts';
import { calledUser, onCalledUser, onEntity, USER } from './entity-kinds.ts';
import { iamOperation, pageFor } from './operation.ts';

const SERVICES = ['codecommit.amazonaws.com', 'cassandra.amazonaws.com'];
/** For each service. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html */
const MAX_CREDENTIALS = 2;

const missing = (message: string) => new AwsError('NoSuchEntity', message, 404);

const metadata = (user: User, credential: ServiceCredential) => ({
  CreateDate: secondsOf(credential.createdMs),
  ServiceName: credential.serviceName,
  ServiceUserName: credential.serviceUserName,
  ServiceSpecificCredentialId: credential.id,
  UserName: user.name,
  Status: credential.isActive ? 'Active' : 'Inactive',
});

/** @throws AwsError NoSuchEntity */
function credentialOf({ serviceCredentials = [] }: User, id: string): ServiceCredential {
  const credential = serviceCredentials.find((one) => one.id === id);
  if (!credential) throw missing(`No such credential ${id} exists`);
  return credential;
}

const create = iamOperation<CreateServiceSpecificCredentialCommandInput>({
  name: 'CreateServiceSpecificCredential',
  on: ({ UserName }, context) => onEntity(USER, context, UserName),
  handle({ env, store }, { UserName, ServiceName }) {
    const user = store.user(UserName);
    if (!SERVICES.includes(ServiceName)) {
      throw missing(`No such service ${ServiceName} is supported for Service Specific Credentials`);
    }
    const present = user.serviceCredentials ?? [];
    const ofService = present.filter(({ serviceName }) => serviceName === ServiceName);
    if (ofService.length >= MAX_CREDENTIALS) {
      throw limitExceeded(`Cannot exceed quota for ServiceSpecificCredentialsPerUser: ${MAX_CREDENTIALS}`);
    }
    const name = `${user.name}-at-${env.accountId}`;
    const isTaken = ofService.some(({ serviceUserName }) => serviceUserName === name);
    const credential: ServiceCredential = {
      id: `ACCA${alphanumeric(env.random, 17)}`,
      serviceName: ServiceName,
      serviceUserName: isTaken ? name.replace('-at-', '+1-at-') : name,
      isActive: true,
      createdMs: env.clock.nowMs(),
    };
    user.serviceCredentials = [...present, credential];
    return {
      ServiceSpecificCredential: {
        ...metadata(user, credential),
        ServicePassword: generateServicePassword(),
      },
    };
  },
});

const list = iamOperation<ListServiceSpecificCredentialsCommandInput>({
  name: 'ListServiceSpecificCredentials',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, input, request) {
    const user = calledUser(context, input.UserName, request);
    const all = (user.serviceCredentials ?? [])
      .filter(({ serviceName }) => input.ServiceName === undefined || serviceName === input.ServiceName)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const { items, more } = pageFor(input, ['passwords of', user.id, input.ServiceName], all, ({ id }) => id);
    return { ServiceSpecificCredentials: items.map((one) => metadata(user, one)), ...more };
  },
});

const update = iamOperation<UpdateServiceSpecificCredentialCommandInput>({
  name: 'UpdateServiceSpecificCredential',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName, ServiceSpecificCredentialId, Status }, request) {
    const user = calledUser(context, UserName, request);
    credentialOf(user, ServiceSpecificCredentialId).isActive = Status === 'Active';
  },
});

const reset = iamOperation<ResetServiceSpecificCredentialCommandInput>({
  name: 'ResetServiceSpecificCredential',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName, ServiceSpecificCredentialId }, request) {
    const user = calledUser(context, UserName, request);
    const credential = credentialOf(user, ServiceSpecificCredentialId);
    return {
      ServiceSpecificCredential: {
        ...metadata(user, credential),
        ServicePassword: generateServicePassword(),
      },
    };
  },
});

const remove = iamOperation<DeleteServiceSpecificCredentialCommandInput>({
  name: 'DeleteServiceSpecificCredential',
  on: ({ UserName }, context, request) => onCalledUser(context, UserName, request),
  handle(context, { UserName, ServiceSpecificCredentialId }, request) {
    const user = calledUser(context, UserName, request);
    const { id } = credentialOf(user, ServiceSpecificCredentialId);
    user.serviceCredentials = user.serviceCredentials?.filter((one) => one.id !== id) ?? [];
  },
});

export const serviceSpecificCredentialOperations: readonly Operation<IamContext>[] = [
  create,
  list,
  update,
  reset,
  remove,
];
