import { MANIFEST } from '../../artifacts/manifest.ts';
import { subjectsOf } from '../evidence/subjects.ts';
import type { Check } from './check.ts';

/** What is to be released is, byte for byte, what was run. */
export const digests: Check = {
  name: 'digests',
  reasons({ statement, artifacts }) {
    if (!artifacts) return [];
    const reasons = subjectsOf(artifacts).flatMap(({ name, digest }) => {
      const attested = statement.subject.find((subject) => subject.name === name);
      if (!attested) return [`${name} is not in the evidence`];
      if (attested.digest.sha256 === digest.sha256) return [];
      return [
        `${name} has the digest sha256:${digest.sha256}; sha256:${attested.digest.sha256} was attested`,
      ];
    });
    // What differs differs in the manifest too.
    return reasons.length > 1 ? reasons.filter((reason) => !reason.startsWith(`${MANIFEST} `)) : reasons;
  },
};
