import { defineLambdaOperation } from '../context.ts';

export const deleteAlias = defineLambdaOperation({
  name: 'DeleteAlias',
  http: { method: 'DELETE', path: '/2015-03-31/functions/{FunctionName}/aliases/{Name}' },
  status: 204,
  handle({ store, provisioner }, input) {
    const found = store.get({ name: input.reference().name });
    const name = input.path['Name'] ?? '';
    // What was configured for the alias goes with it.
    delete found.aliases[name];
    delete found.urlConfigs[name];
    delete found.policies[name];
    delete found.eventInvokeConfigs[name];
    delete found.provisioned?.[name];
    provisioner.forget(found.name, name);
    store.save(found);
    return undefined;
  },
});
