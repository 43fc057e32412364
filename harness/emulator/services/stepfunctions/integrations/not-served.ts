/**
 * Everything AWS offers and the emulator does not: the task fails with a sentence that names it, and is noted, so that
 * no run passes by catching the failure.
 */
import { type Integration, TaskFailure } from './integration.ts';
import { shownResource } from './resource.ts';

export const notServed: Integration = {
  name: '*',
  serves: () => true,
  run(call, context) {
    const calls = shownResource(call.resource);
    const state = call.task.stateName;
    context.unserved.set(`${state} ${calls}`, { state, calls });
    return Promise.reject(
      new TaskFailure(
        'States.Runtime',
        `The integration '${calls}' is not served by this emulator; mock the state '${state}' or replace the resource ${call.task.resource}.`,
        'run',
        true,
      ),
    );
  },
};
