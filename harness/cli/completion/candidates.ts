/** What may follow on a command line, from the commands themselves. Pure but for the values it asks for. */
import type { Argument, Command, Option } from 'commander';

export interface Candidate {
  value: string;
  description?: string;
}

/** What takes a value: an option or an argument. */
export interface Taker {
  /** As `--help` writes it: `file`, `i/n`, `axis=values`. */
  placeholder: string;
  /** `--backend`, or nothing for an argument. */
  option?: string;
  /** `run`, `data generate`. */
  command: string;
  choices?: readonly string[];
}

/** Values that begin with `partial`; `words` are all that stand before it. */
export type ValueSource = (taker: Taker, partial: string, words: readonly string[]) => Promise<Candidate[]>;

/** Candidates for the last of `words`, which stand after the program's name. */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  values: ValueSource,
): Promise<Candidate[]> {
  const partial = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const place = placeAfter(program, before);
  const valuesOf = (taker: Taker, text: string) => values(taker, text, before);
  if (place.awaiting && (place.awaiting.required || !partial.startsWith('-'))) {
    const found = await valuesOf(optionTaker(place.awaiting, place.command), partial);
    if (place.awaiting.required || found.length > 0) return found;
  }
  if (partial.startsWith('-') && !place.onlyArguments) {
    const at = partial.indexOf('=');
    if (at === -1) return optionsOf(place.command, before).filter(({ value }) => value.startsWith(partial));
    const option = findOption(place.command, partial.slice(0, at));
    if (!option || option.isBoolean()) return [];
    const found = await valuesOf(optionTaker(option, place.command), partial.slice(at + 1));
    return found.map((one) => ({ ...one, value: `${partial.slice(0, at + 1)}${one.value}` }));
  }
  const commands = place.arguments === 0 ? commandsOf(place.command) : [];
  const argument = argumentAt(place.command, place.arguments);
  const found = argument ? await valuesOf(argumentTaker(argument, place.command), partial) : [];
  return [...commands.filter(({ value }) => value.startsWith(partial)), ...found];
}

interface Place {
  command: Command;
  /** Arguments given to it so far. */
  arguments: number;
  /** The option whose value comes next, or may. */
  awaiting?: Option;
  /** After `--`. */
  onlyArguments: boolean;
}

function placeAfter(program: Command, words: readonly string[]): Place {
  const place: Place = { command: program, arguments: 0, onlyArguments: false };
  for (const word of words) {
    const { awaiting } = place;
    delete place.awaiting;
    if (awaiting && (awaiting.required || !word.startsWith('-'))) continue;
    if (!place.onlyArguments && word === '--') place.onlyArguments = true;
    else if (!place.onlyArguments && word.startsWith('-')) {
      const option = findOption(place.command, word);
      if (option && (option.required || option.optional)) place.awaiting = option;
    } else {
      const next = place.arguments === 0 ? subcommand(place.command, word) : undefined;
      if (next) place.command = next;
      else place.arguments++;
    }
  }
  return place;
}

const subcommand = (command: Command, name: string) =>
  command.commands.find((one) => one.name() === name || one.aliases().includes(name));

/** Options of the command and of those above it. */
function optionsIn(command: Command): Option[] {
  const above = command.parent ? optionsIn(command.parent) : [];
  return [...command.options, ...above.filter((one) => one.long !== '--version')];
}

const findOption = (command: Command, flag: string) => optionsIn(command).find((one) => hasFlag(one, flag));

const hasFlag = ({ long, short }: Option, flag: string) => flag === long || flag === short;

function optionsOf(command: Command, given: readonly string[]): Candidate[] {
  const shown = optionsIn(command).filter((one) => !one.hidden && !(one.isBoolean() && isGiven(one, given)));
  return [
    ...shown.map(({ long, short, description }) => ({ value: (long ?? short)!, description })),
    { value: '--help', description: 'display help for command' },
  ];
}

const isGiven = (option: Option, words: readonly string[]) => words.some((word) => hasFlag(option, word));

/** Commands below, hidden ones left out as in `--help`. */
function commandsOf(command: Command): Candidate[] {
  if (command.commands.length === 0) return [];
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[index] ?? (last?.variadic ? last : undefined);
}

/** `run`, `data generate`: without the program's own name. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
}

export function optionTaker(option: Option, command: Command): Taker {
  const placeholder = /[<[](.+?)(?:\.\.\.)?[>\]]$/.exec(option.flags)?.[1] ?? '';
  return {
    placeholder,
    option: option.long ?? option.flags,
    command: pathOf(command),
    ...(option.argChoices ? { choices: option.argChoices } : {}),
  };
}

export function argumentTaker(argument: Argument, command: Command): Taker {
  return {
    placeholder: argument.name(),
    command: pathOf(command),
    ...(argument.argChoices ? { choices: argument.argChoices } : {}),
  };
}
