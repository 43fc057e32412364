import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import { namedText } from '../account-page.ts';
import type { LogsContext } from '../context.ts';
import { destinationShape } from '../destinations.ts';
import { requiredText, tagMap } from '../parameters.ts';

/** Makes a destination or changes its target and role. */
export const putDestination = defineJsonOperation<LogsContext>({
  name: 'PutDestination',
  handle({ env, account }, input) {
    const destinationName = namedText(input, 'destinationName');
    const before = account.destinations.get(destinationName);
    const destination = {
      creationTime: env.clock.nowMs(),
      arn: `arn:aws:logs:${env.region}:${env.accountId}:destination:${destinationName}`,
      tags: tagMap(input),
      ...before,
      destinationName,
      targetArn: requiredText(input, 'targetArn'),
      roleArn: requiredText(input, 'roleArn'),
    };
    account.destinations.set(destinationName, destination);
    account.save();
    return { destination: destinationShape(destination) };
  },
});
