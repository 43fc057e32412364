import { pageOf } from '../../../http/pages.ts';
import { invalidPaginationToken } from '../errors.ts';
import { ARN_RULES, readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';
import { versionArn } from '../versions.ts';

/** Newest first. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html */
export const listStateMachineVersions = statesOperation({
  name: 'ListStateMachineVersions',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    ...readPage(members),
  }),
  handle(context, { stateMachineArn, maxResults, nextToken }) {
    const machine = context.machines.get(stateMachineArn);
    const page = pageOf(
      [...machine.versions.values()].sort((a, b) => b.number - a.number),
      {
        list: `ListStateMachineVersions ${stateMachineArn}`,
        maxResults,
        nextToken,
        invalidToken: invalidPaginationToken,
        keyOf: (version) => String(version.number),
        isAfter: (version, key) => version.number < Number(key),
      },
    );
    return {
      stateMachineVersions: page.entries.map((version) => ({
        stateMachineVersionArn: versionArn(machine, version),
        creationDate: seconds(version.createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});
