/**
 * Evidence of a run through the AWS APIs alone, the same on every backend. What a backend cannot tell is said in
 * the record's `gaps`, never left out in silence.
 */
import { cpus, totalmem } from 'node:os';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type Clock, wallClock } from '../../core/clock.ts';
import { clientsFor } from '../../deploy/aws-access.ts';
import type { ExecutionRecord, InvocationRecord, RunRecord } from '../../record/run-record.ts';
import type { EvidenceRequest, RunningBackend } from '../backend.ts';
import { attributeReports } from './attribute-reports.ts';
import { certainInvocations } from './certain-invocations.ts';
import { collectExecution, recorded } from './executions.ts';
import { collectFunctionLogs } from './logs.ts';
import { collectObjects, readerOf } from './objects.ts';

const BYTES_PER_MB = 1024 * 1024;

type Place = Pick<
  RunningBackend,
  'name' | 'product' | 'capabilities' | 'access' | 'endpoint' | 'readObject' | 'invocations'
>;

export async function collectEvidence(
  place: Place,
  clock: Clock,
  request: EvidenceRequest,
): Promise<RunRecord> {
  const clients = clientsFor(place.access);
  const gaps: string[] = [];
  const { capabilities } = place;
  const histories = request.childHistories ? 'with histories' : 'listed';
  const children = capabilities.has('child-histories') ? histories : 'not listed';
  try {
    const executions: ExecutionRecord[] = [];
    for (const arn of request.executionArns) {
      executions.push(await collectExecution(clients.stepfunctions, arn, children, gaps));
    }
    // The service's own clock: the caller's may differ by seconds.
    const startedMs = executions.map(({ startedAtMs }) => startedAtMs);
    const sinceMs = startedMs.length > 0 ? Math.min(...startedMs) : request.startedAtMs;
    const ownRecord = place.invocations;
    const readsReports = capabilities.has('report-lines') && !ownRecord;
    const { logs, reports, emitted } = await collectFunctionLogs(
      clients.logs,
      capabilities.has('logs') ? request.functionNames : [],
      {
        sinceMs,
        expectedReports: readsReports ? certainInvocations(executions, request.mockedStates) : 0,
        // Late lines come in the time of processes, whatever the clock of executions.
        clock: wallClock(),
      },
      gaps,
    );
    const attributed = readsReports
      ? attributeReports(reports, executions, request.mockedStates)
      : { invocations: [], contested: [] };
    gaps.push(...attributed.contested.map((why) => `REPORT lines are no evidence in this run: ${why}`));
    const invocations = ownRecord
      ? ownRecord()
          .filter((one) => one.endedAtMs >= sinceMs && request.functionNames.includes(one.functionName))
          .map((one) => ({ ...one }))
      : attributed.invocations;
    const proven = new Set(capabilities);
    if (attributed.contested.length > 0) proven.delete('report-lines');
    await addStorage(clients.lambda, invocations, gaps);
    const read = place.readObject ?? readerOf(clients.s3);
    const objects = await collectObjects(
      clients.s3,
      {
        watch: request.watch,
        contentOf: request.contentOf ?? [],
        contentTypeOf: request.contentTypeOf ?? [],
      },
      gaps,
      read,
    );
    const evidence = await request.reader?.read({
      executions,
      objects,
      read,
      attempt: (what, work) => recorded(what, gaps, work),
    });
    return {
      recordVersion: 2,
      ...request.identity,
      ...(request.mockedStates ? { mockedStates: [...request.mockedStates] } : {}),
      backend: {
        name: place.name,
        ...(place.product === undefined ? {} : { product: place.product }),
        ...(place.endpoint === undefined ? {} : { endpoint: place.endpoint }),
        capabilities: [...proven].sort(),
      },
      clock: clock.kind,
      startedAtMs: request.startedAtMs,
      endedAtMs: request.endedAtMs,
      host: {
        cpuModel: cpus()[0]?.model ?? 'unknown',
        cpus: cpus().length,
        memoryMB: Math.round(totalmem() / BYTES_PER_MB),
        platform: `${process.platform}-${process.arch}`,
        node: process.version,
      },
      executions,
      invocations,
      objects,
      evidence: evidence ?? {},
      gaps,
      logs,
      ...(emitted.length > 0 ? { emitted } : {}),
      harnessPeakRssMB: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    clients.close();
  }
}

/** /tmp beyond what comes with every function costs extra; REPORT lines do not tell its size. */
async function addStorage(
  lambda: LambdaClient,
  invocations: readonly InvocationRecord[],
  gaps: string[],
): Promise<void> {
  for (const FunctionName of new Set(invocations.map((one) => one.functionName))) {
    await recorded(`the size of /tmp of ${FunctionName}`, gaps, async () => {
      const { EphemeralStorage } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const sizeMB = EphemeralStorage?.Size;
      if (sizeMB === undefined || sizeMB <= FREE_STORAGE_MB) return;
      for (const one of invocations) if (one.functionName === FunctionName) one.ephemeralStorageMB = sizeMB;
    });
  }
}

const FREE_STORAGE_MB = 512;
