/** `cosmicai record` and `cosmicai replay` on executions of the emulator. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { recordExecution } from '../../../harness/cli/record-execution.ts';
import { replayHistory } from '../../../harness/cli/replay-history.ts';
import { type Rig, startRig } from './rig.ts';

const definition = {
  StartAt: 'L',
  States: {
    L: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'flaky', 'Payload.$': '$' },
      OutputPath: '$.Payload',
      Retry: [{ ErrorEquals: ['Error'], IntervalSeconds: 1, MaxAttempts: 2 }],
      Next: 'M',
    },
    M: {
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'W',
        States: {
          W: { Type: 'Wait', Seconds: 1, Next: 'D' },
          D: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:double', End: true },
        },
      },
      Next: 'C',
    },
    C: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: 'arn:aws:lambda:us-east-1:000000000000:function:double',
            End: true,
          },
        },
      },
      ResultPath: '$[0]',
      End: true,
    },
  },
};

describe('an execution', () => {
  let rig: Rig;
  let file: string;
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  let calls = 0;
  const lines: string[] = [];
  beforeAll(async () => {
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    rig = await startRig({
      functions: {
        flaky: () => {
          if (calls++ === 0) throw new Error('once');
          return [1, 2, 3];
        },
        double: (event) => Number(event) * 2,
      },
    });
    const ended = await rig.run(definition, { ticket: 1 });
    expect(ended.status).toBe('SUCCEEDED');
    file = join(folder, 'run.json');
    await recordExecution(ended.arn, { endpoint: rig.endpoint, region: 'us-east-1', output: file });
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  const replayed = async (options: { definition?: string } = {}) => {
    lines.length = 0;
    const exit = await replayHistory(file, options).then(
      () => 0,
      (error: { exitCode: number }) => error.exitCode,
    );
    return { exit, text: lines.join('\n') };
  };

  it('replays with its children', async () => {
    const { exit, text } = await replayed();
    expect(text).not.toContain('replayed');
    expect(exit).toBe(0);
    expect(text.match(/all \d+ events are equal/g)).toHaveLength(4);
  });

  it('tells the first event at which a changed definition goes another way', async () => {
    const changed = join(folder, 'changed.asl.json');
    const { L, ...rest } = definition.States;
    const States = { L: { ...L, Retry: [] }, ...rest };
    writeFileSync(changed, JSON.stringify({ ...definition, States }));
    const { exit, text } = await replayed({ definition: changed });
    expect(exit).toBe(1);
    expect(text).toContain('5 events are equal, then:');
    expect(text).toMatch(/recorded {2}6 TaskScheduled/);
    expect(text).toMatch(/replayed {2}6 ExecutionFailed/);
  });

  it('refuses what is no history, and a history without a definition', async () => {
    const other = join(folder, 'other.json');
    writeFileSync(other, '{"events": [{}]}');
    await expect(replayHistory(other, {})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('events[0] has no id'),
    });
    const { definition: _, ...bare } = JSON.parse(readFileSync(file, 'utf8')) as { definition: string };
    writeFileSync(other, JSON.stringify(bare));
    await expect(replayHistory(other, {})).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('does not hold the definition'),
    });
  });
});
