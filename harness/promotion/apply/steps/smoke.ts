import { ReleaseFailed, type Step } from '../context.ts';

/** The new version does what it should before any user's execution reaches it. */
export const smoke: Step = {
  name: 'smoke scenarios',
  async run(context) {
    const { smoke: run, published, onProgress } = context;
    const results = await run(published.stateMachines);
    context.smokeEndedAtMs = Math.max(0, ...results.map(({ endedAtMs }) => endedAtMs));
    for (const { scenario, passed } of results) {
      onProgress(`smoke ${scenario}: ${passed ? 'passed' : 'failed'}`);
    }
    const failed = results.filter(({ passed }) => !passed);
    if (failed.length === 0) return;
    throw new ReleaseFailed(
      failed.map(({ scenario, reasons }) => `smoke scenario ${scenario}: ${reasons.join('; ')}`).join('\n'),
    );
  },
};
