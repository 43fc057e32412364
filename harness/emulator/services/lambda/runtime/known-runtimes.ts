/**
 * The runtimes of Lambda as its API judges them, with AWS's texts as recorded.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
import { invalidParameter } from '../errors.ts';
import { SUPPORTED_RUNTIMES } from './runtimes.ts';

/** AWS's runtimes that this emulator does not run. */
const NOT_RUN_HERE = new Set(
  'dotnet6 dotnet8 dotnet10 java8.al2 java11 java17 java21 java25 ruby3.2 ruby3.3 ruby3.4'.split(' '),
);

/** Runtimes that AWS takes for functions no more. */
const RETIRED = new Set(
  'dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 go1.x java8 nodejs nodejs4.3 nodejs4.3-edge nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x provided python2.7 python3.6 python3.7 ruby2.5 ruby2.7'.split(
    ' ',
  ),
);

/** What AWS lists, in its order, when it knows no runtime of a name. Recorded in CreateFunction. */
const LISTED_FOR_FUNCTIONS =
  'nodejs20.x, python3.14, provided.al2023, python3.12, python3.13, nodejs24.x, nodejs22.x, java17, nodejs16.x, java25, dotnet8, python3.10, java11, python3.11, dotnet6, java21, nodejs18.x, provided.al2, ruby3.3, ruby3.4, java8.al2, ruby3.2, python3.8, python3.9';

/** Runtimes that a layer may name, retired ones included, in AWS's order. Recorded in PublishLayerVersion. */
export const LAYER_RUNTIMES: readonly string[] =
  'ruby3.5 ruby2.6 dotnetcore1.0 python3.7 nodejs8.10 nasa ruby2.7 python2.7-greengrass dotnetcore2.0 python3.8 java21 dotnet6 dotnetcore2.1 python3.9 java11 nodejs6.10 provided dotnetcore3.1 dotnet8 java25 java17 nodejs nodejs4.3 java8.al2 go1.x dotnet10 nodejs20.x go1.9 byol nodejs10.x provided.al2023 nodejs22.x python3.10 java8 nodejs12.x python3.11 nodejs24.x nodejs8.x python3.12 nodejs14.x nodejs8.9 nodejs26.x python3.13 python3.14 nodejs16.x python3.15 provided.al2 nodejs4.3-edge nodejs18.x ruby3.2 python3.4 ruby3.3 ruby3.4 ruby2.5 python3.6 python2.7'.split(
    ' ',
  );

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html#snapstart-runtimes */
export const SNAP_START_RUNTIMES = /^(?:java(?:11|17|2\d)|python3\.1[2-9]|dotnet(?:8|10))$/;

/** @throws AwsError InvalidParameterValueException for a runtime that no function can have here */
export function checkRuntime(runtime: string): void {
  if ((SUPPORTED_RUNTIMES as readonly string[]).includes(runtime)) return;
  if (RETIRED.has(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (NOT_RUN_HERE.has(runtime)) {
    throw invalidParameter(
      `The runtime ${runtime} is not run here; this emulator runs ${SUPPORTED_RUNTIMES.join(', ')}.`,
    );
  }
  throw invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${LISTED_FOR_FUNCTIONS}] or be a valid ARN`,
  );
}
