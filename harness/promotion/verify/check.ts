import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import { RUNS, type RunEvidence, type SourceState, type Statement } from '../evidence/statement.ts';
import type { Policy } from '../policy.ts';

/** What checks see: signed evidence, what is to be released, and the policy. */
export interface VerifyContext {
  statement: Statement;
  policy: Policy;
  /** What is to be released; absent when only the evidence is looked at. */
  artifacts?: ArtifactSet;
  /** The sources that are promoted; absent when only the evidence is looked at. */
  source?: SourceState;
  nowMs: number;
}

/** One question to the evidence. Answers the reasons for refusing, one exact sentence each; none when it holds. */
export interface Check {
  /** What holds when nothing is answered, in a few words. */
  name: string;
  reasons(context: VerifyContext): string[];
}

/** The runs that the statement is about. */
export const runsOf = ({ statement }: VerifyContext): RunEvidence[] => statement.predicate[RUNS].runs;

/** `orders[rows=200]`. */
export const runName = ({ scenario, cell }: Pick<RunEvidence, 'scenario' | 'cell'>): string =>
  cell === '' ? scenario : `${scenario}[${cell}]`;
