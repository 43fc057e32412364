/**
 * Which place answers which service, as people write it: `--backend localstack,lambda=embedded`, or a YAML file with
 * the same as fields. IAM and STS are where S3 is; CloudWatch Logs is where the functions run, for that is where
 * their output goes.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';

const PLACES = ['embedded', 'localstack', 'compose', 'endpoint', 'aws'] as const;
/** Names of backends, as `--backend` begins. */
export const placeNames: readonly string[] = PLACES;
export type PlaceName = (typeof PLACES)[number];

/** Services of docker-compose.yml that answer as an AWS endpoint. */
const COMPOSE_SERVICES = ['cosmicai', 'localstack'] as const;

const MIXED_SERVICES = ['s3', 'stepfunctions', 'lambda', 'logs'] as const;

export interface BackendChoice {
  /** Where S3, IAM and STS are. */
  base: PlaceName;
  stepfunctions: PlaceName | 'stepfunctions-local';
  /** Where the functions run and write their logs. */
  lambda: PlaceName;
  /** URL of `endpoint`. */
  url?: string;
  /** Service of docker-compose.yml, of `compose`. */
  service?: (typeof COMPOSE_SERVICES)[number];
  /** Image of `localstack`; a LocalStack-compatible one will do. */
  image?: string;
  /** Port of `localstack` on this machine; any free one when left out. */
  port?: number;
  /** Image of `stepfunctions-local`. */
  stepfunctionsImage?: string;
  /** MockConfigFile of `stepfunctions-local`. */
  mocks?: string;
  /** Of `aws`; what the SDK's default chain knows when left out. */
  profile?: string;
  region?: string;
  /** More of the environment of the LocalStack container. */
  environment?: Record<string, string>;
}

/** One setting per field; `base` and its value come first on the command line. */
const fieldsSchema = z.strictObject({
  s3: z.string(),
  stepfunctions: z.string().optional(),
  lambda: z.string().optional(),
  logs: z.string().optional(),
  url: z.string().optional(),
  service: z.enum(COMPOSE_SERVICES).optional(),
  image: z.string().min(1).optional(),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
  stepfunctionsImage: z.string().min(1).optional(),
  mocks: z.string().min(1).optional(),
  profile: z.string().min(1).optional(),
  region: z.string().min(1).optional(),
  environment: z.record(z.string(), z.coerce.string()).optional(),
});
type Fields = z.input<typeof fieldsSchema>;

/** Keys that may follow a backend's name on the command line. */
const SETTINGS: readonly string[] = [
  ...MIXED_SERVICES,
  'port',
  'mocks',
  'stepfunctionsImage',
  'profile',
  'region',
];

const wrong = (code: string, message: string, remedy: string): HarnessError =>
  new HarnessError(code, message, { exitCode: ExitCode.inputWrong, remedy });

/**
 * The choice behind `NAME[=VALUE][,SETTING=VALUE...]` or the name of a YAML file.
 * @throws HarnessError `unknown-backend`, `bad-backend`, `bad-endpoint` (exit code 2)
 */
export function parseChoice(text: string): BackendChoice {
  return /\.ya?ml$/.test(text) ? choiceOf(fieldsOfFile(text), text) : choiceOf(fieldsOfText(text), text);
}

/** Splits a list of choices: a part that is a setting belongs to the backend before it. */
export function splitChoices(text: string): string[] {
  const choices: string[] = [];
  for (const part of text.split(',').map((one) => one.trim())) {
    const isSetting = SETTINGS.includes(part.split('=')[0]!);
    if (isSetting && choices.length > 0) choices[choices.length - 1] += `,${part}`;
    else if (part !== '') choices.push(part);
  }
  return choices;
}

function fieldsOfText(text: string): Fields {
  const [first = '', ...settings] = text.split(',').map((part) => part.trim());
  const [base = '', value] = splitOnce(first);
  const fields: Record<string, unknown> = { s3: base };
  if (value !== undefined) {
    if (base === 'endpoint') fields['url'] = value;
    else if (base === 'localstack') fields['image'] = value;
    else if (base === 'compose') fields['service'] = value;
    else if (isPlace(base)) {
      throw wrong(
        'bad-backend',
        `the backend ${base} takes no value, but was given "${value}"`,
        `write --backend ${base}, or --backend endpoint=${value}`,
      );
    }
  }
  for (const setting of settings) {
    const [key, given] = splitOnce(setting);
    if (!SETTINGS.includes(key) || given === undefined) {
      const near = nearestName(key, SETTINGS);
      throw wrong(
        'bad-backend',
        `"${setting}" is no setting of a backend`,
        near ? `did you mean ${near}=...?` : `settings are ${SETTINGS.join('=, ')}=`,
      );
    }
    fields[key] = given;
  }
  return fields as Fields;
}

function fieldsOfFile(file: string): Fields {
  try {
    return parse(readFileSync(file, 'utf8')) as Fields;
  } catch (error) {
    throw wrong(
      'bad-backend',
      `the backend file ${file} cannot be read: ${(error as Error).message}`,
      'it is YAML such as {s3: localstack, stepfunctions: localstack, lambda: embedded}',
    );
  }
}

function choiceOf(input: Fields, text: string): BackendChoice {
  const parsed = fieldsSchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw wrong(
      'bad-backend',
      `the backend "${text}" is wrong at ${issue.path.join('.') || 'its top'}: ${issue.message}`,
      `fields are ${Object.keys(fieldsSchema.shape).join(', ')}`,
    );
  }
  const { s3, stepfunctions, lambda, logs, ...rest } = parsed.data;
  const base = placeNamed(s3);
  const choice: BackendChoice = {
    base,
    stepfunctions:
      stepfunctions === 'stepfunctions-local' ? stepfunctions : placeNamed(stepfunctions ?? base),
    lambda: placeNamed(lambda ?? base),
    ...(Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as object),
  };
  requireSense(choice, logs);
  return choice;
}

/** Mixtures that can work. What is refused is refused here, with the reason. */
function requireSense({ base, stepfunctions, lambda, url, image, port }: BackendChoice, logs?: string): void {
  const bad = (message: string, remedy: string) => wrong('bad-backend', message, remedy);
  if (base === 'endpoint' && (url === undefined || !/^https?:\/\//.test(url))) {
    throw wrong(
      'bad-endpoint',
      `the endpoint ${url ?? ''} is no http or https URL`,
      'write --backend endpoint=http://127.0.0.1:4566',
    );
  }
  if (logs !== undefined && logs !== lambda) {
    throw bad(
      `logs cannot be at ${logs} when the functions run at ${lambda}`,
      `functions write where they run: leave logs out, or write logs=${lambda}`,
    );
  }
  if ((image !== undefined || port !== undefined) && base !== 'localstack') {
    throw bad(`${base} has no image and no port of its own`, 'both belong to the backend localstack');
  }
  if ((base === 'aws' || base === 'compose') && (stepfunctions !== base || lambda !== base)) {
    throw bad(`${base} is not mixed with other places`, `write --backend ${base}`);
  }
  if (stepfunctions !== base && stepfunctions !== 'stepfunctions-local') {
    throw bad(
      `Step Functions at ${stepfunctions} cannot read S3 at ${base}`,
      `write stepfunctions=${base} or stepfunctions=stepfunctions-local`,
    );
  }
  if (lambda !== base && lambda !== 'embedded') {
    throw bad(
      `functions cannot run at ${lambda} with S3 at ${base}`,
      `write lambda=${base} or lambda=embedded`,
    );
  }
  if (base === 'endpoint' && lambda === 'embedded' && stepfunctions === 'endpoint') {
    throw bad(
      'the Step Functions behind an endpoint has no way to functions that run here',
      'start LocalStack with --backend localstack,lambda=embedded, or leave lambda at the endpoint',
    );
  }
}

function placeNamed(name: string): PlaceName {
  if (isPlace(name)) return name;
  const near = nearestName(name, PLACES);
  throw wrong(
    'unknown-backend',
    `there is no backend "${name}"`,
    near ? `did you mean ${near}?` : `backends are ${PLACES.join(', ')}`,
  );
}

const isPlace = (name: string): name is PlaceName => (PLACES as readonly string[]).includes(name);

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at === -1 ? [text, undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
