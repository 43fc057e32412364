import type { ArtifactSet } from '../../artifacts/build-artifacts.ts';
import type { FileLookup } from '../evidence/source-files.ts';
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
  /** Contents of the promoted sources; absent when only the evidence is looked at. */
  files?: FileLookup;
  /** The promoted project file relative to its repository. */
  projectPath?: string;
  nowMs: number;
  /** When a witness saw the signature (Sigstore's log), ms since the epoch; absent of a bare key. */
  signedAtMs?: number;
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
