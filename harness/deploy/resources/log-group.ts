import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroupResource } from '../resource.ts';
import { type Change, type ResourceDriver, unlessNotFound } from './resource-driver.ts';

/** A function's log group, made beforehand so that it carries tags and the functions need no right to make it. */
export const logGroup: ResourceDriver<LogGroupResource> = {
  async apply({ clients: { logs }, tags }, { name, retentionDays }) {
    const change: Change = await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags })).then(
      () => 'created',
      (error: Error) => {
        if (error.name !== 'ResourceAlreadyExistsException') throw error;
        return 'unchanged';
      },
    );
    if (retentionDays !== undefined) {
      await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: retentionDays }));
    }
    return change;
  },

  async remove({ clients: { logs } }, { name }) {
    return (await unlessNotFound(logs.send(new DeleteLogGroupCommand({ logGroupName: name })))) !== undefined;
  },
};
