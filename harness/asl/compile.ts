/**
 * The door to the interpreter's static side: text of a definition in, program or diagnostics out.
 */
import type { Program } from './program.ts';
import type { Diagnostic } from './validate/diagnostic.ts';

export interface CompileOptions {
  type: 'STANDARD' | 'EXPRESS';
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
  void definitionText;
  void options;
  return { diagnostics: [] };
}

/** The message of CreateStateMachine's InvalidDefinition error. */
export function invalidDefinitionMessage(diagnostics: readonly Diagnostic[]): string {
  const reasons = diagnostics
    .filter((diagnostic) => diagnostic.severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ''}`);
  return `Invalid State Machine Definition: '${reasons.join(', ')}'`;
}
