/** Registry of the places where the pipeline can run. */
import { type AwsOptions, awsBackend } from './aws/aws.ts';
import type { Backend } from './backend.ts';
import { type BackendChoice, type PlaceName, parseChoice, splitChoices } from './choice.ts';
import { composeBackend } from './compose/compose.ts';
import { embedded } from './embedded.ts';
import { mixedBackend } from './mixed.ts';

const PLACES: Readonly<Record<PlaceName, (choice: BackendChoice, aws: AwsOptions) => Backend>> = {
  embedded: (choice) => (choice.stepfunctions === 'embedded' ? embedded : mixedBackend(choice)),
  localstack: mixedBackend,
  compose: composeBackend,
  endpoint: mixedBackend,
  aws: ({ profile, region }, aws) =>
    awsBackend({ ...aws, ...(profile ? { profile } : {}), ...(region ? { region } : {}) }),
};

/**
 * The backend that `--backend` names: a place with what differs from it, or a YAML file with the same.
 * @throws HarnessError `unknown-backend`, `bad-backend`, `bad-endpoint` (exit code 2)
 */
export function backendNamed(text: string, aws: AwsOptions = {}): Backend {
  const choice = parseChoice(text);
  return PLACES[choice.base](choice, aws);
}

/** The backends of `embedded,localstack,lambda=embedded`: two, for a setting belongs to the one before it. */
export function backendsNamed(text: string, aws: AwsOptions = {}): Backend[] {
  return splitChoices(text).map((one) => backendNamed(one, aws));
}
