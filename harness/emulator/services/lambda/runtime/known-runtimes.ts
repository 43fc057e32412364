/**
 * The runtimes of Lambda as its API judges them: those run here, those AWS runs and this emulator does not, and
 * those AWS takes no more. Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
import { invalidParameter } from '../errors.ts';
import { SUPPORTED_RUNTIMES } from './runtimes.ts';

const NOT_RUN_HERE = [
  'dotnet8',
  'dotnet10',
  'java8.al2',
  'java11',
  'java17',
  'java21',
  'java25',
  'ruby3.2',
  'ruby3.3',
  'ruby3.4',
] as const;

/** What AWS recommends instead of a runtime that it takes no more. */
const DEPRECATED: { readonly [runtime: string]: string } = {
  'dotnetcore3.1': 'dotnet6',
  'go1.x': 'provided.al2023',
  java8: 'java21',
  'nodejs10.x': 'nodejs18.x',
  'nodejs12.x': 'nodejs18.x',
  'nodejs14.x': 'nodejs20.x',
  provided: 'provided.al2023',
  'python2.7': 'python3.12',
  'python3.6': 'python3.12',
  'python3.7': 'python3.12',
  'ruby2.7': 'ruby3.2',
};

/** Runtimes that a layer may name. */
export const KNOWN_RUNTIMES = [...SUPPORTED_RUNTIMES, ...NOT_RUN_HERE] as const;

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes */
export const SNAP_START_RUNTIMES = /^(?:java(?:11|17|2\d)|python3\.1[2-9]|dotnet(?:8|10))$/;

/** @throws AwsError InvalidParameterValueException */
export function parseRuntime(runtime: string | undefined): string | undefined {
  if (runtime === undefined || (SUPPORTED_RUNTIMES as readonly string[]).includes(runtime)) return runtime;
  const successor = DEPRECATED[runtime];
  if (successor !== undefined) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use the new runtime (${successor}) while creating or updating functions.`,
    );
  }
  if ((NOT_RUN_HERE as readonly string[]).includes(runtime)) {
    throw invalidParameter(
      `The runtime ${runtime} is not run here; this emulator runs ${SUPPORTED_RUNTIMES.join(', ')}.`,
    );
  }
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${KNOWN_RUNTIMES.join(', ')}] or be a valid ARN`,
  );
}
