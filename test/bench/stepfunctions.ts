/**
 * Step Functions through the AWS SDK, client and emulator in one process: transitions of a 50-Pass machine, an
 * inline Map of 1,000, Distributed Maps of 10,000 and 100,000 items from S3 with full histories, StartSyncExecution,
 * memory of open executions. Quotas are lifted (profile `none`); what is not measured: Lambda, other machines.
 *
 * Run: node test/bench/run.mjs stepfunctions
 */
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from '@aws-sdk/client-sfn';
import { limitsOf } from '../../harness/core/limits.ts';
import { type Emulator, startEmulator } from '../../harness/emulator/emulator.ts';
import { createMachine, passes, runnerOf } from '../load/executions.ts';

const emulator: Emulator = await startEmulator({ port: 0, limits: limitsOf('none') });
const access = {
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
};
const sfn = new SFNClient({ ...access, disableHostPrefix: true });
const s3 = new S3Client({ ...access, forcePathStyle: true });

const run = runnerOf(emulator, sfn);
const create = (name: string, definition: object, type?: 'STANDARD' | 'EXPRESS') =>
  createMachine(sfn, name, definition, type);

const one = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const memoryMB = () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 / 1024;
};
/** The process's highest resident set so far (getrusage, kilobytes). */
const peakRssMB = () => process.resourceUsage().maxRSS / 1024;
const round = (value: number, digits = 1) => value.toFixed(digits);
const quantile = (values: number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;

async function transitions(): Promise<number> {
  const arn = await create('fifty', passes(50));
  const total = 1_000;
  let quickest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3; attempt++) {
    const from = performance.now();
    let left = total;
    const client = async () => {
      while (left-- > 0) await run(arn);
    };
    await Promise.all(Array.from({ length: 16 }, client));
    quickest = Math.min(quickest, performance.now() - from);
  }
  return (total * 50 * 1_000) / quickest;
}

async function inlineMap(): Promise<number> {
  const arn = await create('inline', {
    StartAt: 'M',
    States: { M: { Type: 'Map', ItemProcessor: one, End: true } },
  });
  const input = Array.from({ length: 1_000 }, (_, id) => id);
  let quickest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const from = performance.now();
    await run(arn, input);
    quickest = Math.min(quickest, performance.now() - from);
  }
  return quickest;
}

async function distributedMap(
  type: 'STANDARD' | 'EXPRESS',
  items: number,
): Promise<{ ms: number; memoryMB: number; events: number }> {
  const Key = `${items}.json`;
  const Body = JSON.stringify(Array.from({ length: items }, (_, id) => ({ id, name: `star ${id}` })));
  await s3.send(new PutObjectCommand({ Bucket: 'bench', Key, Body }));
  const arn = await create(`distributed-${type}-${items}`, {
    StartAt: 'M',
    States: {
      M: {
        Type: 'Map',
        Label: 'M',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { Bucket: 'bench', Key },
        },
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...one },
        ResultPath: null,
        End: true,
      },
    },
  });
  const before = memoryMB();
  const from = performance.now();
  const executionArn = await run(arn);
  const ms = performance.now() - from;
  const after = memoryMB();
  const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  const { executions } = await sfn.send(
    new ListExecutionsCommand({ mapRunArn: mapRuns![0]!.mapRunArn, maxResults: 1 }),
  );
  let events = 0;
  if (type === 'STANDARD') {
    const child = executions![0]!.executionArn;
    events = (await sfn.send(new GetExecutionHistoryCommand({ executionArn: child }))).events!.length;
  }
  return { ms, memoryMB: after - before, events };
}

async function synchronous(): Promise<number[]> {
  const stateMachineArn = await create('sync', one, 'EXPRESS');
  const times: number[] = [];
  for (let i = 0; i < 600; i++) {
    const from = performance.now();
    await sfn.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{}' }));
    times.push(performance.now() - from);
  }
  return times.slice(100);
}

async function openExecutions(): Promise<number> {
  const stateMachineArn = await create('open', {
    StartAt: 'W',
    States: { W: { Type: 'Wait', Seconds: 86_400, End: true } },
  });
  const before = memoryMB();
  const count = 10_000;
  let left = count;
  const client = async () => {
    while (left-- > 0)
      await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"star":"Vega"}' }));
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return ((memoryMB() - before) * 1024) / count;
}

await s3.send(new CreateBucketCommand({ Bucket: 'bench' }));
const perSecond = await transitions();
console.log(`50-Pass Standard machine       ${round(perSecond, 0)} transitions/s`);
console.log(`inline Map of 1,000            ${round(await inlineMap())} ms`);
const standard = await distributedMap('STANDARD', 10_000);
console.log(
  `Distributed Map 10,000 STANDARD ${round(standard.ms, 0)} ms, ${round(standard.memoryMB)} MB kept, ${standard.events} events per child, peak RSS of the process ${round(peakRssMB(), 0)} MB`,
);
const express = await distributedMap('EXPRESS', 10_000);
console.log(
  `Distributed Map 10,000 EXPRESS  ${round(express.ms, 0)} ms, ${round(express.memoryMB)} MB kept (${round(express.ms / standard.ms, 2)} of STANDARD)`,
);
const large = await distributedMap('STANDARD', 100_000);
console.log(
  `Distributed Map 100,000         ${round(large.ms, 0)} ms, ${round(large.memoryMB)} MB kept (${round(large.ms / standard.ms, 2)} times the 10,000)`,
);
const times = await synchronous();
console.log(
  `StartSyncExecution             p50 ${round(quantile(times, 0.5), 2)} ms, p95 ${round(quantile(times, 0.95), 2)} ms`,
);
console.log(`10,000 open executions         ${round(await openExecutions(), 2)} KB each`);
sfn.destroy();
s3.destroy();
await emulator.stop();
