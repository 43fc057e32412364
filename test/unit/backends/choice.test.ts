import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseChoice, splitChoices } from '../../../harness/backends/choice.ts';
import { startTimeoutMs } from '../../../harness/backends/localstack/container-options.ts';
import { stepFunctionsLocalSpec } from '../../../harness/backends/localstack/stepfunctions-local.ts';
import { wallClock } from '../../../harness/core/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'choice-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fileWith = (text: string) => {
  const file = join(folder, 'mix.yaml');
  writeFileSync(file, text);
  return file;
};

describe('the choice of a backend', () => {
  it.each([
    ['embedded', { base: 'embedded', stepfunctions: 'embedded', lambda: 'embedded' }],
    ['localstack', { base: 'localstack', stepfunctions: 'localstack', lambda: 'localstack' }],
    [
      'localstack=localstack/localstack:4.13.0,port=4567',
      { base: 'localstack', image: 'localstack/localstack:4.13.0', port: 4567 },
    ],
    ['localstack,lambda=embedded', { base: 'localstack', stepfunctions: 'localstack', lambda: 'embedded' }],
    [
      'localstack, stepfunctions=stepfunctions-local, lambda=embedded, logs=embedded',
      { base: 'localstack', stepfunctions: 'stepfunctions-local', lambda: 'embedded' },
    ],
    ['endpoint=http://127.0.0.1:4566', { base: 'endpoint', url: 'http://127.0.0.1:4566' }],
  ])('%s', (text, expected) => {
    expect(parseChoice(text)).toMatchObject(expected);
  });

  it('stands in a file just as well', () => {
    const text =
      's3: localstack\nstepfunctions: stepfunctions-local\nlambda: embedded\nenvironment: { DEBUG: 1 }\n';
    expect(parseChoice(fileWith(text))).toEqual({
      base: 'localstack',
      stepfunctions: 'stepfunctions-local',
      lambda: 'embedded',
      environment: { DEBUG: '1' },
    });
  });

  it.each([
    ['embeded', /no backend "embeded"/, 'did you mean embedded?'],
    ['localstack,lambda=ministack', /no backend "ministack"/, /backends are/],
    ['localstack,lamda=embedded', /"lamda=embedded" is no setting/, /did you mean lambda=/],
    ['localstack,port=0', /wrong at port/, /fields are/],
    ['embedded=x', /takes no value/, /endpoint=x/],
    ['endpoint', /no http or https URL/, /endpoint=http/],
    [
      'embedded,stepfunctions=localstack',
      /Step Functions at localstack cannot read S3 at embedded/,
      /stepfunctions=/,
    ],
    ['embedded,lambda=localstack', /functions cannot run at localstack/, /lambda=embedded/],
    ['localstack,lambda=embedded,logs=localstack', /logs cannot be at localstack/, /logs=embedded/],
    ['endpoint=http://x,lambda=embedded', /no way to functions that run here/, /localstack,lambda=embedded/],
    ['aws,lambda=embedded', /aws is not mixed/, '--backend aws'],
    ['endpoint=http://x,port=1', /no image and no port/, /localstack/],
  ])('%s is refused with a remedy', (text, message, remedy) => {
    expect(() => parseChoice(text)).toThrow(
      expect.objectContaining({
        exitCode: 2,
        message: expect.stringMatching(message),
        remedy: typeof remedy === 'string' ? expect.stringContaining(remedy) : expect.stringMatching(remedy),
      }),
    );
  });

  it('of a file that is none, or says what is no field, is refused', () => {
    expect(() => parseChoice(join(folder, 'absent.yaml'))).toThrow(/cannot be read/);
    expect(() => parseChoice(fileWith('s3: localstack\nlamda: embedded\n'))).toThrow(/wrong at its top/);
  });

  it('several stand in one list, each with its settings', () => {
    expect(splitChoices('embedded,localstack,lambda=embedded,port=4567,endpoint=http://a')).toEqual([
      'embedded',
      'localstack,lambda=embedded,port=4567',
      'endpoint=http://a',
    ]);
  });
});

describe('the containers of a backend', () => {
  it('Step Functions Local is told where Lambda, S3 and its mocks are', () => {
    const mocks = join(folder, 'mocks.json');
    writeFileSync(mocks, '{"StateMachines":{}}');
    const { environment, files } = stepFunctionsLocalSpec({
      region: 'eu-west-1',
      accountId: '000000000000',
      lambdaEndpoint: 'http://host.docker.internal:1',
      s3Endpoint: 'http://host.docker.internal:2',
      mocks,
      clock: wallClock(),
      onLine() {},
    });
    expect(environment).toMatchObject({
      AWS_ACCOUNT_ID: '000000000000',
      AWS_DEFAULT_REGION: 'eu-west-1',
      LAMBDA_ENDPOINT: 'http://host.docker.internal:1',
      S3_ENDPOINT: 'http://host.docker.internal:2',
    });
    expect(files).toEqual([{ content: '{"StateMachines":{}}', target: environment['SFN_MOCK_CONFIG'] }]);
  });

  it('have as long to start as the environment says', () => {
    expect(startTimeoutMs('')).toBe(120_000);
    expect(startTimeoutMs('1.5')).toBe(1500);
    expect(() => startTimeoutMs('soon')).toThrow(/no number of seconds/);
  });
});
