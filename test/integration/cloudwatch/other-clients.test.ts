/** boto3 in all three protocols, and the AWS CLI. Skipped by name where they are not installed. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../../harness/emulator/emulator.ts';

vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const hasBoto3 = spawnSync('python3', ['-c', 'import boto3']).status === 0;
const hasCli = spawnSync('aws', ['--version']).status === 0;
let emulator: Emulator;
const env = {
  ...process.env,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_CONFIG_FILE: '/nonexistent',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
};

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});
afterAll(() => emulator.stop());

const BOTO3 = `
import sys, json, datetime as dt, boto3, botocore.session
from botocore.exceptions import ClientError

def client(protocol):
    session = botocore.session.get_session()
    loader = session.get_component('data_loader')
    inner = loader.load_service_model
    def load(service, type_name, api_version=None):
        model = inner(service, type_name, api_version)
        if service == 'cloudwatch' and type_name == 'service-2':
            model = json.loads(json.dumps(model))
            model['metadata']['protocol'] = protocol
            model['metadata']['protocols'] = [protocol]
        return model
    loader.load_service_model = load
    return boto3.Session(botocore_session=session).client('cloudwatch', endpoint_url=sys.argv[1])

now = dt.datetime.now(dt.timezone.utc)
for protocol in ['smithy-rpc-v2-cbor', 'json', 'query']:
    cw = client(protocol)
    ns = 'Boto/' + protocol
    dims = [{'Name': 'b', 'Value': '2'}, {'Name': 'a', 'Value': '1'}]
    cw.put_metric_data(Namespace=ns, MetricData=[
        {'MetricName': 'm', 'Dimensions': dims, 'Value': float(v), 'Unit': 'Count'} for v in range(1, 12)])
    window = dict(StartTime=now - dt.timedelta(minutes=5), EndTime=now + dt.timedelta(minutes=2))
    data = cw.get_metric_data(MetricDataQueries=[
        {'Id': 'a', 'MetricStat': {'Metric': {'Namespace': ns, 'MetricName': 'm', 'Dimensions': dims},
                                   'Period': 3600, 'Stat': 'Average'}},
        {'Id': 'b', 'Expression': 'a * 2'}], **window)
    assert [r['Values'] for r in data['MetricDataResults']] == [[6.0], [12.0]], data
    assert isinstance(data['MetricDataResults'][0]['Timestamps'][0], dt.datetime)
    stats = cw.get_metric_statistics(Namespace=ns, MetricName='m', Dimensions=dims, Period=3600,
                                     ExtendedStatistics=['p50'], **window)
    assert stats['Datapoints'][0]['ExtendedStatistics'] == {'p50': 6.0}, stats
    listed = cw.list_metrics(Namespace=ns)['Metrics']
    assert [m['MetricName'] for m in listed] == ['m'], listed
    cw.put_metric_alarm(AlarmName=protocol, Namespace=ns, MetricName='m', Statistic='Sum', Period=60,
                        EvaluationPeriods=1, Threshold=30, ComparisonOperator='GreaterThanThreshold')
    alarm = cw.describe_alarms(AlarmNames=[protocol])['MetricAlarms'][0]
    assert alarm['Threshold'] == 30.0 and isinstance(alarm['Threshold'], float), alarm
    assert alarm['ActionsEnabled'] is True, alarm
    assert all(isinstance(v, float) for r in data['MetricDataResults'] for v in r['Values']), data
    assert alarm['OKActions'] == [] and isinstance(alarm['StateUpdatedTimestamp'], dt.datetime), alarm
    cw.delete_alarms(AlarmNames=[protocol])
    for call, code in [
        (lambda: cw.get_metric_statistics(Namespace=ns, MetricName='m', Period=45, Statistics=['Sum'], **window),
         'InvalidParameterValue'),
        (lambda: cw.set_alarm_state(AlarmName='none', StateValue='OK', StateReason='r'), 'ResourceNotFound'),
    ]:
        try:
            call()
            raise AssertionError('not refused')
        except ClientError as error:
            assert error.response['Error']['Code'] == code, error.response
    # Compressed by the SDK beyond 10 KB.
    cw.put_metric_data(Namespace=ns, MetricData=[
        {'MetricName': 'long' * 20 + str(i), 'Dimensions': dims, 'Value': 1.0} for i in range(500)])
    assert len(cw.list_metrics(Namespace=ns)['Metrics']) == 500
print('ok')
`;

it.skipIf(!hasBoto3)('boto3 by CBOR, JSON and query (needs python3 with boto3)', async () => {
  const { stdout } = await run('python3', ['-c', BOTO3, emulator.endpoint], { env });
  expect(stdout).toBe('ok\n');
});

it.skipIf(!hasCli)('the AWS CLI puts and reads metrics and alarms (needs aws)', async () => {
  const aws = async (...args: string[]) => {
    const { stdout } = await run('aws', ['--endpoint-url', emulator.endpoint, 'cloudwatch', ...args], {
      env,
    });
    return stdout === '' ? undefined : JSON.parse(stdout);
  };
  await aws(
    'put-metric-data',
    '--namespace',
    'Cli',
    '--metric-name',
    'm',
    '--value',
    '3',
    '--unit',
    'Seconds',
  );
  const start = new Date(Date.now() - 300_000).toISOString();
  const end = new Date(Date.now() + 120_000).toISOString();
  const window = ['--start-time', start, '--end-time', end, '--period', '3600'];
  const found = await aws(
    ...['get-metric-statistics', '--namespace', 'Cli', '--metric-name', 'm', '--statistics', 'Maximum'],
    ...window,
  );
  expect(found.Datapoints).toMatchObject([{ Maximum: 3, Unit: 'Seconds' }]);
  await aws(
    ...['put-metric-alarm', '--alarm-name', 'cli', '--namespace', 'Cli', '--metric-name', 'm'],
    ...['--statistic', 'Sum', '--period', '60', '--evaluation-periods', '1', '--threshold', '1'],
    ...['--comparison-operator', 'GreaterThanThreshold'],
  );
  expect((await aws('describe-alarms')).MetricAlarms).toMatchObject([{ AlarmName: 'cli' }]);
});
