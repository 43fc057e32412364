import { finish as finishRelease } from '../../release/journal.ts';
import { changeJournal, nowText, type Step } from '../context.ts';
import { removeOldPolicies } from '../role-policies.ts';

/** The release serves; rights that only releases before it needed are taken away. */
export const finish: Step = {
  name: 'finish',
  async run(context) {
    await removeOldPolicies(context, [context.blueprint]);
    const endedAt = nowText(context);
    await changeJournal(context, (journal) => finishRelease(journal, endedAt));
  },
};
