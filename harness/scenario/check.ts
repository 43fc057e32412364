/** What a schema cannot tell: metrics that do not exist, units that do not fit, files that are not there. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { packCompleteness } from '../assertions/complete.ts';
import { invariantsFor } from '../assertions/invariants/index.ts';
import { nearestName } from '../core/nearest-name.ts';
import { PackParts } from '../core/pack-parts.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource, Path } from '../document/source.ts';
import { type Bound, unitMistakes } from '../metrics/bound.ts';
import { metricsFor, resolveExpression } from '../metrics/index.ts';
import { ExpressionError } from '../metrics/threshold.ts';
import type { CheckContext } from './check-context.ts';
import { checkPuts, checkSchemas } from './check-files.ts';
import { checkMocks } from './check-mocks.ts';
import { checkNames } from './check-names.ts';
import type { Scenario } from './schema.ts';

/** Further mistakes that only a pack knows. */
export type PackCheck = (scenario: Scenario, context: CheckContext) => Diagnostic[];
export const packChecks = new PackParts<PackCheck>();

/** Every further mistake in a scenario that its schema accepts. */
export function checkScenario(scenario: Scenario, context: CheckContext): Diagnostic[] {
  const { project, dataset, folder, source } = context;
  return [
    ...checkThresholds(scenario.thresholds, project.pack, source),
    ...checkBaseline(scenario, project.pack, source),
    ...(dataset?.mistakes?.(scenario.steps) ?? []),
    ...(packChecks.of(project.pack)?.(scenario, context) ?? []),
    ...checkComplete(scenario, context),
    ...checkCode(scenario, folder, source),
    ...checkExpectedFailures(scenario, project.pack, source),
    ...checkNames(scenario, project, source),
    ...checkMocks(scenario, project, source),
    ...checkSchemas(scenario, folder, source),
    ...checkPuts(scenario, context),
  ];
}

function checkThresholds(
  thresholds: Readonly<Record<string, Bound>>,
  pack: string | undefined,
  source: DocumentSource,
): Diagnostic[] {
  return Object.entries(thresholds).flatMap(([text, bound]) => {
    const path = ['thresholds', text];
    return checkExpression(text, path, 'thresholds', pack, source, (unit) =>
      unitMistakes(bound, unit).map((mistake) =>
        source.diagnose(path, `thresholds "${text}": ${mistake}`, { at: 'value' }),
      ),
    );
  });
}

function checkBaseline({ expect }: Scenario, pack: string | undefined, source: DocumentSource): Diagnostic[] {
  return Object.keys(expect.baseline?.compare ?? {}).flatMap((text) =>
    checkExpression(text, ['expect', 'baseline', 'compare', text], 'compare', pack, source, () => []),
  );
}

function checkExpression(
  text: string,
  path: Path,
  field: string,
  pack: string | undefined,
  source: DocumentSource,
  check: (unit: string | undefined) => Diagnostic[],
): Diagnostic[] {
  try {
    return check(resolveExpression(text, pack).unit);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const names = metricsFor(pack).map(({ name }) => name);
    const hint = `Metrics: ${[...names, 'function.NAME.FIGURE', 'state.NAME.FIGURE'].join(', ')}.`;
    return [source.diagnose(path, `${field} "${text}": ${error.message}`, { hint })];
  }
}

/** Of a project without a pack nothing is known to be complete unless the scenario names items. */
function checkComplete({ expect, dataset: spec }: Scenario, { project, source }: CheckContext): Diagnostic[] {
  const { complete } = expect;
  if (complete === undefined || complete === false) return [];
  const names = complete !== true && complete.items !== undefined;
  if (!names && !packCompleteness.of(project.pack)) {
    const message = 'expect.complete needs "items" and "results": nothing else tells what there is to do';
    return [source.diagnose(['expect', 'complete'], message)];
  }
  if (complete !== true && complete.items?.dataset && spec === undefined) {
    const message = 'expect.complete.items.dataset needs a dataset, and the scenario has none';
    return [source.diagnose(['expect', 'complete', 'items', 'dataset'], message)];
  }
  return [];
}

function checkCode(scenario: Scenario, folder: string, source: DocumentSource): Diagnostic[] {
  return Object.entries(scenario.deploy.functions ?? {}).flatMap(([name, overlay]) =>
    (['code', 'source'] as const).flatMap((field) => {
      const file = overlay[field];
      if (file === undefined || existsSync(resolve(folder, file))) return [];
      const what = field === 'source' ? 'handler' : 'code';
      const path = ['deploy', 'functions', name, field];
      return [source.diagnose(path, `the ${what} ${file} does not exist`, { at: 'value' })];
    }),
  );
}

function checkExpectedFailures(
  scenario: Scenario,
  pack: string | undefined,
  source: DocumentSource,
): Diagnostic[] {
  const asked = Object.entries(scenario.expect).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const byDefault = packCompleteness.of(pack) && scenario.expect.status === 'SUCCEEDED' ? ['complete'] : [];
  const known = [
    ...new Set([
      ...asked,
      ...byDefault,
      ...Object.keys(scenario.thresholds),
      ...invariantsFor(pack).map(({ name }) => name),
    ]),
  ];
  return scenario.expectFailure.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const near = nearestName(name, known);
    const hint = `${near ? `Did you mean "${near}"? ` : ''}Checks here: ${known.join(', ')}.`;
    const message = `expectFailure names "${name}", which this scenario does not check`;
    return [source.diagnose(['expectFailure', index], message, { at: 'value', hint })];
  });
}
