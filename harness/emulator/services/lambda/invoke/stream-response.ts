/** A streamed response from the function's process to the client, with back-pressure. */
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type { InvokeResult } from '../../ports.ts';
import type { Invoker } from './invoker.ts';
import type { CalledInvocation } from './run-invocation.ts';

/** What `stream` needs of its caller: how chunks and the end look on the wire. */
export interface StreamFraming {
  chunk(bytes: Buffer): Buffer;
  /** Bytes after the last chunk; `failed` holds the result of an invocation that failed. */
  end(result: InvokeResult): Buffer | undefined;
}

export type StreamedInvocation =
  /** The function streams: the body follows as it is written. */
  | { kind: 'streaming'; contentType: string; requestId: string; body: Readable }
  /** It answered, or failed, without streaming. */
  | { kind: 'whole'; result: InvokeResult };

/**
 * Invokes and resolves with the first byte of a streaming function, or with the result of one that does not
 * stream. @throws AwsError as `invoke` does
 */
export async function streamResponse(
  invoker: Invoker,
  request: CalledInvocation,
  framing: StreamFraming,
): Promise<StreamedInvocation> {
  const body = new PassThrough();
  let requestId = '';
  let begin: (contentType: string) => void = () => {};
  const begun = new Promise<string>((resolve) => {
    begin = resolve;
  });
  const running = invoker.invoke({
    ...request,
    onRequestId: (id) => {
      requestId = id;
    },
    sink: {
      begin,
      async write(chunk) {
        if (body.destroyed || body.write(framing.chunk(chunk))) return;
        // A client that went away must not hold the function.
        await Promise.race([once(body, 'drain'), once(body, 'close')]).catch(() => {});
      },
    },
  });
  const first = await Promise.race([
    begun.then((contentType) => ({ contentType })),
    running.then((result) => ({ result })),
  ]);
  if ('result' in first) return { kind: 'whole', result: first.result };
  running.then(
    (result) => body.end(framing.end(result)),
    (error: Error) => body.destroy(error),
  );
  return { kind: 'streaming', contentType: first.contentType, requestId, body };
}
