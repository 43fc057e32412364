import { pageOf } from '../../../http/pages.ts';
import { invalidPaginationToken } from '../errors.ts';
import { readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html */
export const listStateMachines = statesOperation({
  name: 'ListStateMachines',
  read: readPage,
  handle(context, { maxResults, nextToken }) {
    // By name, as AWS's console shows them; a stable order for the pages.
    const machines = [...context.machines.all()].sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageOf(machines, {
      list: 'ListStateMachines',
      maxResults,
      nextToken,
      invalidToken: invalidPaginationToken,
      keyOf: (machine) => machine.name,
      isAfter: (machine, key) => machine.name > key,
    });
    return {
      stateMachines: page.entries.map(({ arn, name, type, createdAtMs }) => ({
        stateMachineArn: arn,
        name,
        type,
        creationDate: seconds(createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});
