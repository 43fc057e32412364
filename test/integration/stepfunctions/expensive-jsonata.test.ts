/** JSONata that costs much runs beside the event loop: other clients are served meanwhile. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { CreateStateMachineCommand, StartExecutionCommand, TestStateCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, ROLE, startRig } from './rig.ts';

/**
 * What one turn of the loop may take: a tenth of a second on a quiet machine, more beside other tests. Most of these
 * expressions would hold the loop for half a second to three seconds.
 */
const MOST_MS = 400;
/** A machine with other work takes the thread off its core now and then. */
const PATIENT = { retry: 5 };

const one = (state: object) => ({
  QueryLanguage: 'JSONata',
  StartAt: 'S',
  States: { S: { End: true, ...state } },
});
const pass = (Output: unknown) => one({ Type: 'Pass', Output });

const HOSTILE: [name: string, definition: object, status: string][] = [
  ['an endless recursion', pass('{% ($f := function($n) { $f($n + 1) }; $f(0)) %}'), 'FAILED'],
  ['a million nodes', pass('{% $sum($map([1..300000], function($v) { $v * 2 })) %}'), 'SUCCEEDED'],
  [
    'a regular expression that backtracks',
    pass('{% $match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/) %}'),
    'FAILED',
  ],
  ['one that takes the square of its text', pass('{% $match($pad("", 200000, "a"), /a*b/) %}'), 'FAILED'],
  ['a long list', pass('{% $count([1..873000]) %}'), 'SUCCEEDED'],
  ['a longer list', pass('{% $count([1..9000000]) %}'), 'FAILED'],
  ['comparisons of all with all', pass('{% $count($distinct([1..6000])) %}'), 'SUCCEEDED'],
  [
    'a shared list printed',
    pass(
      '{% ($a := [1..1000]; $b := [[$a],[$a]]; $c := [[$b],[$b]]; $d := [[$c],[$c]]; $e := [[$d],[$d]]; $length($string([[$e],[$e],[$e],[$e]]))) %}',
    ),
    'SUCCEEDED',
  ],
  ['many fields', pass(Array.from({ length: 100 }, () => '{% $sum([1..3000].($ + 1)) %}')), 'SUCCEEDED'],
];

describe('expensive JSONata', () => {
  let rig: Rig;
  beforeAll(async () => {
    // The worker runs the built program.
    execFileSync(process.execPath, [join(import.meta.dirname, '../../../harness/cli/build.mjs')]);
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await work();
    delay.disable();
    return delay.max / 1e6;
  }

  it.each(HOSTILE)('%s', PATIENT, async (_name, definition, status) => {
    const { stateMachineArn } = await rig.sfn.send(
      new CreateStateMachineCommand({
        name: `m${Math.random()}`,
        roleArn: ROLE,
        definition: JSON.stringify(definition),
      }),
    );
    let ended: { status: string } | undefined;
    const stallMs = await longestTurnMs(async () => {
      const { executionArn } = await rig.sfn.send(new StartExecutionCommand({ stateMachineArn }));
      ended = await rig.wait(executionArn!);
    });
    expect(ended?.status).toBe(status);
    expect(stallMs).toBeLessThan(MOST_MS);
  });

  it('of each item of a Map Run', PATIENT, async () => {
    const definition = one({
      Type: 'Map',
      Items: '{% [1..20] %}',
      ItemSelector: { v: '{% $sum([1..30000].($ + 1)) %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', Output: '{% $states.input.v %}', End: true } },
      },
    });
    let output: unknown;
    const stallMs = await longestTurnMs(async () => {
      ({ output } = await rig.run(definition));
    });
    expect(output).toEqual(Array.from({ length: 20 }, () => 450_045_000));
    expect(stallMs).toBeLessThan(MOST_MS);
  });

  it('keeps exact numbers and draws', async () => {
    const burn = '$sum([1..30000].($ + 1))';
    const { output } = await rig.run(
      pass({ id: `{% ${burn} > 0 ? 1 : 2 %}`, t: '{% $states.input.t %}', r: '{% $random() < 1 %}' }),
      { t: 1 },
    );
    expect(output).toEqual({ id: 1, t: 1, r: true });
  });

  it('of TestState', PATIENT, async () => {
    const stallMs = await longestTurnMs(async () => {
      const { output } = await rig.sfn.send(
        new TestStateCommand({
          definition: JSON.stringify({
            Type: 'Pass',
            QueryLanguage: 'JSONata',
            Output: '{% $sum($map([1..300000], function($v) { $v * 2 })) %}',
            End: true,
          }),
        }),
      );
      expect(output).toBe('90000300000');
    });
    expect(stallMs).toBeLessThan(MOST_MS);
  });
});
