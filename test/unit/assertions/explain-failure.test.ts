import { expect, it } from 'vitest';
import { explainFailure } from '../../../harness/assertions/execution.ts';
import type { ExecutionRecord } from '../../../harness/record/run-record.ts';

const failed = (cause: object) =>
  explainFailure({
    status: 'FAILED',
    error: 'E',
    cause: JSON.stringify(cause),
    children: [],
    mapRuns: [],
  } as unknown as ExecutionRecord);

it('names the own source line of a failing function, of Node.js and of Python', () => {
  expect(
    failed({
      errorType: 'RangeError',
      errorMessage: 'boom',
      trace: [
        'RangeError: boom',
        '    at check (/var/task/node_modules/dep/index.js:1:2)',
        '    at work (/var/task/src/work.ts:5:9)',
        '    at async handler (/var/task/src/index.ts:2:40)',
      ],
    }),
  ).toBe('RangeError: boom at src/work.ts:5:9');
  expect(
    failed({
      errorType: 'KeyError',
      errorMessage: "'id'",
      stackTrace: [
        '  File "/var/task/app.py", line 9, in handler\n    return work(event)\n',
        '  File "/var/task/steps/work.py", line 4, in work\n    return event["id"]\n',
      ],
    }),
  ).toBe("KeyError: 'id' at steps/work.py:4");
  expect(failed({ errorType: 'Error', errorMessage: 'plain' })).toBe('Error: plain');
});
