import { subjectsOf } from '../../evidence/subjects.ts';
import { begin as beginRelease } from '../../release/journal.ts';
import { changeJournal, nowText, type Step } from '../context.ts';

/** Records what is about to be done before it is done, so that an interrupted release can be finished. */
export const begin: Step = {
  name: 'journal',
  async run(context) {
    const { store, blueprint, plan, evidenceText, artifacts } = context;
    await store.writeEvidence(evidenceText);
    await store.writeBlueprint(blueprint);
    const digests = subjectsOf(artifacts).map(({ name, digest }) => [name, digest.sha256]);
    await changeJournal(context, (journal) =>
      beginRelease(journal, {
        release: blueprint.release,
        artifacts: Object.fromEntries(digests),
        evidence: plan.evidence.sha256,
        signer: plan.evidence.signer,
        ...(plan.evidence.commit === undefined ? {} : { commit: plan.evidence.commit }),
        by: plan.caller,
        startedAt: nowText(context),
      }),
    );
  },
};
