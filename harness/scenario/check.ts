/** What a schema cannot tell: metrics that do not exist, units that do not fit, files that are not there. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { invariants } from '../assertions/invariants/index.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { Diagnostic } from '../document/diagnostics.ts';
import type { DocumentSource } from '../document/source.ts';
import { type Bound, unitMistakes } from '../metrics/bound.ts';
import { metrics, resolveExpression } from '../metrics/index.ts';
import { ExpressionError } from '../metrics/threshold.ts';
import { qualityFigures, qualityUnit } from '../packs/redshift/metrics/prediction-quality.ts';
import { checkPuts, checkSchemas } from './check-files.ts';
import { checkStates } from './check-states.ts';
import type { DatasetPlan } from './dataset-plan.ts';
import type { Scenario } from './schema.ts';

/** Every further mistake in a scenario that its schema accepts. */
export function checkScenario(
  scenario: Scenario,
  dataset: DatasetPlan,
  folder: string,
  source: DocumentSource,
): Diagnostic[] {
  return [
    ...checkThresholds(scenario.thresholds, source),
    ...checkPredictions(scenario, source),
    ...checkDamage(dataset, source),
    ...checkPartitionPuts(scenario, source),
    ...checkModel(scenario, folder, source),
    ...checkHandlers(scenario, folder, source),
    ...checkExpectedFailures(scenario, source),
    ...checkStates(scenario, source),
    ...checkSchemas(scenario, folder, source),
    ...checkPuts(scenario, folder, source),
  ];
}

function checkThresholds(thresholds: Readonly<Record<string, Bound>>, source: DocumentSource): Diagnostic[] {
  return Object.entries(thresholds).flatMap(([text, bound]) => {
    const path = ['thresholds', text];
    try {
      const { unit } = resolveExpression(text);
      return unitMistakes(bound, unit).map((mistake) =>
        source.diagnose(path, `thresholds "${text}": ${mistake}`, { at: 'value' }),
      );
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const hint = `Metrics: ${metrics.map((metric) => metric.name).join(', ')}.`;
      return [source.diagnose(path, `thresholds "${text}": ${error.message}`, { hint })];
    }
  });
}

function checkPredictions(scenario: Scenario, source: DocumentSource): Diagnostic[] {
  const { predictions } = scenario.expect;
  return qualityFigures.flatMap((figure) => {
    const bound = predictions?.[figure];
    const mistakes = bound ? unitMistakes(bound, qualityUnit(figure)) : [];
    return mistakes.map((mistake) =>
      source.diagnose(['expect', 'predictions', figure], mistake, { at: 'value' }),
    );
  });
}

/** Damage that knows where in a file to strike; the other kinds spoil any. */
const FORMATS_OF_DAMAGE: Readonly<Record<string, readonly string[]>> = {
  nan: ['pt', 'json'],
  shape: ['pt', 'json'],
  hostile: ['pt'],
};

function checkDamage(dataset: DatasetPlan, source: DocumentSource): Diagnostic[] {
  return dataset.spec.damage.flatMap(({ partition, kind }, index) => {
    const path = ['dataset', 'damage', index];
    if (dataset.files !== undefined && partition > dataset.files) {
      const message = `there is no partition ${partition} to damage, the dataset has ${dataset.files}`;
      return [source.diagnose([...path, 'partition'], message, { at: 'value' })];
    }
    const formats = FORMATS_OF_DAMAGE[kind];
    if (formats && dataset.format && !formats.includes(dataset.format)) {
      const message = `damage "${kind}" needs format ${formats.join(' or ')}, the dataset is ${dataset.format}`;
      return [source.diagnose([...path, 'kind'], message, { at: 'value' })];
    }
    return [];
  });
}

/** Partitions that are read in place are not on this machine to be put elsewhere. */
function checkPartitionPuts({ dataset, steps }: Scenario, source: DocumentSource): Diagnostic[] {
  return steps.flatMap(({ put }, index) => {
    if (!dataset.s3?.inPlace || put?.partition === undefined) return [];
    const message = 'a partition cannot be put, for dataset.s3.inPlace copies none';
    return [source.diagnose(['steps', index, 'put', 'partition'], message, { at: 'value' })];
  });
}

function checkModel(scenario: Scenario, folder: string, source: DocumentSource): Diagnostic[] {
  const { model } = scenario.deploy;
  if (model === undefined || existsSync(resolve(folder, model))) return [];
  return [source.diagnose(['deploy', 'model'], `the model folder ${model} does not exist`, { at: 'value' })];
}

function checkHandlers(scenario: Scenario, folder: string, source: DocumentSource): Diagnostic[] {
  return Object.entries(scenario.deploy.functions ?? {}).flatMap(([name, override]) => {
    if (override?.source === undefined || existsSync(resolve(folder, override.source))) return [];
    const path = ['deploy', 'functions', name, 'source'];
    return [source.diagnose(path, `the handler ${override.source} does not exist`, { at: 'value' })];
  });
}

function checkExpectedFailures(scenario: Scenario, source: DocumentSource): Diagnostic[] {
  const asked = Object.entries(scenario.expect).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  const known = [...asked, ...Object.keys(scenario.thresholds), ...invariants.map(({ name }) => name)];
  return scenario.expectFailure.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const near = nearestName(name, known);
    const hint = `${near ? `Did you mean "${near}"? ` : ''}Checks here: ${known.join(', ')}.`;
    const message = `expectFailure names "${name}", which this scenario does not check`;
    return [source.diagnose(['expectFailure', index], message, { at: 'value', hint })];
  });
}
