/** A report on a made-up run of any size, with hostile text wherever a run can bring text in. */
import type { ChildRecord, InvocationRecord } from '../../../harness/record/run-record.ts';
import type { Report } from '../../../harness/reports/report.ts';
import { sampleEvidence, sampleResult } from '../assertions/sample-record.ts';

export const HOSTILE = `</script><img src=x onerror="document.title='run'">'"&\u0007`;

export function sampleReport(children: number): Report {
  const { record, runFolder } = sampleEvidence((run) => {
    const execution = run.executions[0]!;
    execution.definition = {
      StartAt: 'Initialize',
      States: {
        Initialize: { Type: 'Task', Next: 'Distributed Inference' },
        'Distributed Inference': {
          Type: 'Map',
          ItemProcessor: { StartAt: HOSTILE, States: { [HOSTILE]: { Type: 'Task', End: true } } },
          Catch: [{ Next: 'Summarize' }],
          End: true,
        },
        Summarize: { Type: 'Succeed' },
      },
    };
    execution.history[0]!['stateEnteredEventDetails'] = {
      name: 'Initialize',
      input: JSON.stringify({ HOSTILE }),
    };
    const results = Array.from({ length: children }, (_, rank) =>
      sampleResult({ rank, data_path: `25MB/${rank}${HOSTILE}.pt`, request_id: `request-${rank}` }),
    );
    run.evidence['results'] = results;
    run.invocations = results.map((_, rank): InvocationRecord => invocation(rank));
    execution.children = results.map((_, rank) => child(rank));
    run.logs = results.flatMap((_, rank) =>
      [
        `START RequestId: request-${rank}`,
        `rank ${rank} ${HOSTILE}`,
        `REPORT RequestId: request-${rank} Duration`,
      ].map((message) => ({
        logGroup: '/aws/lambda/cosmicai-inference',
        logStream: `s${rank % 8}`,
        timestampMs: 1000,
        message,
      })),
    );
    run.gaps = [HOSTILE];
  });
  return {
    outcomes: [
      {
        scenario: `sample ${HOSTILE}`,
        file: 'scenarios/sample.yaml',
        cell: { partitionMB: 25 },
        runId: 'run',
        runFolder,
        record,
        passed: false,
        stagesMs: { execute: 1200 },
        verdicts: [
          {
            name: 'output',
            outcome: 'failed',
            expected: HOSTILE,
            actual: `${HOSTILE}\n| second line`,
            path: ['expect', 'output'],
            location: { file: 'scenarios/sample.yaml', line: 7, column: 3 },
          },
          { name: 'status', outcome: 'passed', expected: 'SUCCEEDED', actual: 'SUCCEEDED', path: [] },
          { name: 'waiting', outcome: 'not judged', expected: 'less', actual: 'unknown', path: [] },
        ],
      },
    ],
    failures: [{ scenario: 'other', file: 'o.yaml', label: '', message: HOSTILE, remedy: 'Look there.' }],
  };
}

function child(rank: number): ChildRecord {
  return {
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:cosmicai/Inference:child-${rank}`,
    mapRunArn: 'arn:map',
    status: rank === 1 ? 'FAILED' : 'SUCCEEDED',
    startedAtMs: 2000 + rank,
    stoppedAtMs: 6000 + rank,
    input: { RANK: String(rank), DATA_PATH: `25MB/${rank}${HOSTILE}.pt` },
    output: { result_key: `results/1/${rank}.json` },
    ...(rank === 1 ? { error: HOSTILE, cause: HOSTILE } : {}),
  };
}

function invocation(rank: number): InvocationRecord {
  return {
    functionName: 'cosmicai-inference',
    requestId: `request-${rank}`,
    logStream: `s${rank % 8}`,
    endedAtMs: 5990 + rank,
    durationMs: 2600,
    billedDurationMs: 2600,
    memorySizeMB: 1024,
    maxMemoryUsedMB: 300 + (rank % 50),
    ...(rank % 5 === 0 ? { initDurationMs: 300 } : {}),
  };
}
