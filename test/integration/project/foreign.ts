/** A project of somebody else: every kind of code, a shared layer, nested machines, an activity and a notification. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const hole = (name: string) => `\${${name}}`;
const json = (value: unknown) => JSON.stringify(value, null, 2);

const FILES: Record<string, string> = {
  'cosmicai.yaml': `apiVersion: cosmicai/v1
kind: Project
name: shop
layers:
  tools: { code: layers/tools, runtimes: [python3.11] }
functions:
  Price: { runtime: python3.11, handler: app.handler, code: functions/price, layers: [tools], reservedConcurrency: 5 }
  Store:
    runtime: nodejs22.x
    code: functions/store/index.ts
    environment: { OUT: shop-out, MODE: 3 }
    logging: { retentionDays: 14 }
  Start:
    runtime: nodejs22.x
    code: functions/start
    environment: { MACHINE: { stateMachine: orders } }
stateMachines:
  orders:
    definition: orders.asl.yaml
    substitutions: { PriceArn: Price, Each: each }
  each:
    definition: each.asl.json
    type: EXPRESS
    logging: { level: ALL, includeExecutionData: true }
    substitutions: { StoreName: { function: Store, attribute: name } }
buckets:
  shop-in: { notifications: [{ function: Start, prefix: orders/, suffix: .json }] }
  shop-out: { versioning: true, objects: { config/rates.json: rates.json } }
activities: [approve]
`,
  'layers/tools/python/tools.py': 'def double(value):\n    return value * 2\n',
  'functions/price/app.py':
    'import tools\n\n\ndef handler(event, context):\n    return {"id": event["id"], "total": tools.double(event["amount"])}\n',
  'functions/store/index.ts': `import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client({});
export const handler = async (order: { id: string; total: number }) => {
  if (order.total < 0) throw new RangeError(\`order \${order.id} has a negative total\`);
  await s3.send(new PutObjectCommand({ Bucket: process.env['OUT'], Key: \`\${order.id}.json\`, Body: JSON.stringify(order) }));
  return { stored: order.id };
};
`,
  'functions/start/index.mjs': `import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
export const handler = async ({ Records }) => {
  const { bucket, object } = Records[0].s3;
  const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket: bucket.name, Key: object.key }));
  const input = await Body.transformToString();
  await new SFNClient({}).send(new StartExecutionCommand({ stateMachineArn: process.env.MACHINE, input }));
};
`,
  'orders.asl.yaml': `StartAt: Price
States:
  Price:
    Type: Task
    Resource: ${hole('PriceArn')}
    Next: Store
  Store:
    Type: Task
    Resource: arn:aws:states:::states:startExecution
    Parameters:
      StateMachineArn: ${hole('Each')}
      Input.$: $
    End: true
`,
  'each.asl.json': json({
    StartAt: 'Store',
    States: {
      Store: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Parameters: { FunctionName: hole('StoreName'), 'Payload.$': '$' },
        OutputPath: '$.Payload',
        End: true,
      },
    },
  }),
  'rates.json': '{"EUR": 1}\n',
};

export function writeForeignProject(folder: string): void {
  for (const [name, text] of Object.entries(FILES)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
