/**
 * Every defect of the catalogue, injected into one project: a scenario that fits it catches it and says why, and one
 * that asks for the status alone does not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded } from '../../../harness/backends/embedded.ts';
import { wallClock } from '../../../harness/core/clock.ts';
import { seededRandom } from '../../../harness/core/random.ts';
import { DEFECTS, type Defect } from '../../../harness/mutation/catalogue.ts';
import { type MutationResult, mutate } from '../../../harness/mutation/mutate.ts';
import { rememberArtifacts } from '../../../harness/scenario/artifact-memory.ts';
import { readScenario } from '../../../harness/scenario/load.ts';
import { openWorkspace } from '../../../harness/scenario/workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmicai-mutate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const artifacts = rememberArtifacts();

const WEAK = `apiVersion: cosmicai/v1
kind: Scenario
name: priced
steps:
  - execute: {}
expect: { status: SUCCEEDED }
`;

const STRONG = `apiVersion: cosmicai/v1
kind: Scenario
name: priced
steps:
  - execute: {}
expect:
  status: SUCCEEDED
  output: { count: 3, total: 17 }
  invocations: { Price: { count: 3 }, Report: { count: 1 } }
  complete:
    items: { jsonata: orders, key: id }
    results: { objects: "s3://priced-out/orders/*.json", each: $, key: id }
    fields: { total: price * quantity }
  objects:
    - { key: "orders/*.json", count: 3, contentType: application/json, that: "id & '.json' != ''" }
    - { key: report/table.json, that: "$string(id) = '[\\"o1\\",\\"o2\\",\\"o3\\"]' and $string(total) = '[10,2.5,4.5]'" }
    - { key: report/run.json, that: "$contains(run, 'priced-')" }
  jsonata:
    - name: each object is called after its order
      that: $count(objects[$contains(key, "orders/")][key != "orders/" & content.id & ".json"]) = 0
    - name: the note is of this run
      that: objects[key = "report/run.json"].content.run = executionName
thresholds:
  errorRate: { eq: 0 % }
  max(duration): { lt: 60 s }
`;

/** The place where each defect is injected, and the verdict that says what is wrong. */
const PLACES: Readonly<Record<Defect, { place: string; because: RegExp; always?: true }>> = {
  drop: { place: 'object drop orders', because: /^every item has exactly one result: 1 missing: o1$/ },
  duplicate: { place: 'object duplicate orders', because: /^every item .*1 duplicated: o1 \(2 times\)/ },
  swap: { place: 'object swapRows table', because: /^content of report\/table\.json: .* false/ },
  truncate: { place: 'object truncate orders', because: /orders\/o1\.json is no JSON$/, always: true },
  stale: { place: 'object stale run', because: /^the note is of this run: false/ },
  reorder: { place: 'object reorder table', because: /^content of report\/table\.json: .* false/ },
  rescale: {
    place: 'object rescale orders',
    because: /^every item .*1 of 3 results have another quantity than their item says: o1 has 6 instead of 4/,
  },
  nan: {
    place: 'object nan orders',
    because: /^every item .*1 of 3 results have another quantity .*o1 has null instead of 4/,
  },
  constant: {
    place: 'object constant orders',
    because:
      /2 of 3 results have another total .*o2 has 10 instead of 2\.5, which is that of o1, o3 has 10 instead of 4\.5/,
  },
  offByOne: { place: 'event previous Price', because: /^every item has exactly one result: 1 missing: o3$/ },
  wrongCount: { place: 'result wrongCount Report', because: /^output at count: 4/ },
  swallowedError: { place: 'platform swallowedError Price', because: /^errorRate: 25 ?%/ },
  printedFigures: {
    place: 'platform printedFigures Price',
    because: /^max\(duration\): (?:6\d|[7-9]\d|\d{3,})/,
  },
  slow: { place: 'platform slow Price', because: /^max\(duration\): (?:6\d|[7-9]\d|\d{3,})/ },
  leak: {
    place: 'platform leak Price',
    because: /^memory used < memory size: .*Price used 256 of 256 MB/,
    always: true,
  },
  contentType: { place: 'object contentType orders', because: /text\/html/, always: true },
};

const placeOf = ({ boundary, change, site }: { boundary: string; change: string; site: string }) =>
  `${boundary} ${change} ${/(orders|table|run|Price|Report)\b[^/]*$|(orders)\/[^/]*$/.exec(site)?.slice(1).find(Boolean) ?? site}`;

async function outcomes(text: string): Promise<Map<string, MutationResult['mutants'][number]>> {
  const scenario = readScenario(join('test/integration/mutation/project', 'mutated.yaml'), text);
  const wanted = new Set(Object.values(PLACES).map(({ place }) => place));
  const { mutants } = await mutate(scenario, {
    backend: embedded,
    context: {
      backend: embedded,
      workspace: openWorkspace(folder),
      artifacts,
      clock: wallClock(),
      random: seededRandom(1),
      signal: new AbortController().signal,
      keep: false,
      onProgress() {},
    },
    choose: (all) => all.filter((mutant) => wanted.has(placeOf(mutant))),
    onMutant() {},
  });
  return new Map(mutants.map((one) => [one.mutant.defect, one]));
}

describe('the catalogue', () => {
  let strong: Awaited<ReturnType<typeof outcomes>>;
  let weak: Awaited<ReturnType<typeof outcomes>>;
  beforeAll(async () => {
    strong = await outcomes(STRONG);
    weak = await outcomes(WEAK);
  }, 900_000);

  it.each(DEFECTS)('%s is caught where it is expected otherwise, and said why', (defect) => {
    const caught = strong.get(defect);
    expect(caught?.outcome).toBe('caught');
    expect(caught!.findings).toContainEqual(expect.stringMatching(PLACES[defect].because));
  });

  it.each(DEFECTS.filter((defect) => !PLACES[defect].always))(
    '%s is missed by the status alone',
    (defect) => {
      const missed = weak.get(defect);
      expect(missed).toMatchObject({ outcome: 'missed' });
      expect(missed!.mutant.suggestion).toMatch(/^(?:expect|thresholds): /);
    },
  );

  it.each(DEFECTS.filter((defect) => PLACES[defect].always))('%s is caught in any scenario', (defect) => {
    expect(weak.get(defect)).toMatchObject({
      outcome: 'caught',
      by: expect.stringMatching(/^(?:objects are what their names|memory used)/),
    });
  });
});
