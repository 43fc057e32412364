/** What the account as a whole is set to: its alias and password policy. Both are stored and returned. */
import type {
  CreateAccountAliasCommandInput,
  DeleteAccountAliasCommandInput,
  ListAccountAliasesCommandInput,
  PasswordPolicy,
  UpdateAccountPasswordPolicyCommandInput,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../../../core/errors.ts';
import type { Operation } from '../../../http/operation.ts';
import type { IamContext } from '../context.ts';
import { iamOperation, onEverything, pageFor } from './operation.ts';

const missing = (message: string) => new AwsError('NoSuchEntity', message, 404);

/** An account has one alias; another takes its place. */
const createAccountAlias = iamOperation<CreateAccountAliasCommandInput>({
  name: 'CreateAccountAlias',
  on: onEverything,
  handle({ store }, { AccountAlias }) {
    store.account.alias = AccountAlias;
  },
});

const listAccountAliases = iamOperation<ListAccountAliasesCommandInput>({
  name: 'ListAccountAliases',
  on: onEverything,
  handle({ store }, input) {
    const { alias } = store.account;
    const { items, more } = pageFor(input, ['aliases'], alias === undefined ? [] : [alias], (one) => one);
    return { AccountAliases: items, ...more };
  },
});

const deleteAccountAlias = iamOperation<DeleteAccountAliasCommandInput>({
  name: 'DeleteAccountAlias',
  on: onEverything,
  handle({ store }, { AccountAlias }) {
    if (store.account.alias !== AccountAlias) {
      throw missing(`The Account Alias with name ${AccountAlias} cannot be found.`);
    }
    delete store.account.alias;
  },
});

/** Members that a request leaves out take their defaults again. */
const updateAccountPasswordPolicy = iamOperation<UpdateAccountPasswordPolicyCommandInput>({
  name: 'UpdateAccountPasswordPolicy',
  on: onEverything,
  handle({ store }, input) {
    const { MinimumPasswordLength = 6, PasswordReusePrevention, MaxPasswordAge, HardExpiry } = input;
    store.account.passwordPolicy = {
      MinimumPasswordLength,
      RequireSymbols: input.RequireSymbols ?? false,
      RequireNumbers: input.RequireNumbers ?? false,
      RequireUppercaseCharacters: input.RequireUppercaseCharacters ?? false,
      RequireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
      AllowUsersToChangePassword: input.AllowUsersToChangePassword ?? false,
      ExpirePasswords: MaxPasswordAge !== undefined,
      ...(PasswordReusePrevention === undefined ? {} : { PasswordReusePrevention }),
      ...(MaxPasswordAge === undefined ? {} : { MaxPasswordAge }),
      ...(HardExpiry === undefined ? {} : { HardExpiry }),
    } satisfies PasswordPolicy;
  },
});

const getAccountPasswordPolicy = iamOperation<object>({
  name: 'GetAccountPasswordPolicy',
  on: onEverything,
  handle({ env, store }) {
    const { passwordPolicy } = store.account;
    if (passwordPolicy) return { PasswordPolicy: passwordPolicy };
    throw missing(`The Password Policy with domain name ${env.accountId} cannot be found.`);
  },
});

const deleteAccountPasswordPolicy = iamOperation<object>({
  name: 'DeleteAccountPasswordPolicy',
  on: onEverything,
  handle({ store }) {
    if (!store.account.passwordPolicy) {
      throw missing('The account policy with name PasswordPolicy cannot be found.');
    }
    delete store.account.passwordPolicy;
  },
});

export const accountOperations: readonly Operation<IamContext>[] = [
  createAccountAlias,
  listAccountAliases,
  deleteAccountAlias,
  updateAccountPasswordPolicy,
  getAccountPasswordPolicy,
  deleteAccountPasswordPolicy,
];
