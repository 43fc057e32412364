/** An S3 client that does something else than it is asked to: what the faulty variants here are made of. */
import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../lambdas/shared/s3.ts';

interface Command {
  input: { [field: string]: unknown };
  constructor: { name: string };
}

interface Change {
  /** Changes a command before it is sent. */
  before?(name: string, input: Command['input']): void;
  /** Changes the answer. */
  after?(name: string, answer: { [field: string]: unknown }): void;
}

export function changedS3({ before, after }: Change): S3Client {
  const client = createS3Client();
  const send = async (command: Command) => {
    const name = command.constructor.name;
    before?.(name, command.input);
    const answer = (await client.send(command as never)) as unknown as { [field: string]: unknown };
    after?.(name, answer);
    return answer;
  };
  return new Proxy(client, {
    get: (target, property) => (property === 'send' ? send : Reflect.get(target, property)),
  });
}

/** Changes the JSON that is put under a key which matches. */
export function changedJson(
  key: RegExp,
  change: (value: { [field: string]: unknown }) => void,
): Pick<Change, 'before'> {
  return {
    before(name, input) {
      if (name !== 'PutObjectCommand' || !key.test(String(input['Key']))) return;
      const value = JSON.parse(String(input['Body']));
      change(value);
      input['Body'] = Buffer.from(JSON.stringify(value));
    },
  };
}
