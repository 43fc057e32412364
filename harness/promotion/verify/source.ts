import type { Check } from './check.ts';
import { runName, runsOf } from './check.ts';

/** The runs were made from the commit that is promoted, and neither then nor now are there changes beside it. */
export const source: Check = {
  name: 'source',
  reasons(context) {
    const { commit, cleanWorkTree } = context.policy.evidence;
    const wanted = commit === 'HEAD' ? context.source?.commit : commit;
    const reasons = runsOf(context).flatMap((run) => {
      const { source: ran } = run.provenance;
      const found: string[] = [];
      if (wanted !== undefined && wanted !== 'any' && ran.commit !== wanted) {
        found.push(
          ran.commit === undefined
            ? `${runName(run)} ran outside of a git repository, not at ${wanted}`
            : `${runName(run)} ran at commit ${ran.commit}, not at ${wanted}`,
        );
      }
      if (cleanWorkTree && !ran.clean) {
        found.push(`${runName(run)} ran in a work tree with changes${listed(ran.changed)}`);
      }
      return found;
    });
    if (commit === 'HEAD' && context.source && context.source.commit === undefined) {
      reasons.push('the commit that is promoted is unknown: this is no git repository');
    }
    if (cleanWorkTree && context.source && !context.source.clean) {
      reasons.push(`the work tree has changes${listed(context.source.changed)}`);
    }
    return reasons;
  },
};

function listed(files: readonly string[]): string {
  if (files.length === 0) return '';
  const more = files.length > 3 ? ` and ${files.length - 3} more` : '';
  return `: ${files.slice(0, 3).join(', ')}${more}`;
}
