/** Rank 1 crashes, rank 2 takes all memory, rank 3 never answers; the others do their work. */
import type { Context } from 'aws-lambda';
import { handler as inference } from '../../lambdas/inference/index.ts';
import { handler as exceedsMemory } from './exceeds-memory.ts';
import { handler as neverAnswers } from './never-answers.ts';

export const handler = async (event: { RANK: string }, context: Context) => {
  if (event.RANK === '1') process.exit(1);
  if (event.RANK === '2') return exceedsMemory();
  if (event.RANK === '3') return neverAnswers();
  return inference(event as never, context);
};
