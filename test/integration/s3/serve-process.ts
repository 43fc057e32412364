/** S3 alone in a process of its own, for tests that kill it: `node <bundle> <state folder>` prints its port. */
import { startS3 } from './s3-server.ts';

const server = await startS3({ stateDir: process.argv[2]! });
process.stdout.write(`${server.port}\n`);
