import { alphanumeric } from '../../../../core/ids.ts';
import { limitExceeded } from '../errors.ts';
import { calledUser, defineIamOperation } from '../parameters.ts';
import { isoDate } from '../shapes.ts';
import { generateSecret } from '../store/secrets.ts';

const MAX_KEYS = 2;

export const createAccessKey = defineIamOperation({
  name: 'CreateAccessKey',
  handle(context, input, request) {
    const { env, store } = context;
    const user = calledUser(context, input, request);
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
    store.save();
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: key.id,
        Status: 'Active',
        SecretAccessKey: key.secret,
        CreateDate: isoDate(key.createdMs),
      },
    };
  },
});
