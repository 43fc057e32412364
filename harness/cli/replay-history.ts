/** `cosmicai replay`: the first difference between a recorded history and what the interpreter does with it. */
import { readFile } from 'node:fs/promises';
import { compile } from '../asl/compile.ts';
import type { Program } from '../asl/program.ts';
import {
  HistoryInvalid,
  type RecordedEvent,
  type RecordedHistory,
  readHistory,
} from '../asl/replay/recorded-history.ts';
import { type Difference, replay } from '../asl/replay/replay.ts';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { JsonSyntaxError, parseJson } from '../core/json-parse.ts';
import { printJson } from '../core/json-print.ts';
import { limitsOf } from '../core/limits.ts';
import { seededRandom } from '../core/random.ts';
import { CommandExit } from './command.ts';

export async function replayHistory(file: string, options: { definition?: string }): Promise<void> {
  const history = readFileHistory(file, await readFile(file, 'utf8').catch(unreadable(file)));
  const from = options.definition ?? file;
  const definition =
    options.definition === undefined
      ? history.definition
      : await readFile(options.definition, 'utf8').catch(unreadable(options.definition));
  if (definition === undefined)
    throw wrong(file, 'does not hold the definition that ran', 'Name it by --definition.');
  const { program, diagnostics } = compile(definition, { type: history.type ?? 'STANDARD' });
  if (!program)
    throw wrong(
      from,
      diagnostics.map(({ message, location }) => `${location ?? '/'}: ${message}`).join('\n'),
      'Validate it by `cosmicai validate`.',
    );
  const differs = [history, ...(history.children ?? [])]
    .map((each) => replayOne(program, each))
    .includes(true);
  if (differs) throw new CommandExit(ExitCode.expectationFailed);
}

/** Prints what came of one execution; true when it differs. */
function replayOne(program: Program, history: RecordedHistory): boolean {
  const { equalCount, difference } = replay(program, history, {
    random: seededRandom(history.executionArn ?? 'replay'),
    limits: limitsOf('aws-default'),
    mayContinue: !/^Execution(?:Succeeded|Failed|Aborted|TimedOut)$/.test(history.events.at(-1)?.type ?? ''),
  });
  const name = history.executionArn ?? 'the execution';
  console.log(
    difference
      ? `${name}: ${equalCount} events are equal, then:\n${shown(difference)}`
      : `${name}: all ${equalCount} events are equal`,
  );
  return difference !== undefined;
}

function shown({ recorded, ours, reason }: Difference): string {
  return [
    `  recorded  ${line(recorded)}`,
    `  replayed  ${line(ours)}`,
    ...(reason === undefined ? [] : [`  ${reason}`]),
  ].join('\n');
}

function line(event: RecordedEvent | undefined): string {
  if (!event) return '(no event)';
  return `${event.id} ${event.type} (after ${event.previousEventId}) ${printJson(event.details)}`;
}

function readFileHistory(file: string, text: string): RecordedHistory {
  try {
    return readHistory(parseJson(text), file);
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof HistoryInvalid) throw wrong(file, error.message);
    throw error;
  }
}

function unreadable(file: string): (error: Error) => never {
  return (error) => {
    throw wrong(file, `cannot be read: ${error.message}`);
  };
}

function wrong(file: string, message: string, remedy?: string): HarnessError {
  return new HarnessError('history-invalid', `${file}: ${message}`, {
    exitCode: ExitCode.inputWrong,
    location: { file },
    ...(remedy === undefined ? {} : { remedy }),
  });
}
