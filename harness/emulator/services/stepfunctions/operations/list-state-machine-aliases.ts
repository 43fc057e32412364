import { pageOf } from '../../../http/pages.ts';
import { aliasArn } from '../aliases.ts';
import { isVersion, parseMachineArn } from '../arn.ts';
import { invalidPaginationToken, resourceNotFound, stateMachineDoesNotExist } from '../errors.ts';
import { ARN_RULES, readPage } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { seconds } from '../render/seconds.ts';

/** Of a machine, or those that route to one version. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html */
export const listStateMachineAliases = statesOperation({
  name: 'ListStateMachineAliases',
  read: (members) => ({
    stateMachineArn: members.text('stateMachineArn', ARN_RULES),
    ...readPage(members),
  }),
  handle(context, { stateMachineArn, maxResults, nextToken }) {
    const { machineArn, qualifier } = parseMachineArn(stateMachineArn);
    const machine = context.machines.find(machineArn);
    if (!machine) throw stateMachineDoesNotExist(stateMachineArn);
    if (qualifier !== undefined && !(isVersion(qualifier) && machine.versions.has(Number(qualifier))))
      throw resourceNotFound();
    const aliases = [...machine.aliases.values()].filter(
      (alias) =>
        qualifier === undefined ||
        alias.routing.some((entry) => entry.stateMachineVersionArn === stateMachineArn),
    );
    aliases.sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = pageOf(aliases, {
      list: `ListStateMachineAliases ${stateMachineArn}`,
      maxResults,
      nextToken,
      invalidToken: invalidPaginationToken,
      keyOf: (alias) => alias.name,
      isAfter: (alias, key) => alias.name > key,
    });
    return {
      stateMachineAliases: page.entries.map((alias) => ({
        stateMachineAliasArn: aliasArn(machine, alias),
        creationDate: seconds(alias.createdAtMs),
      })),
      nextToken: page.nextToken,
    };
  },
});
