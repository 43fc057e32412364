import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource } from '../document/source.ts';
import type { Project } from '../project/project.ts';
import { mistakesOfMock, unservedStates } from '../project/unserved-states.ts';
import type { Scenario } from './schema.ts';

/** Mocks that say what the integration of their state never answers. */
export function checkMocks({ mocks }: Scenario, project: Project, source: DocumentSource): Diagnostic[] {
  if (mocks === undefined) return [];
  const hint = 'Answers: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html';
  return unservedStates(project).flatMap((unserved) =>
    (mocks[unserved.state] ?? []).flatMap((one, index) => {
      const path = ['mocks', unserved.state, index, one.throw === undefined ? 'return' : 'throw'];
      return [...new Set(mistakesOfMock(unserved, one))].map((message) =>
        source.diagnose(path, message, { hint }),
      );
    }),
  );
}
