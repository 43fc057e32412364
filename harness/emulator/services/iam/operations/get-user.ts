import { defineIamOperation } from '../parameters.ts';
import { isoDate } from '../shapes.ts';

/** The account has no users; callers are its root. The date only has to be one. */
const ACCOUNT_CREATED_MS = Date.UTC(2024, 0, 1);

export const getUser = defineIamOperation({
  name: 'GetUser',
  handle: ({ env }) => ({
    User: {
      UserId: env.accountId,
      Arn: `arn:aws:iam::${env.accountId}:root`,
      CreateDate: isoDate(ACCOUNT_CREATED_MS),
      PasswordLastUsed: isoDate(ACCOUNT_CREATED_MS),
    },
  }),
});
