import { AwsError } from '../../../../core/errors.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { isoDate } from '../shapes.ts';

/** What a user's key was last used for; nothing since the emulator started is `N/A`. */
export const getAccessKeyLastUsed = defineIamOperation({
  name: 'GetAccessKeyLastUsed',
  handle({ store, sessions }, input, request) {
    const id = required(input, 'AccessKeyId');
    const found = store.userOfKey(id);
    if (!found) {
      const { arn } = sessions.identityOf(request.caller.accessKeyId);
      throw new AwsError(
        'AccessDenied',
        `User: ${arn} is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${id}`,
        403,
      );
    }
    const used = sessions.lastUseOf(id);
    return {
      UserName: found.user.name,
      AccessKeyLastUsed: {
        ...(used ? { LastUsedDate: isoDate(used.timeMs) } : {}),
        ServiceName: used?.service ?? 'N/A',
        Region: used?.region ?? 'N/A',
      },
    };
  },
});
