import { describe, expect, it } from 'vitest';
import type { StartMapRun } from '../../../../harness/asl/effects.ts';
import { run, type Script } from '../scripted-world.ts';

const PROCESSOR = {
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
  StartAt: 'P',
  States: { P: { Type: 'Pass', End: true } },
};
const map = (fields: object = {}) => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', Label: 'Things', ItemProcessor: PROCESSOR, End: true, ...fields } },
});
const started = (asked: Parameters<Script>[0]) => {
  const { mapId } = asked as StartMapRun;
  return { mapId, first: { event: { kind: 'mapRunStarted', mapId, mapRunArn: 'arn:run' } as const } };
};

describe('Distributed Map', () => {
  it('passes over the Succeeded events of run and state', () => {
    const world = run(map(), [1, 2], (asked) => {
      const { mapId, first } = started(asked);
      return [first, { event: { kind: 'mapRunSucceeded', mapId, outputText: '[ 1,2 ]' } }];
    });
    expect(world.chain).toEqual([
      'ExecutionStarted<-0',
      'MapStateEntered<-0',
      'MapStateStarted<-2',
      'MapRunStarted<-3',
      'MapRunSucceeded<-4',
      'MapStateSucceeded<-5',
      'MapStateExited<-4',
      'ExecutionSucceeded<-7',
    ]);
    expect(world.event('MapRunStarted').details).toEqual({ mapRunArn: 'arn:run' });
    expect(world.finish?.output).toBe('[ 1,2 ]');
  });

  it('asks for a run with everything evaluated', () => {
    const world = run(
      map({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItemsPath: '$.most' },
          Parameters: { 'Bucket.$': '$.bucket', Key: 'k' },
        },
        ItemBatcher: { MaxItemsPerBatch: 5, BatchInput: { 'b.$': '$.bucket' } },
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { 'Bucket.$': '$.bucket' } },
        MaxConcurrencyPath: '$.most',
        ToleratedFailurePercentage: 12.5,
      }),
      { bucket: 'data', most: 9 },
    );
    expect(world.event('MapStateStarted').details).toEqual({ length: 0 });
    expect(world.effects.at(-1)).toMatchObject({
      kind: 'startMapRun',
      stateName: 'M',
      label: 'Things',
      enteredEventId: 2,
      redriven: false,
      executionType: 'EXPRESS',
      maxConcurrency: 9,
      toleratedFailurePercentage: 12.5,
      itemReader: {
        resource: 'arn:aws:states:::s3:getObject',
        parameters: { Bucket: 'data', Key: 'k' },
        readerConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItems: 9 },
      },
      itemBatcher: { maxItemsPerBatch: 5, batchInput: { b: 'data' } },
      resultWriter: { resource: 'arn:aws:states:::s3:putObject', parameters: { Bucket: 'data' } },
    });
    expect(world.effects.at(-1)).not.toHaveProperty('items');
  });

  it('fails with its run, by MapRunFailed and MapStateFailed; Retry starts another run', () => {
    const Retry = [{ ErrorEquals: ['States.ItemReaderFailed'], MaxAttempts: 1 }];
    const world = run(map({ Retry }), [1], (asked) => {
      const { mapId, first } = started(asked);
      const error = 'States.ItemReaderFailed';
      return [first, { event: { kind: 'mapRunFailed', mapId, error, cause: 'no such key' } }];
    });
    expect(world.chain.slice(2)).toEqual([
      'MapStateStarted<-2',
      'MapRunStarted<-3',
      'MapRunFailed<-4',
      'MapStateStarted<-5',
      'MapRunStarted<-6',
      'MapRunFailed<-7',
      'MapStateFailed<-8',
      'ExecutionFailed<-9',
    ]);
    expect(world.finish).toMatchObject({ error: 'States.ItemReaderFailed', cause: 'no such key' });
  });

  it('calls its run off when the execution stops', () => {
    const world = run(map(), [1]);
    const effects = world.feed({ kind: 'stop' });
    expect(effects.map(({ kind }) => kind)).toEqual(['record', 'cancelMapRun', 'finish']);
  });
});

describe('a Distributed Map cut by its sibling', () => {
  const parallel = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          map(),
          {
            StartAt: 'W',
            States: {
              W: { Type: 'Wait', Seconds: 1, Next: 'F' },
              F: { Type: 'Fail', Error: 'Sibling' },
            },
          },
        ],
        End: true,
      },
    },
  };
  const running: Script = (asked) => [started(asked).first];

  it('records MapRunAborted before MapStateAborted, and calls the run off', () => {
    const world = run(parallel, [1], running);
    const failing = world.event('FailStateEntered').id;
    expect(world.chain.filter((entry) => entry.includes('Aborted'))).toEqual([
      `MapRunAborted<-${failing}`,
      `MapStateAborted<-${failing}`,
    ]);
    expect(world.effects.filter(({ kind }) => kind === 'cancelMapRun')).toHaveLength(1);
  });

  it('records neither when the execution is stopped: its history ends with ExecutionAborted', () => {
    const world = run(map(), [1], running);
    world.feed({ kind: 'stop' });
    expect(world.chain.filter((entry) => entry.includes('Aborted'))).toEqual(['ExecutionAborted<-0']);
  });
});
