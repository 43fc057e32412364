/** Every recorded history of AWS, replayed on the interpreter: equal, or listed with the reason. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../harness/asl/compile.ts';
import { type RecordedHistory, readHistory } from '../../harness/asl/replay/recorded-history.ts';
import { type Replay, replay } from '../../harness/asl/replay/replay.ts';
import { isJsonObject, type Json, type JsonObject } from '../../harness/core/json.ts';
import { parseJson } from '../../harness/core/json-parse.ts';
import { printJson } from '../../harness/core/json-print.ts';
import { limitsOf } from '../../harness/core/limits.ts';
import { seededRandom } from '../../harness/core/random.ts';
import { type Case, type Expected, loadCases } from './corpus.ts';
import { matchValue } from './matcher/match.ts';
import { type Bindings, TokenSet } from './matcher/tokens.ts';
import { REPLAYED_OTHERWISE } from './replayed-otherwise.ts';

interface Run {
  id: string;
  one: Case;
  definition: string;
  expected: Expected;
  /** The input that was sent; the recording shows dates in it as a word. */
  input: string | undefined;
}

/** Executions with a recorded history and a definition. */
function runsOf(one: Case): Run[] {
  if (one.kind !== 'execution' && one.kind !== 'executions' && one.kind !== 'execution-with-steps') return [];
  const runs = one.runs ?? [
    one as { definition?: JsonObject; input?: Json; inputText?: string; expected: Expected },
  ];
  return runs.flatMap((run, i) => {
    const definition = run.definition ?? one.definition;
    const text = one.definitionText ?? (definition && printJson(definition));
    if (text === undefined || !run.expected.events?.length) return [];
    return [
      {
        id: runs.length > 1 ? `${one.id} ${i + 1}` : one.id,
        one,
        definition: text,
        expected: run.expected,
        input: inputOf(run),
      },
    ];
  });
}

function inputOf({ input, inputText }: { input?: Json; inputText?: string }): string | undefined {
  return inputText ?? (input === undefined ? undefined : printJson(input));
}

/** A failed function's cause is fed to the interpreter and must be the text that it was; all else is compared as values. */
function withFunctionCause(event: JsonObject): JsonObject {
  const name = 'lambdaFunctionFailedEventDetails';
  const details = event[name];
  if (!isJsonObject(details) || !isJsonObject(details['cause'])) return event;
  return { ...event, [name]: { ...details, cause: pythonText(details['cause']) } };
}

/** Python's JSON: a space after each comma and colon. */
function pythonText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`;
  if (!isJsonObject(value)) return printJson(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${pythonText(member)}`,
  );
  return `{${members.join(', ')}}`;
}

/** Until mid-2024 MapStateExited pointed to MapRunSucceeded, since then it points to MapRunStarted. */
function asWrittenNow(events: JsonObject[]): JsonObject[] {
  const byId = new Map(events.map((event) => [event['id'], event]));
  return events.map((event) => {
    const previous = byId.get(event['previousEventId'] ?? null);
    return event['type'] === 'MapStateExited' && previous?.['type'] === 'MapRunSucceeded'
      ? { ...event, previousEventId: previous['previousEventId'] ?? 0 }
      : event;
  });
}

const ACTIVITY = 'arn:aws:states:us-east-1:111111111111:activity:polled';

/** The placeholder of an activity's ARN becomes one, or the definition would not compile. */
function filled({ one, definition, expected }: Run): { definition: string; events: JsonObject[] } {
  const tokens = Object.keys(one.placeholders).filter((token) => token.includes('activity_arn'));
  const fill = (text: string) =>
    tokens.reduce((filledText, token) => filledText.replaceAll(token, ACTIVITY), text);
  return {
    definition: fill(definition),
    events: parseJson(fill(printJson(expected.events ?? []))) as JsonObject[],
  };
}

function replayed(run: Run): Replay | string {
  const { one } = run;
  const { definition, events: recordedEvents } = filled(run);
  const type = one.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  const { program, diagnostics } = compile(definition, { type });
  if (!program) return `does not compile: ${JSON.stringify(diagnostics)}`;
  const events = asWrittenNow(recordedEvents).map(withFunctionCause);
  let history: RecordedHistory;
  try {
    history = readHistory({ events, type });
  } catch (error) {
    return (error as Error).message;
  }
  const first = history.events[0];
  if (first && run.input !== undefined && first.type === 'ExecutionStarted')
    first.details = { ...first.details, input: run.input };
  const tokens = new TokenSet(one.placeholders);
  let bindings: Bindings = new Map();
  return replay(
    program,
    {
      ...history,
      executionArn:
        'arn:<partition>:states:<region>:111111111111:execution:<ArnPart_0idx>:<ExecArnPart_0idx>',
    },
    {
      random: seededRandom(one.id),
      limits: limitsOf('aws-default'),
      mayContinue: one.incompleteHistory ?? false,
      sameDetails(recorded, ours) {
        const match = matchValue(tokens, recorded.details, ours.details, bindings);
        if ('mismatch' in match) return false;
        bindings = match.bindings;
        return true;
      },
    },
  );
}

const runs = loadCases().flatMap(runsOf);

describe.skipIf(runs.length === 0)('recorded histories replay', () => {
  it.each(runs.map((run) => [run.id, run] as const))('%s', (id, run) => {
    const result = replayed(run);
    const difference =
      typeof result === 'string' ? result : result.difference && JSON.stringify(result.difference);
    const reason = REPLAYED_OTHERWISE[id];
    if (reason === undefined) expect(difference).toBeUndefined();
    else expect(difference, `listed as "${reason}", but equal`).toBeDefined();
  });
});
