/**
 * The recorded answers of AWS the project is held to: `../shared/conformance` beside the repository, or the folder
 * COSMICAI_CONFORMANCE_DIR names. The format is described in the corpus' README.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Json, JsonObject } from '../../harness/core/json.ts';
import { parseJson } from '../../harness/core/json-parse.ts';
import type { Tokens } from './matcher/tokens.ts';

export const CORPUS_DIR = process.env['COSMICAI_CONFORMANCE_DIR']
  ? resolve(process.env['COSMICAI_CONFORMANCE_DIR'])
  : resolve(import.meta.dirname, '../../../shared/conformance');

export const CORPUS_EXISTS = existsSync(join(CORPUS_DIR, 'cases'));

export interface Step {
  op: string;
  service?: string;
  request: JsonObject;
  clientSide?: boolean;
  expect?: Json;
  expectError?: { Error: { Code: string; Message: string } };
  expectErrorSummary?: { exception_typename: string; exception_value: string };
  expectParts?: { path: string; value: Json }[];
  expectHttpStatus?: number;
}

export interface Expected {
  status?: string;
  output?: Json;
  error?: string;
  cause?: Json;
  events?: Json[];
  describeExecution?: JsonObject;
  startSyncResponse?: JsonObject;
  lastLogEvent?: JsonObject;
  loggedEvents?: JsonObject[];
  mapRun?: JsonObject;
  other?: { [key: string]: Json };
  response?: JsonObject;
  errorSummary?: JsonObject;
  httpStatus?: number;
}

export interface StandIn {
  name: string;
  timeout?: number;
  behaviour: string;
  errorType?: string;
  errorMessage?: string;
  value?: Json;
  text?: string;
  repeat?: string;
  count?: number;
  seconds?: number;
}

export interface Case {
  id: string;
  area: string;
  kind: 'execution' | 'executions' | 'execution-with-steps' | 'transcript' | 'test-state';
  type: string | string[] | null;
  needs: string[];
  definition?: JsonObject;
  definitionText?: string;
  input?: Json;
  inputText?: string;
  inputOmitted?: boolean;
  name?: string;
  sync?: boolean;
  runs?: { definition?: JsonObject; input?: Json; expected: Expected }[];
  request?: JsonObject;
  steps?: Step[];
  setup?: { service: string; op: string; request: JsonObject; yields?: JsonObject }[];
  lambdas?: StandIn[];
  s3?: { bucket: string; key: string; body: Json }[];
  companions?: JsonObject[];
  otherRuns?: JsonObject[];
  mockConfig?: JsonObject;
  testCase?: string;
  expected: Expected & { error?: Json };
  eventOrder?: 'as-recorded' | 'concurrent-branches' | 'sorted';
  incompleteHistory?: boolean;
  placeholders: Tokens;
  /** Tokens that stand for several values in this case. */
  sharedPlaceholders?: string[];
  evidence: string;
  pairing?: { emulatorSkippedPaths?: string[] };
}

/** All cases, by area and file name. */
export function loadCases(): Case[] {
  if (!CORPUS_EXISTS) return [];
  const folder = join(CORPUS_DIR, 'cases');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return files.sort().map((name) => parseCase(readFileSync(join(folder, name), 'utf8')));
}

/** Numbers and the order of members stay what the recording says. */
function parseCase(text: string): Case {
  return parseJson(text) as unknown as Case;
}
