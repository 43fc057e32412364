import { subjectsOf } from '../evidence/subjects.ts';
import type { Check } from './check.ts';

/** What is to be released is, byte for byte, what was run. */
export const digests: Check = {
  name: 'digests',
  reasons({ statement, artifacts }) {
    if (!artifacts) return [];
    return subjectsOf(artifacts).flatMap(({ name, digest }) => {
      const attested = statement.subject.find((subject) => subject.name === name);
      if (!attested) return [`${name} is not in the evidence`];
      if (attested.digest.sha256 === digest.sha256) return [];
      return [
        `${name} has the digest sha256:${digest.sha256}; sha256:${attested.digest.sha256} was attested`,
      ];
    });
  },
};
