import type { QueryLanguage } from '../definition.ts';
import type { MachineType } from '../program.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Collects diagnostics of one document; what the checks need to know beside the value in hand. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];
  readonly type: MachineType;
  /** QueryLanguage of the whole machine. */
  readonly language: QueryLanguage;
  /** State names and Map labels seen so far in the document. */
  readonly stateNames = new Set<string>();
  readonly labels = new Set<string>();

  constructor(type: MachineType, language: QueryLanguage) {
    this.type = type;
    this.language = language;
  }

  error(code: string, message: string, location?: string): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, ...(location !== undefined && { location }) });
  }

  schema(message: string, location?: string): void {
    this.error('SCHEMA_VALIDATION_FAILED', message, location);
  }
}
