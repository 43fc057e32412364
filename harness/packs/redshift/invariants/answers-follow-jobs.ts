import { evidenceFiles, type Invariant } from '../../../assertions/assertion.ts';
import { showList } from '../../../assertions/show.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.ts';
import type { ChildRecord } from '../../../record/run-record.ts';
import { resultsOf } from '../evidence/results.ts';

const objectOf = (value: Json | undefined): JsonObject | undefined =>
  value !== undefined && isJsonObject(value) ? value : undefined;

/** Each child of the Distributed Map has a partition of its own, and its answer and its result are about it, not about another child's. */
export const answersFollowJobs: Invariant = {
  name: 'each job is done once, and its answer is its own',
  evaluate({ record }) {
    const children = record.executions
      .flatMap((execution) => execution.children)
      .filter(({ status, input }) => status === 'SUCCEEDED' && objectOf(input)?.['RANK'] !== undefined);
    const answered = children.filter(({ output }) => objectOf(output)?.['rank'] !== undefined);
    // Functions of the original kind answer no rank.
    if (answered.length === 0) return [];
    const samples = new Map(
      resultsOf(record).map((result) => [String(result['rank']), result['total_samples']]),
    );
    const jobs = new Map(children.map(({ input }) => [String(objectOf(input)!['RANK']), objectOf(input)!]));
    const wrong = [
      ...children.flatMap((child) => problemOf(child, samples)),
      ...repeatedJobs(children),
      ...resultsOf(record).flatMap((result) => echoProblems(result, jobs.get(String(result['rank'])))),
    ];
    return [
      {
        name: answersFollowJobs.name,
        outcome: wrong.length === 0 ? 'passed' : 'failed',
        expected: 'one child execution a rank, whose answer and result are those of its job',
        actual: wrong.length === 0 ? `holds in ${children.length} child executions` : showList(wrong, 3),
        path: [],
        evidence: evidenceFiles.history,
      },
    ];
  },
};

function problemOf({ input, output }: ChildRecord, samples: ReadonlyMap<string, unknown>): string[] {
  const [job, answer] = [objectOf(input)!, objectOf(output)];
  const rank = String(job['RANK']);
  if (!answer) return [`rank ${rank} answers ${JSON.stringify(output ?? null)}`];
  const wanted = {
    statusCode: 200,
    rank: Number(rank),
    run_id: job['RUN_ID'],
    result_key: `${String(job['RESULT_PATH'])}/${rank}.json`,
    total_samples: samples.get(rank),
  };
  return Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined || answer[name] === value
      ? []
      : [
          `rank ${rank} answers ${name} ${JSON.stringify(answer[name] ?? null)} instead of ${JSON.stringify(value)}`,
        ],
  );
}

/** What a result repeats of its job, by member. */
const ECHOED = {
  batch_size: 'BATCH_SIZE',
  file_limit: 'FILE_LIMIT',
  data_path: 'DATA_PATH',
  data_prefix: 'DATA_PREFIX',
  data_bucket: 'DATA_BUCKET',
  result_path: 'RESULT_PATH',
} as const;

function echoProblems(result: JsonObject, job: JsonObject | undefined): string[] {
  return Object.entries(ECHOED).flatMap(([name, of]) => {
    const [found, wanted] = [result[name], job?.[of]];
    if (found === undefined || wanted === undefined || JSON.stringify(found) === JSON.stringify(wanted))
      return [];
    return [
      `the result of rank ${String(result['rank'])} has ${name} ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`,
    ];
  });
}

function repeatedJobs(children: readonly ChildRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { input, mapRunArn } of children) {
    const name = `${mapRunArn} ${String(objectOf(input)!['RANK'])}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].flatMap(([name, count]) =>
    count === 1 ? [] : [`rank ${name.split(' ').at(-1)} has ${count} child executions`],
  );
}
