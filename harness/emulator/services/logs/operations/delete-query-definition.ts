import { defineJsonOperation } from '../../../http/protocols/aws-json.ts';
import type { LogsContext } from '../context.ts';
import { noSuchQueryDefinition } from '../errors.ts';
import { requiredText } from '../parameters.ts';

export const deleteQueryDefinition = defineJsonOperation<LogsContext>({
  name: 'DeleteQueryDefinition',
  handle({ account }, input) {
    if (!account.queryDefinitions.delete(requiredText(input, 'queryDefinitionId'))) {
      throw noSuchQueryDefinition();
    }
    account.save();
    return { success: true };
  },
});
