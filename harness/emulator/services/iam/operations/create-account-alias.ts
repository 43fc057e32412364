import { validationError } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';

/** An account has one alias; another takes its place. */
export const createAccountAlias = defineIamOperation({
  name: 'CreateAccountAlias',
  handle({ store }, input) {
    const alias = required(input, 'AccountAlias');
    if (!/^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/.test(alias)) {
      throw validationError(
        `1 validation error detected: Value '${alias}' at 'accountAlias' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$`,
      );
    }
    store.account.alias = alias;
    store.save();
    return {};
  },
});
