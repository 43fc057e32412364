import { StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, startRig } from './rig.ts';

type Event = Parameters<Parameters<Rig['service']['onStatus']>[0]>[0];

describe('status changes', () => {
  let rig: Rig;
  let events: Event[];
  beforeEach(async () => {
    rig = await startRig();
    events = [];
    rig.service.onStatus((event) => events.push(event));
  });
  afterEach(() => rig.stop());

  it('are told as EventBridge tells them, from RUNNING on', async () => {
    const ended = await rig.run({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, { star: 1 });
    const { description } = ended;
    const startDate = description.startDate!.getTime();
    const detail = {
      executionArn: ended.arn,
      stateMachineArn: description.stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name: description.name,
      startDate,
      input: '{"star":1}',
      inputDetails: { included: true },
      error: null,
      cause: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
    };
    const envelope = {
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '000000000000',
      region: 'us-east-1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resources: [ended.arn],
    };
    expect(events).toEqual([
      {
        ...envelope,
        detail: {
          ...detail,
          status: 'RUNNING',
          stopDate: null,
          output: null,
          outputDetails: null,
          redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
        },
      },
      {
        ...envelope,
        detail: {
          ...detail,
          status: 'SUCCEEDED',
          stopDate: description.stopDate!.getTime(),
          output: '{"star":1}',
          outputDetails: { included: true },
          redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        },
      },
    ]);
  });

  it('tell FAILED, TIMED_OUT and ABORTED with error and cause', async () => {
    await rig.run({ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Dim', Cause: 'clouds' } } });
    const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
    await rig.run({ ...wait, TimeoutSeconds: 1 });
    const stateMachineArn = await rig.create(wait);
    const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
    await rig.sfn.send(new StopExecutionCommand({ executionArn, error: 'Dawn' }));
    const told = events.map(({ detail: { status, error, cause } }) => [status, error, cause]);
    expect(told.filter(([status]) => status !== 'RUNNING')).toEqual([
      ['FAILED', 'Dim', 'clouds'],
      ['TIMED_OUT', null, null],
      ['ABORTED', 'Dawn', null],
    ]);
    expect(told.filter(([status]) => status === 'RUNNING')).toHaveLength(3);
  });

  it('leave out data that EventBridge has no room for', async () => {
    const large = 'x'.repeat(130 * 1024);
    await rig.run({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }, large);
    expect(events.map(({ detail }) => [detail.inputDetails, detail.outputDetails])).toEqual([
      [{ included: true }, null],
      [{ included: false }, { included: true }],
    ]);
    expect(events[1]?.detail.input).toBeNull();
  });

  it('bear with a listener that throws', async () => {
    rig.service.onStatus(() => {
      throw new Error('listener');
    });
    const ended = await rig.run({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
    expect(ended.status).toBe('SUCCEEDED');
    expect(events).toHaveLength(2);
  });
});
