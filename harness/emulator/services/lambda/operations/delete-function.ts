import { defineLambdaOperation } from '../context.ts';
import { invalidParameter, resourceConflict } from '../errors.ts';
import { isAliasName } from '../function-name.ts';

export const deleteFunction = defineLambdaOperation({
  name: 'DeleteFunction',
  http: { method: 'DELETE', path: '/2015-03-31/functions/{FunctionName}' },
  status: 204,
  handle({ store, control, pool, provisioner }, input) {
    const reference = input.reference();
    const { qualifier } = reference;
    if (qualifier !== undefined && isAliasName(qualifier)) {
      throw invalidParameter('Deletion of aliases is not currently supported.');
    }
    if (qualifier === '$LATEST') {
      throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
    }
    const found = store.get({ name: reference.name });
    if (qualifier === undefined) {
      for (const provisioned of Object.keys(found.provisioned ?? {}))
        provisioner.forget(found.name, provisioned);
      control.delete(found);
      return undefined;
    }
    const users = Object.values(found.aliases).filter((alias) => alias.functionVersion === qualifier);
    if (users.length > 0) {
      throw resourceConflict(
        `Unable to delete version because the following aliases reference it: [${users.map((alias) => alias.name).join(', ')}]`,
      );
    }
    found.published = found.published.filter((version) => version.version !== qualifier);
    delete found.provisioned?.[qualifier];
    store.save(found);
    provisioner.forget(found.name, qualifier);
    pool.retire(found.name);
    return undefined;
  },
});
