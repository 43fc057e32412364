import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const stepfunctions = new SFNClient({});

/** Starts one execution for each record. The sequencer makes the name, so a repeated event starts nothing twice. */
export async function handler({ Records }) {
  for (const { s3 } of Records) {
    const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
    const start = new StartExecutionCommand({
      stateMachineArn: process.env.STATE_MACHINE_ARN,
      name: `${key.replaceAll(/[^A-Za-z0-9]/g, '-')}-${s3.object.sequencer}`,
      input: JSON.stringify({ bucket: s3.bucket.name, key }),
    });
    await stepfunctions.send(start);
  }
}
