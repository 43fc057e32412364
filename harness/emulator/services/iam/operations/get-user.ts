import { defineIamOperation } from '../parameters.ts';
import { isoDate, userShape } from '../shapes.ts';

/** The date of the account only has to be one. */
const ACCOUNT_CREATED_MS = Date.UTC(2024, 0, 1);

/** The user named, or whoever asks: a user, or the root of the account. */
export const getUser = defineIamOperation({
  name: 'GetUser',
  handle({ env, store, sessions }, input, request) {
    const name = input['UserName'];
    if (name !== undefined) return { User: userShape(store.user(name)) };
    const { arn } = sessions.identityOf(request.caller.accessKeyId);
    const own = [...store.users.values()].find((user) => user.arn === arn);
    if (own) return { User: userShape(own) };
    return {
      User: {
        UserId: env.accountId,
        Arn: `arn:aws:iam::${env.accountId}:root`,
        CreateDate: isoDate(ACCOUNT_CREATED_MS),
        PasswordLastUsed: isoDate(ACCOUNT_CREATED_MS),
      },
    };
  },
});
