/**
 * The bare interpreter against recorded AWS executions: history event by event, with the services' answers taken
 * from the recording. Skipped when the corpus is not beside the project.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { historyDifference, Matcher, type Placeholders } from './match.ts';
import { play, type RecordedEvent } from './world.ts';

const CASES = join(import.meta.dirname, '../../../../shared/conformance/cases');

interface Expected {
  status?: string;
  output?: unknown;
  error?: unknown;
  cause?: unknown;
  events?: RecordedEvent[];
}

interface Run {
  definition?: unknown;
  definitionText?: string;
  input?: unknown;
  inputText?: string;
  inputOmitted?: boolean;
  expected: Expected;
}

interface Case extends Run {
  id: string;
  area: string;
  kind: string;
  type: 'STANDARD' | 'EXPRESS';
  eventOrder?: string;
  incompleteHistory?: boolean;
  placeholders: Placeholders;
  needs: string[];
  runs?: Run[];
}

/** Recordings the bare interpreter cannot be held to, each with its reason. */
const LEFT_OUT: { [idPart: string]: string } = {
  'test_wait_timestamppath[Z]': 'the timestamp itself was replaced by a placeholder',
  'test_wait_timestamppath[.00Z]': 'the timestamp itself was replaced by a placeholder',
  'test_wait_timestamp[SECONDS]': 'the timestamp itself was replaced by a placeholder',
  'test_wait_timestamp_path[SECONDS]': 'the timestamp itself was replaced by a placeholder',
  'test_wait_timestamp_jsonata[SECONDS]': 'the timestamp itself was replaced by a placeholder',
  'test_wait_timestamp_jsonata[NANOSECONDS]': 'the timestamp itself was replaced by a placeholder',
  test_timestamp_less_than_equals: 'the timestamps themselves were replaced by placeholders',
  'test_math_operations::TestMathOperations::test_math_random':
    'the number was replaced by an undeclared token',
  'test_base::TestSnfBase::test_query_context_object_values': 'holds an undeclared token (start-time)',
  test_query_runtime_memory: 'holds undeclared tokens',
  INVALID_JSONPATH_IN_CAUSEPATH: 'holds an undeclared token (<json-input:1>)',
  'test_invoke_json_values[0.0]': 'the corpus holds the input as a value, which loses its text',
  test_map_state_config_distributed_reentrant_lambda: 'the tasks of the children were not recorded',
  test_apigetway_task_service: 'the service refuses the parameters before the task is scheduled',
};

/** Until mid-2024 a Distributed Map's MapStateExited pointed to MapRunSucceeded; today to MapRunStarted. */
function newerMapExit(events: RecordedEvent[]): RecordedEvent[] {
  return events.map((event) => {
    const previous = events.find(({ id }) => id === event.previousEventId);
    const older = event.type === 'MapStateExited' && previous?.type === 'MapRunSucceeded';
    return older ? { ...event, previousEventId: previous.previousEventId } : event;
  });
}

function casesOf(): Case[] {
  if (!existsSync(CASES)) return [];
  return readdirSync(CASES).flatMap((area) =>
    readdirSync(join(CASES, area)).map(
      (file) => JSON.parse(readFileSync(join(CASES, area, file), 'utf8')) as Case,
    ),
  );
}

const cases = casesOf().filter(
  ({ kind, type, id }) =>
    (kind === 'execution' || kind === 'executions') &&
    (type === 'STANDARD' || type === 'EXPRESS') &&
    !Object.keys(LEFT_OUT).some((part) => id.includes(part)),
);

describe.skipIf(cases.length === 0)('recorded executions on the bare interpreter', () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, recorded) => {
    for (const run of recorded.runs ?? [recorded]) {
      const definition = run.definition ?? recorded.definition;
      const definitionText = run.definitionText ?? JSON.stringify(definition);
      const input = run.inputText ?? JSON.stringify(run.input ?? {});
      const events = Array.isArray(run.expected.events) ? run.expected.events : [];
      // Without a recorded history there is nobody to answer the tasks.
      if (events.length === 0 && recorded.needs.length > 0) continue;
      const played = play(definitionText, recorded.type, input, events);
      if ('diagnostics' in played) throw new Error(`does not compile: ${played.diagnostics}`);
      if (events.length > 0) {
        const actual = recorded.incompleteHistory ? played.events.slice(0, events.length) : played.events;
        const order = recorded.eventOrder ?? 'as-recorded';
        expect(historyDifference(newerMapExit(events), actual, order, recorded.placeholders)).toBeUndefined();
      }
      const { status, output, error } = run.expected;
      if (status !== undefined && !recorded.incompleteHistory) expect(played.status).toBe(status);
      if (error !== undefined)
        expect(new Matcher(recorded.placeholders).difference(error, played.error)).toBeUndefined();
      if (output !== undefined && status === 'SUCCEEDED') {
        expect(new Matcher(recorded.placeholders).difference(output, played.output)).toBeUndefined();
      }
    }
  });
});
