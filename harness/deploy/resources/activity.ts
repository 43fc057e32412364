import { CreateActivityCommand, DeleteActivityCommand, DescribeActivityCommand } from '@aws-sdk/client-sfn';
import type { ActivityResource } from '../resource.ts';
import { type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** An activity; creating one that exists is no error and changes nothing. */
export const activity: ResourceDriver<ActivityResource> = {
  async apply({ clients: { stepfunctions }, tags }, { name, arn }) {
    const present = await unlessNotFound(
      stepfunctions.send(new DescribeActivityCommand({ activityArn: arn })),
    );
    if (present) return 'unchanged';
    await stepfunctions.send(
      new CreateActivityCommand({
        name,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      }),
    );
    return 'created';
  },

  async remove({ clients: { stepfunctions } }, { arn }) {
    const present = await unlessNotFound(
      stepfunctions.send(new DescribeActivityCommand({ activityArn: arn })),
    );
    if (!present) return false;
    await stepfunctions.send(new DeleteActivityCommand({ activityArn: arn }));
    return true;
  },
};
