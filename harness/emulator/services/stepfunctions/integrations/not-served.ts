/** Everything AWS offers and the emulator does not: the task fails with a sentence that names it. */
import { type Integration, TaskFailure } from './integration.ts';
import { shownResource } from './resource.ts';

export const notServed: Integration = {
  name: '*',
  serves: () => true,
  run: (call) =>
    Promise.reject(
      new TaskFailure(
        'States.Runtime',
        `The integration '${shownResource(call.resource)}' is not served by this emulator; mock the state '${call.task.stateName}' or replace the resource ${call.task.resource}.`,
        'run',
        true,
      ),
    ),
};
