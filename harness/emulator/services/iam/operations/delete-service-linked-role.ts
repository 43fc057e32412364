import { uuid } from '../../../../core/ids.ts';
import { noSuchRole } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { isServiceLinked } from '../service-linked-roles.ts';

/** Nothing here uses such a role: it is gone at once, and the task that AWS works on later is done. */
export const deleteServiceLinkedRole = defineIamOperation({
  name: 'DeleteServiceLinkedRole',
  handle({ env, store, deletions }, input) {
    const role = store.role(required(input, 'RoleName'));
    if (!isServiceLinked(role)) throw noSuchRole(role.name);
    store.roles.delete(role.name);
    store.save();
    const task = `task${role.path}${role.name}/${uuid(env.random)}`;
    deletions.add(task);
    return { DeletionTaskId: task };
  },
});
