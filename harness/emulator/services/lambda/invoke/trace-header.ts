/**
 * The trace header of an invocation (`_X_AMZN_TRACE_ID` in the function). AWS's SDKs hand it on with every call that
 * a function makes, and so Lambda knows that a function was invoked by itself, directly or over others: its lineage
 * counts how often each function has run in one chain of calls.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html and
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
import { createHash } from 'node:crypto';
import { hexWords } from '../../../../core/ids.ts';
import type { Random } from '../../../../core/random.ts';

/** A function runs this often in one chain of calls; the next call is refused. */
export const MAX_RUNS_IN_CHAIN = 16;

export interface Trace {
  /** `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:1a2b3c4d:0` */
  header: string;
  /** Runs of this very function before this one in the chain. */
  runsBefore: number;
}

interface TraceInput {
  /** The header that the call came with. */
  incoming: string | undefined;
  functionArn: string;
  /** Whether traces begin here: tracing mode `Active`. */
  isActive: boolean;
  nowMs: number;
  random: Random;
}

export function traceOf({ incoming = '', functionArn, isActive, nowMs, random }: TraceInput): Trace {
  const parts = new Map(incoming.split(';').map((part) => splitOnce(part, '=')));
  const given = parts.get('Root') ?? '';
  const root = /^[\w:-]{1,100}$/.test(given)
    ? given
    : `1-${Math.floor(nowMs / 1000).toString(16)}-${hexWords(random, 3)}`;
  const sampled = parts.get('Sampled') === '1' || (!parts.has('Sampled') && isActive) ? 1 : 0;
  const lineage = parseLineage(parts.get('Lineage'));
  const self = createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
  const before = lineage.get(self);
  const runsBefore = before === undefined ? 0 : before + 1;
  lineage.set(self, runsBefore);
  const shown = [...lineage].map(([id, count]) => `${id}:${count}`).join('|');
  return {
    header: `Root=${root};Parent=${hexWords(random, 2)};Sampled=${sampled};Lineage=1:${shown}`,
    runsBefore,
  };
}

const splitOnce = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
};

/** Runs by function; what is no lineage of ours counts for nothing. */
function parseLineage(text: string | undefined): Map<string, number> {
  const entries = /^1:(.+)$/.exec(text ?? '')?.[1]?.split('|') ?? [];
  return new Map(
    entries.flatMap((entry) => {
      const match = /^([0-9a-f]{8}):(\d{1,6})$/.exec(entry);
      return match ? [[match[1]!, Number(match[2])] as const] : [];
    }),
  );
}
