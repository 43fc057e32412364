/** One run of the mixed load under chaos, from a fresh server to nothing left behind. */
import { BUCKET, type LoadOptions, type LoadResult, runMixedLoad } from './mixed-load.ts';
import { type RetryCounts, RetryingClient } from './retrying-client.ts';
import { CHAOS, type Holdings, ServedEmulator } from './served-emulator.ts';

export interface SoakReport extends LoadResult {
  counts: RetryCounts;
  /** Calls that chaos struck. */
  struck: number;
  before: Holdings;
  /** After a first load, with no client connected: threads and pools are there, functions wait for calls. */
  warm: Holdings;
  /** After everything was deleted and all clients have gone. */
  after: Holdings;
  /** Descriptors, processes, files that should be gone. */
  leaked: string[];
}

/** Runs it. The warm-up is a load of its own, a third as long. */
export async function soak(options: LoadOptions): Promise<SoakReport> {
  const emulator = await ServedEmulator.start();
  try {
    const before = emulator.holdings();
    await emulator.setChaos(CHAOS);
    const warmUp = { ...options, durationMs: options.durationMs / 3, seed: `${options.seed}/warm-up` };
    const first = await run(emulator, warmUp);
    await wait(1000);
    const warm = emulator.holdings();
    const { result, counts } = await run(emulator, options);
    const struck = await emulator.struck();
    await emulator.setChaos([]);
    await emulator.deleteFunction();
    let after = emulator.holdings();
    let leaked = leakedOf(emulator, before, warm, after);
    // What closes within some seconds was on its way.
    for (let attempt = 0; leaked.length > 0 && attempt < 60; attempt++) {
      await wait(250);
      after = emulator.holdings();
      leaked = leakedOf(emulator, before, warm, after);
    }
    return {
      ...result,
      wrong: [...first.result.wrong, ...result.wrong],
      counts,
      struck,
      before,
      warm,
      after,
      leaked,
    };
  } finally {
    await emulator.stop();
  }
}

/** Deletes every object. */
async function empty(client: RetryingClient): Promise<void> {
  for (;;) {
    const { body } = await client.call('GET', `/${BUCKET}?list-type=2`, {
      isWhole: (answer) => answer.body.toString().endsWith('</ListBucketResult>'),
    });
    const keys = [...body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key!);
    if (keys.length === 0) return;
    await Promise.all(keys.map((key) => client.call('DELETE', `/${BUCKET}/${key}`)));
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The load with connections of its own, all of them closed again and every object deleted. */
async function run(emulator: ServedEmulator, options: LoadOptions) {
  const client = new RetryingClient(emulator.port, options.clients);
  try {
    const result = await runMixedLoad(client, options);
    await empty(client);
    return { result, counts: client.counts };
  } finally {
    client.close();
  }
}

/** Sockets that come and go by themselves: a connection that is being closed, a pool's. */
const FREE_SOCKETS = 8;

/** What the server still holds that it did not hold when it was warm and idle, or before it had functions. */
function leakedOf(emulator: ServedEmulator, before: Holdings, warm: Holdings, after: Holdings): string[] {
  const known = new Set(warm.descriptors);
  const sockets = ({ descriptors }: Holdings) => descriptors.filter((open) => open === 'socket').length;
  const more = sockets(after) - Math.max(sockets(before), sockets(warm));
  return [
    // Journals and logs are open for good.
    ...after.descriptors.filter(
      (open) => /\/s3\/(?:blobs|tmp)\/|\(deleted\)$/.test(open) && !known.has(open),
    ),
    ...(more > FREE_SOCKETS ? [`${more} sockets`] : []),
    ...(after.children.length > before.children.length ? after.children : []),
    ...emulator.temporaryFiles(),
    ...(emulator.blobs() > 0 ? [`${emulator.blobs()} contents`] : []),
  ];
}
