/** What AWS's ValidateStateMachineDefinition says about one fault of a definition. */
export interface Diagnostic {
  severity: 'ERROR' | 'WARNING';
  /** AWS's code, e.g. SCHEMA_VALIDATION_FAILED. */
  code: string;
  message: string;
  /** e.g. `/States/Fetch/Next`; for text that is not JSON the parser's `[Source: ...]`. */
  location?: string;
}
