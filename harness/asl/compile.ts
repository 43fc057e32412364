/**
 * The door to the interpreter's static side: text of a definition in, program or diagnostics out.
 */
import { compileGroup, type Gathered } from './compile/state.ts';
import type { StateMachine } from './definition.ts';
import type { MachineType, Program } from './program.ts';
import type { Diagnostic } from './validate/diagnostic.ts';
import { validate, validateState } from './validate/validate.ts';

export interface CompileOptions {
  type: MachineType;
}

/** `program` is absent exactly when a diagnostic has severity ERROR. */
export interface CompileResult {
  program?: Program;
  diagnostics: Diagnostic[];
}

/**
 * Validates and compiles a definition. Never throws, whatever the text. The result may be kept and shared by any
 * number of executions.
 */
export function compile(definitionText: string, options: CompileOptions): CompileResult {
  const { definition, diagnostics } = validate(definitionText, options.type);
  if (!definition) return { diagnostics };
  return { program: compileDefinition(definition, definitionText, options.type), diagnostics };
}

/**
 * Validates and compiles a single state as TestState takes it: a machine of this one state, whose targets need
 * not exist. Never throws.
 */
export function compileState(stateText: string, name: string, options: CompileOptions): CompileResult {
  const { definition, diagnostics } = validateState(stateText, name, options.type);
  if (!definition) return { diagnostics };
  const machine: StateMachine = { StartAt: name, States: { [name]: definition } };
  return { program: compileDefinition(machine, stateText, options.type), diagnostics };
}

/** Compiles a definition that validation has accepted. */
function compileDefinition(definition: StateMachine, text: string, type: MachineType): Program {
  const gathered: Gathered = {
    defaultLanguage: definition.QueryLanguage ?? 'JSONPath',
    mapsByLabel: new Map(),
    stateNames: [],
    references: new Map(),
  };
  const root = compileGroup(definition, '', gathered);
  return {
    definition,
    text,
    type,
    root,
    ...(definition.TimeoutSeconds !== undefined && { timeoutSeconds: definition.TimeoutSeconds }),
    mapsByLabel: gathered.mapsByLabel,
    stateNames: gathered.stateNames,
    variableReferences: variableReferences(gathered),
  };
}

function variableReferences({ references }: Gathered): Record<string, string[]> {
  const named = [...references].filter(([, names]) => names.size > 0);
  return Object.fromEntries(named.map(([state, names]) => [state, [...names].sort()]));
}

/** The message of CreateStateMachine's InvalidDefinition error; AWS prints a missing location as `null`. */
export function invalidDefinitionMessage(diagnostics: readonly Diagnostic[]): string {
  const reasons = diagnostics
    .filter((diagnostic) => diagnostic.severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`);
  return `Invalid State Machine Definition: '${reasons.join(', ')}'`;
}
