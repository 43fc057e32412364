/** The AWS CLI and boto3, unmodified; said aloud when they are not here. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LambdaFixture, ROLE, startLambda, zipOf } from './fixture.ts';

const run = promisify(execFile);
const has = (command: string, args: string[]) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(`${command} ${args.join(' ')} does not work here: its tests are skipped.`);
    return false;
  }
};
const hasCli = has('aws', ['--version']);
const hasBoto3 = has('python3', ['-c', 'import boto3']);

let fixture: LambdaFixture;
const folder = mkdtempSync(join(tmpdir(), 'cosmicai-clients-'));
const env = () => ({
  ...process.env,
  AWS_ENDPOINT_URL: fixture.emulator.endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_PAGER: '',
});
const aws = async (...args: string[]) => (await run('aws', args, { env: env(), cwd: folder })).stdout;

beforeAll(async () => {
  fixture = await startLambda();
  writeFileSync(
    join(folder, 'f.zip'),
    zipOf({
      'index.mjs':
        'export const handler = async (e) => { console.log("hello from", e.who); return { ok: e.who }; };',
    }),
  );
});
afterAll(async () => {
  await fixture.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(hasCli)('the AWS CLI', () => {
  it('creates, waits, invokes and tails', async () => {
    await aws(
      'lambda',
      'create-function',
      '--function-name',
      'cli',
      '--runtime',
      'nodejs20.x',
      '--role',
      ROLE,
      '--handler',
      'index.handler',
      '--zip-file',
      'fileb://f.zip',
    );
    await aws('lambda', 'wait', 'function-active-v2', '--function-name', 'cli');
    const answer = await aws(
      'lambda',
      'invoke',
      '--function-name',
      'cli',
      '--payload',
      Buffer.from('{"who":"cli"}').toString('utf8'),
      'out.json',
    );
    expect(JSON.parse(answer)).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'))).toEqual({ ok: 'cli' });
    const tail = await aws('logs', 'tail', '/aws/lambda/cli', '--since', '1h').catch(async () => {
      // The first CLI has no tail.
      return aws('logs', 'filter-log-events', '--log-group-name', '/aws/lambda/cli');
    });
    expect(tail).toContain('hello from cli');
    expect(JSON.parse(await aws('sts', 'get-caller-identity'))).toMatchObject({ Account: '000000000000' });
  });
});

const SCRIPT = `
import boto3, json
lam, logs, iam = (boto3.client(name) for name in ("lambda", "logs", "iam"))
trust = {"Version": "2012-10-17", "Statement": []}
role = iam.create_role(RoleName="boto", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
assert role["AssumeRolePolicyDocument"] == trust, role
assert iam.list_attached_role_policies(RoleName="boto")["AttachedPolicies"] == []
code = open("f.zip", "rb").read()
lam.create_function(FunctionName="boto", Runtime="nodejs22.x", Role=role["Arn"], Handler="index.handler", Code={"ZipFile": code})
lam.get_waiter("function_active_v2").wait(FunctionName="boto", WaiterConfig={"Delay": 1})
answer = lam.invoke(FunctionName="boto", Payload=json.dumps({"who": "boto3"}), LogType="Tail")
assert json.load(answer["Payload"]) == {"ok": "boto3"}
try:
    lam.invoke(FunctionName="nobody")
    raise SystemExit("no error")
except lam.exceptions.ResourceNotFoundException as error:
    assert error.response["Error"]["Message"].startswith("Function not found: arn:aws:lambda"), error
pages = logs.get_paginator("filter_log_events").paginate(logGroupName="/aws/lambda/boto", PaginationConfig={"PageSize": 1})
messages = [event["message"] for page in pages for event in page["events"]]
assert any("hello from boto3" in message for message in messages), messages
assert messages[0].startswith("INIT_START Runtime Version: nodejs:22.v1\\t"), messages
assert messages[1].startswith("START RequestId"), messages
print("fine")
`;

describe.runIf(hasBoto3)('boto3', () => {
  it('drives IAM, Lambda and Logs', async () => {
    const { stdout } = await run('python3', ['-c', SCRIPT], { env: env(), cwd: folder });
    expect(stdout).toContain('fine');
  });

  // Of these interpreters one may have no boto3 of its own, or be a shim of a version manager: AWS's runtimes have it.
  it.each(['python3.11', 'python3.13'] as const)(
    'runs inside a function of %s, which knows its role',
    async (runtime) => {
      const name = runtime.replace('.', '-');
      const source = [
        'import boto3, json, logging, os',
        'logging.getLogger().setLevel("INFO")',
        'def handler(event, context):',
        '    print("printed", event["n"])',
        '    logging.info("logged")',
        '    if event["n"] < 0: raise ValueError("negative")',
        '    arn = boto3.client("sts").get_caller_identity()["Arn"]',
        '    return {"n": event["n"] + 1, "arn": arn, "left": context.get_remaining_time_in_millis() > 0}',
      ].join('\n');
      await fixture.deploy(name, '', {
        Runtime: runtime,
        Handler: 'app.handler',
        Timeout: 60,
        MemorySize: 512,
        Code: { ZipFile: zipOf({ 'app.py': source }) },
      });
      const good = await fixture.invoke(name, { n: 1 });
      expect(good.payload).toEqual({
        n: 2,
        arn: `arn:aws:sts::000000000000:assumed-role/test/${name}`,
        left: true,
      });
      expect(good.log).toContain('printed 1\n');
      expect(good.log).toMatch(/\[INFO\]\t\S+Z\t\S+\tlogged\n/);
      const bad = await fixture.invoke(name, { n: -1 });
      expect(bad.payload).toMatchObject({ errorType: 'ValueError', errorMessage: 'negative' });
      expect((bad.payload as { stackTrace: string[] }).stackTrace[0]).toMatch(/app\.py", line 6, in handler/);
      expect(bad.log).toContain('[ERROR] ValueError: negative\nTraceback (most recent call last):\n');
    },
  );
});
