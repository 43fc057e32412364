import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { expectSchemaFor, judge } from '../../../harness/assertions/index.ts';
import { invariantsFor } from '../../../harness/assertions/invariants/index.ts';
import type { Bound } from '../../../harness/metrics/bound.ts';
import type { RunRecord } from '../../../harness/record/run-record.ts';
import { predictionsIn, resultsIn, sampleEvidence, sampleResult, truthIn } from './sample-record.ts';

type Expect = z.input<ReturnType<typeof expectSchemaFor>>;
type Change = (record: RunRecord) => void;

function failures(expected: Expect, change?: Change, thresholds: Record<string, Bound> = {}) {
  const verdicts = judge(expectSchemaFor('redshift').parse(expected), thresholds, sampleEvidence(change));
  return verdicts.filter((verdict) => verdict.outcome !== 'passed');
}

const broken: Change = (record) => {
  record.executions[0]!.status = 'FAILED';
  record.executions[0]!.error = 'States.ExceedToleratedFailureThreshold';
  record.executions[0]!.cause = 'the Map failed';
  record.executions[0]!.children[0]!.cause =
    '{"errorType":"PartitionError.Truncated","errorMessage":"1.pt ends early"}';
  record.evidence['results'] = [];
  record.evidence['predictions'] = [];
};

describe('judging a run', () => {
  it('passes a good run with everything asked', () => {
    expect(
      failures(
        {
          output: { statusCode: 200, body: { results: { gte: 2 } } },
          states: { Initialize: { visits: 1 }, 'Model Inference': { visits: 2 }, Catch: { visited: false } },
          jsonata: [{ name: 'each once', that: '$count($distinct(results.data_path)) = 2' }],
          objects: [
            { key: 'results/1/*.json', count: 3 },
            { key: 'results/1/2.json', exists: false },
          ],
          results: { count: 2, each: { batch_size: 512, sample_persec: { gt: 0 } } },
          predictions: { finite: true, MAE: { lt: 0.001 }, outlierFraction: { lt: '1 %' }, R2: { gt: 0.99 } },
        },
        undefined,
        {
          'max(inference.duration)': { lt: '3 s' },
          'sum(batches)': { eq: 4 },
          'cost.total': { lt: '1 USD' },
        },
      ),
    ).toEqual([]);
  });

  it('passes a run that should fail and does', () => {
    expect(
      failures(
        {
          status: 'FAILED',
          error: { matches: 'Exceed.*Threshold$' },
          cause: { contains: 'PartitionError.Truncated' },
        },
        broken,
      ),
    ).toEqual([]);
  });

  // Each row: what is asked, what is wrong with the run, the path of the verdict, what it says.
  it.each<[string, Expect, Change | undefined, (string | number)[], RegExp]>([
    [
      'status',
      {},
      broken,
      ['expect', 'status'],
      /^FAILED \(PartitionError\.Truncated: 1\.pt ends early; 1 of 2 children failed, hence States\.Exceed/,
    ],
    ['error', { status: 'FAILED', error: 'Other' }, broken, ['expect', 'error'], /"States\.Exceed/],
    [
      'cause',
      { status: 'FAILED', cause: { contains: 'hostile' } },
      broken,
      ['expect', 'cause'],
      /ends early/,
    ],
    ['no error', { error: 'Other' }, undefined, ['expect', 'error'], /no error/],
    ['output', { output: { body: { results: 3 } } }, undefined, ['expect', 'output'], /^2$/],
    ['output member', { output: { other: 1 } }, undefined, ['expect', 'output'], /nothing/],
    [
      'visited',
      { states: { Catch: { visited: true } } },
      undefined,
      ['expect', 'states', 'Catch', 'visited'],
      /entered 0 times; states entered: Initialize, Distributed Inference/,
    ],
    [
      'visits',
      { states: { Summarize: { visits: 2 } } },
      undefined,
      ['expect', 'states', 'Summarize', 'visits'],
      /entered 1 times/,
    ],
    [
      'jsonata',
      { jsonata: [{ name: 'x', that: '$count(results) = 3' }] },
      undefined,
      ['expect', 'jsonata', 0, 'that'],
      /false/,
    ],
    [
      'jsonata error',
      { jsonata: [{ name: 'x', that: '$number("x") = 1' }] },
      undefined,
      ['expect', 'jsonata', 0, 'that'],
      /an error/,
    ],
    [
      'objects',
      { objects: [{ key: 'results/1/*.json', count: 2 }] },
      undefined,
      ['expect', 'objects', 0],
      /^3: /,
    ],
    [
      'objects that must not be',
      { objects: [{ key: '*combined*', exists: false }] },
      undefined,
      ['expect', 'objects', 0],
      /^1: results/,
    ],
    [
      'dots are no wildcards',
      { objects: [{ key: 'results/1/0xjson', exists: true }] },
      undefined,
      ['expect', 'objects', 0],
      /^0$/,
    ],
    [
      'a lost result',
      {},
      (record) => void resultsIn(record).pop(),
      ['expect', 'complete'],
      /1 missing: 25MB\/2\.pt/,
    ],
    [
      'a result twice',
      {},
      (record) => void resultsIn(record).push(sampleResult()),
      ['expect', 'complete'],
      /1 duplicated: 25MB\/1\.pt/,
    ],
    [
      'a foreign result',
      {},
      (record) => void resultsIn(record).push(sampleResult({ data_path: 'old/9.pt' })),
      ['expect', 'complete'],
      /1 unknown: old\/9\.pt/,
    ],
    [
      'too few samples',
      {},
      (record) => {
        resultsIn(record)[0]!['total_samples'] = 599;
      },
      ['expect', 'complete'],
      /599 samples in 2 batches instead of 600 in 2/,
    ],
    [
      'too few batches',
      {},
      (record) => {
        resultsIn(record)[0]!.num_batches = 1;
      },
      ['expect', 'complete'],
      /600 samples in 1 batches instead of 600 in 2/,
    ],
    [
      'lost on purpose, but there',
      { complete: { lost: [2] } },
      undefined,
      ['expect', 'complete'],
      /1 not missing, as was expected: 25MB\/2\.pt/,
    ],
    ['number of results', { results: { count: 3 } }, undefined, ['expect', 'results', 'count'], /^2$/],
    [
      'each result',
      { results: { each: { device: 'gpu' } } },
      undefined,
      ['expect', 'results', 'each'],
      /"cpu" in the result of 25MB\/1\.pt \(2 of 2/,
    ],
    [
      'each of no results',
      { complete: false, results: { each: { device: 'cpu' } } },
      (record) => {
        record.evidence['results'] = [];
      },
      ['expect', 'results', 'each'],
      /0 results/,
    ],
    [
      'a prediction that is NaN',
      { predictions: { finite: true } },
      (record) => {
        predictionsIn(record)[1]!.zPred[7] = Number.NaN;
      },
      ['expect', 'predictions', 'finite'],
      /1 not finite, first 25MB\/2\.pt sample 7: NaN/,
    ],
    [
      'predictions that are missing',
      { predictions: { finite: true } },
      (record) => void predictionsIn(record).pop(),
      ['expect', 'predictions', 'finite'],
      /600 finite/,
    ],
    [
      'accuracy',
      { predictions: { MAE: { lt: 0.001 } } },
      (record) => {
        predictionsIn(record)[0]!.zPred = predictionsIn(record)[0]!.zPred.map((value) => value + 0.1);
      },
      ['expect', 'predictions', 'MAE'],
      /0\.05 over 1200 samples/,
    ],
    [
      'accuracy of nothing',
      { predictions: { R2: { gt: 0 } } },
      (record) => {
        record.evidence['predictions'] = [];
      },
      ['expect', 'predictions', 'R2'],
      /no predictions/,
    ],
  ])('fails on %s', (_, expected, change, path, actual) => {
    const found = failures(expected, change).find((verdict) => verdict.path.join('/') === path.join('/'));
    expect(found, `a verdict at ${path.join('.')}`).toBeDefined();
    expect(found!.outcome).toBe('failed');
    expect(found!.actual).toMatch(actual);
    expect(found!.evidence).toMatch(/\.json$/);
  });

  it('judges only how it ended when it ended otherwise than expected', () => {
    const asked: Expect = {
      output: { statusCode: 200 },
      predictions: { finite: true },
      results: { count: 2 },
    };
    const found = failures(asked, broken, { 'count(batches)': { eq: 4 } });
    expect(found.filter((verdict) => verdict.outcome === 'failed').map((verdict) => verdict.name)).toEqual([
      'status',
    ]);
    expect(found.filter((verdict) => verdict.follows).length).toBeGreaterThanOrEqual(4);
  });

  it('reports thresholds: failed, soft, and not judged for want of evidence', () => {
    const thresholds: Record<string, Bound> = {
      'max(inference.duration)': { lt: '1 s' },
      'mean(throughput)': { gt: '1 Gbps', soft: true },
      'mean(waitedForCore)': { lt: '1 s' },
    };
    expect(failures({}, undefined, thresholds)).toMatchObject([
      {
        name: 'max(inference.duration)',
        outcome: 'failed',
        expected: '< 1 s',
        actual: '2.501 s',
        path: ['thresholds', 'max(inference.duration)'],
      },
      { name: 'mean(throughput)', outcome: 'failed', soft: true, actual: '49.25 Mbps' },
      { name: 'mean(waitedForCore)', outcome: 'not judged' },
    ]);
  });
});

const MATCH = 'predictions match the samples of their partitions';
const EQUAL = 'predictions equal those recomputed by the harness';

describe('invariantsFor("redshift")', () => {
  it('all judge a good run, and pass it', () => {
    const evidence = sampleEvidence();
    for (const invariant of invariantsFor('redshift')) {
      expect(invariant.evaluate(evidence), invariant.name).toMatchObject([{ outcome: 'passed' }]);
    }
  });

  const broken: [string, string, Change, RegExp][] = [
    [
      'throughput = samples/s x bits per sample',
      "throughput as in the seed's local column",
      (record) => Object.assign(resultsIn(record)[0]!, { sample_persec: 121, throughput_bps: 161.98e6 }),
      /161\.98 Mbps instead of 19\.86/,
    ],
    [
      'samples of the results = samples of the dataset',
      'samples that are not the dataset',
      (record) => {
        resultsIn(record)[0]!['total_samples'] = 1200;
      },
      /1800 samples in 2 results/,
    ],
    [
      'billed duration >= duration',
      'less billed than run',
      (record) => {
        record.invocations[1]!.billedDurationMs = 2500;
      },
      /billed 2500 ms for 2500\.5 ms/,
    ],
    [
      'CPU time <= wall time x vCPUs',
      "the original profiler's CPU time",
      (record) =>
        Object.assign(resultsIn(record)[0]!, { 'total_cpu_time (seconds)': 48.8, wall_time_s: 21.7 }),
      /48\.80 s in 21\.70 s on 2 vCPUs/,
    ],
    [
      'CPU time <= wall time x vCPUs',
      'two cores of a function that has one on AWS',
      (record) => {
        record.backend.name = 'aws';
        Object.assign(resultsIn(record)[0]!, { memory_limit_mb: 1769 });
      },
      /3\.00 s in 2\.50 s on 1 vCPUs/,
    ],
    [
      'Map Run status = its item counts',
      'a Map Run that succeeded without its items',
      (record) => {
        Object.assign(record.executions[0]!.mapRuns[0]!.itemCounts, { succeeded: 0, failed: 2 });
      },
      /SUCCEEDED with 2 of 2 items failed/,
    ],
    [
      'results follow the schema',
      'a result without its rank',
      (record) => void delete resultsIn(record)[1]!['rank'],
      /25MB\/2\.pt: rank/,
    ],
    [
      'results follow the schema',
      'a negative figure',
      (record) => {
        resultsIn(record)[1]!.sample_persec = -1;
      },
      /sample_persec/,
    ],
    [
      MATCH,
      "a redshift that is not the sample's own",
      (record) => {
        predictionsIn(record)[0]!.zTrue![7] = 0.5;
      },
      /^25MB\/1\.pt: z_true of 1 of 600 rows is not that of their samples, first sample 7: 0\.5 instead of 0\.1035\d*$/,
    ],
    [
      MATCH,
      'predictions without redshifts',
      (record) => void delete predictionsIn(record)[1]!.zTrue,
      /^25MB\/2\.pt: its predictions have no z_true, though the partition holds redshifts$/,
    ],
    [
      MATCH,
      'a row dropped and another repeated',
      (record) => {
        const table = predictionsIn(record)[0]!;
        table.sample[3] = 4;
        table.zTrue![3] = table.zTrue![4]!;
      },
      /1 of 600 samples have no prediction, first 3, 25MB\/1\.pt: 1 of 600 samples are predicted more than once, first 4/,
    ],
    [
      MATCH,
      'predictions of a partition that is not there',
      (record) => {
        predictionsIn(record)[1]!.dataPath.fill('25MB/3.pt');
      },
      /25MB\/2\.pt: 600 of 600 samples have no prediction.*600 predictions of 25MB\/3\.pt, which is no partition/,
    ],
    [
      MATCH,
      'predictions of a partition that cannot be read',
      (record) => {
        truthIn(record)[1] = { key: '25MB/2.pt', unreadable: 'the file is empty' };
      },
      /600 predictions of 25MB\/2\.pt, which cannot be read: the file is empty/,
    ],
    [
      MATCH,
      'two results with one predictions file',
      (record) => {
        resultsIn(record)[1]!['predictions_key'] = 'results/1/0.predictions.fits';
      },
      /results\/1\/0\.predictions\.fits stands in the results of ranks 0, 1/,
    ],
    [
      EQUAL,
      'a prediction that the model does not make',
      (record) => {
        predictionsIn(record)[0]!.zPred[500]! += 0.001;
      },
      /^1 differ: 25MB\/1\.pt sample 500 is 0\.351 instead of 0\.35; 4 samples recomputed in 0\.25 s$/,
    ],
    [
      EQUAL,
      'a prediction that is no number, recomputed or not',
      (record) => {
        predictionsIn(record)[0]!.zPred[1] = Number.NaN;
      },
      /sample 1 is NaN/,
    ],
    [
      EQUAL,
      'distributions of other samples',
      (record) => {
        const mixture = { weights: [1], means: [0.2], sigmas: [0.01] };
        for (const table of predictionsIn(record)) table.mixtures = table.zPred.map(() => mixture);
        const { float32 } = truthIn(record)[0]!.reference!;
        float32.mixtures = [
          [1, 0.2, 0.01],
          [1, 0.2, 0.03],
        ];
      },
      /^1 differ: 25MB\/1\.pt sample 500 has another distribution;/,
    ],
    [
      EQUAL,
      'predictions of the int8 form that it does not make',
      (record) => {
        resultsIn(record)[0]!['precision'] = 'int8';
        truthIn(record)[0]!.reference!.int8 = { zPred: [0.1 + 3 / 2000, 0.3] };
      },
      /^1 differ: 25MB\/1\.pt sample 500 is 0\.35 instead of 0\.3;/,
    ],
    [
      MATCH,
      "another rank's predictions",
      (record) => {
        const [first, second] = predictionsIn(record);
        [first!.rank, second!.rank] = [1, 0];
      },
      /results\/1\/0\.predictions\.fits of rank 1 holds predictions of 25MB\/1\.pt/,
    ],
    [
      'memory used < memory size',
      'an invocation that uses all of its memory',
      (record) => {
        record.invocations[1]!.maxMemoryUsedMB = 1024;
      },
      /^cosmicai-inference used 1024 of 1024 MB$/,
    ],
    [
      'objects are what their names and content types say',
      'an object that is no JSON',
      (record) => {
        record.written = { written: 900, checked: 200, problems: ['s3://team4/a.json is no JSON'] };
      },
      /^s3:\/\/team4\/a\.json is no JSON$/,
    ],
    [
      'jobs follow the input, joined results the results',
      'a payload with another batch size',
      (record) => {
        record.evidence['plans'] = [
          { name: 's3://b/payload.json', problems: ['batch_size is 513 instead of 512'] },
        ];
      },
      /^s3:\/\/b\/payload\.json: batch_size is 513/,
    ],
    [
      'each job is done once, and its answer is its own',
      "another job's answer",
      ({ executions: [execution] }) => {
        execution!.children[1]!.output = execution!.children[0]!.output!;
      },
      /^rank 1 answers rank 0 instead of 1, rank 1 answers result_key "results\/1\/0\.json"/,
    ],
    [
      'each job is done once, and its answer is its own',
      'a result that says another data path than its job',
      (record) => {
        resultsIn(record)[1]!.data_path = '25MB/1.pt';
      },
      /^the result of rank 1 has data_path "25MB\/1\.pt" instead of "25MB\/2\.pt"$/,
    ],
    [
      MATCH,
      'predictions that an earlier run left',
      (record) => {
        predictionsIn(record)[0]!.runId = 'earlier';
        resultsIn(record)[0]!['run_id'] = 'run';
      },
      /^results\/1\/0\.predictions\.fits is of run earlier instead of run$/,
    ],
    [
      'each job is done once, and its answer is its own',
      'a job that is done twice',
      ({ executions: [execution] }) => {
        execution!.children.push(execution!.children[0]!);
      },
      /^rank 0 has 2 child executions$/,
    ],
    [
      'each job is done once, and its answer is its own',
      'no answer',
      ({ executions: [execution] }) => {
        execution!.children[0]!.output = null;
      },
      /^rank 0 answers null$/,
    ],
    [
      'every state is served, mocked or delegated',
      'a state that the emulator could not run',
      (record) => {
        record.unservedStates = [{ state: 'Put', calls: 'dynamodb:putItem' }];
      },
      /^Put calls dynamodb:putItem$/,
    ],
  ];
  it.each(broken)('%s catches %s', (name, _, change, actual) => {
    const invariant = invariantsFor('redshift').find((one) => one.name === name)!;
    expect(invariant.evaluate(sampleEvidence(change))).toMatchObject([
      { outcome: 'failed', actual: expect.stringMatching(actual) },
    ]);
  });

  it('each has been seen to fail', () => {
    // That of the cost is in cost-invariant.test.ts: it needs a cost that is computed wrongly.
    const seen = new Set([...broken.map(([name]) => name), 'cost = GB-s x price']);
    expect(
      invariantsFor('redshift')
        .map(({ name }) => name)
        .filter((name) => !seen.has(name)),
    ).toEqual([]);
  });
});
