/**
 * What each child of a Map did with its time: waiting, cold start, S3, compute. From the child's own times, the
 * REPORT line of its invocation and the phases of its result. A child is tied to its invocation by the request id
 * its result carries; where the record has no such result, to the first unclaimed invocation within its lifetime.
 */
import { isJsonObject, type Json } from '../../core/json.ts';
import { invocationsOf } from '../../metrics/invocations.ts';
import {
  type ChildRecord,
  dataPathsOf,
  type ExecutionRecord,
  type InferenceResult,
  type InvocationRecord,
  type RunRecord,
} from '../../record/run-record.ts';

export const SEGMENTS = ['waiting', 'cold start', 'S3', 'compute', 'other'] as const;
type SegmentKind = (typeof SEGMENTS)[number];

interface Segment {
  kind: SegmentKind;
  /** Since the first child started. */
  startMs: number;
  durationMs: number;
}

export interface ChildTime {
  child: ChildRecord;
  partition: string;
  result?: InferenceResult;
  invocation?: InvocationRecord;
  segments: Segment[];
}

export function childTimes(record: RunRecord, execution: ExecutionRecord): ChildTime[] {
  const { children } = execution;
  if (children.length === 0) return [];
  const originMs = children.reduce(
    (first, child) => Math.min(first, child.startedAtMs),
    Number.POSITIVE_INFINITY,
  );
  const links = linkInvocations(record, children);
  return children.map((child, index) => {
    const { result, invocation } = links[index]!;
    return {
      child,
      partition: partitionOf(child, result),
      ...(result ? { result } : {}),
      ...(invocation ? { invocation } : {}),
      segments: segmentsOf(child, invocation, result, originMs),
    };
  });
}

interface Link {
  result?: InferenceResult | undefined;
  invocation?: InvocationRecord | undefined;
}

function linkInvocations(record: RunRecord, children: readonly ChildRecord[]): Link[] {
  const byKey = new Map(
    record.results.map((result) => [`${result.result_path}/${result['rank']}.json`, result]),
  );
  const byRequest = new Map(record.invocations.map((one) => [one.requestId, one]));
  const links = children.map((child): Link => {
    const key = field(child.output, 'result_key');
    const result = typeof key === 'string' ? byKey.get(key) : undefined;
    const requestId = result?.['request_id'];
    return { result, invocation: typeof requestId === 'string' ? byRequest.get(requestId) : undefined };
  });
  const taken = new Set(links.map((link) => link.invocation?.requestId));
  const resultOf = new Map(record.results.map((result) => [result['request_id'], result]));
  // In the order of their ends the nearest free invocation is found without looking at all of them.
  const free = invocationsOf(record, 'inference')
    .filter((one) => !taken.has(one.requestId))
    .toSorted((a, b) => a.endedAtMs - b.endedAtMs);
  for (const index of endOrder(children)) {
    const child = children[index]!;
    const link = links[index]!;
    if (link.invocation || child.stoppedAtMs === undefined) continue;
    const at = free
      .slice(0, LOOK_AHEAD)
      .findIndex((one) => startOf(one) >= child.startedAtMs - 1 && one.endedAtMs <= child.stoppedAtMs! + 1);
    if (at === -1) continue;
    link.invocation = free.splice(at, 1)[0]!;
    link.result ??= resultOf.get(link.invocation.requestId);
  }
  return links;
}

const LOOK_AHEAD = 64;

const startOf = (one: InvocationRecord) => one.endedAtMs - one.durationMs - (one.initDurationMs ?? 0);

function endOrder(children: readonly ChildRecord[]): number[] {
  return children
    .map((_, index) => index)
    .sort((a, b) => (children[a]!.stoppedAtMs ?? 0) - (children[b]!.stoppedAtMs ?? 0));
}

function segmentsOf(
  child: ChildRecord,
  invocation: InvocationRecord | undefined,
  result: InferenceResult | undefined,
  originMs: number,
): Segment[] {
  const segments: Segment[] = [];
  const stoppedMs = child.stoppedAtMs ?? child.startedAtMs;
  let atMs = child.startedAtMs;
  const add = (kind: SegmentKind, durationMs: number) => {
    const fittingMs = Math.min(durationMs, stoppedMs - atMs);
    if (fittingMs <= 0) return;
    const last = segments.at(-1);
    if (last?.kind === kind) last.durationMs += fittingMs;
    else segments.push({ kind, startMs: atMs - originMs, durationMs: fittingMs });
    atMs += fittingMs;
  };
  if (!invocation) {
    add('other', stoppedMs - atMs);
    return segments;
  }
  add('waiting', Math.max(0, startOf(invocation) - atMs));
  add('cold start', invocation.initDurationMs ?? 0);
  const handlerEndMs = atMs + invocation.durationMs;
  const phase = (name: string) => {
    const value = field(result?.['phases'], `${name}_s`);
    return typeof value === 'number' ? value * 1000 : 0;
  };
  add('compute', phase('model'));
  add('S3', phase('read'));
  add('compute', phase('parse') + phase('inference'));
  add('S3', phase('write'));
  add('other', handlerEndMs - atMs);
  add('other', stoppedMs - atMs);
  return segments;
}

function partitionOf(child: ChildRecord, result: InferenceResult | undefined): string {
  if (result) return dataPathsOf(result).join(', ');
  const path = field(child.input, 'DATA_PATH');
  return typeof path === 'string' ? path : '';
}

function field(value: unknown, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
