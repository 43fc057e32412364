/** The short form of the bench `kept`: nothing acknowledged is lost, and nothing is lost without a warning. */
import { expect, it } from 'vitest';
import { damaged, fullDisk, killed, mountRefusal } from '../../load/kept-soak.ts';

const WHOLE = { lost: [], different: [], silent: [] };
const refusal = mountRefusal();

it('loses nothing by SIGKILL, and goes on with executions as if nothing had happened', async () => {
  const round = await killed(2, 'kept');
  expect(round).toMatchObject(WHOLE);
  expect(round.compared).toBeGreaterThan(4);
});

it('reports a flipped bit in a file of every kind before anything is served wrongly', async () => {
  const rounds = await damaged(1, 'kept', /executions|stepfunctions\/journal|s3\/(?:blobs|buckets)/);
  expect(rounds.map(({ name }) => name).join()).toMatch(/executions.*s3\/blobs/s);
  expect(rounds.flatMap(({ name, silent }) => silent.map((line) => `${name}: ${line}`))).toEqual([]);
});

it.skipIf(refusal !== undefined)(
  `answers errors while the disk is full, and takes writes again${refusal === undefined ? '' : ': nothing can be mounted here'}`,
  async () => {
    const rounds = await fullDisk(2, 'kept');
    expect(rounds).toMatchObject([WHOLE, WHOLE]);
  },
);
