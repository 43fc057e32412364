import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ExitCode, HarnessError } from '../core/errors.ts';
import { renderScenarioJsonSchema } from '../scenario/json-schema.ts';
import { readScenario } from '../scenario/load.ts';

const SCHEMA_FILE = 'scenario.schema.json';

/** Writes the scenario and, beside it, the schema; what is there already stays unless `force` says otherwise. */
export function writeFirstScenario(file: string, force: boolean): void {
  const text = firstScenario(nameFrom(file));
  readScenario(file, text);
  mkdirSync(dirname(file), { recursive: true });
  const flag = force ? 'w' : 'wx';
  try {
    writeFileSync(file, text, { flag });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HarnessError('scenario-exists', `${file} exists already and is left as it is.`, {
      exitCode: ExitCode.inputWrong,
      location: { file },
      remedy: 'Give another name, or --force to replace it.',
    });
  }
  writeFileSync(join(dirname(file), SCHEMA_FILE), renderScenarioJsonSchema());
  process.stdout.write(`${file} written; carry it out with: cosmicai run ${file}\n`);
}

/** The file's name as the name of a scenario. */
function nameFrom(file: string): string {
  const name = basename(file)
    .replace(/\.ya?ml$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'first' : name;
}

const firstScenario = (name: string) =>
  `# yaml-language-server: $schema=./${SCHEMA_FILE}
apiVersion: cosmicai/v1
kind: Scenario
name: ${name}
description: Two sizes of partitions through the whole pipeline.
tags: [quick]

# Each combination of these values is one run; \${perPartition} below stands for its value.
matrix:
  perPartition: [64, 128]

# Synthetic galaxies, the same for the same seed. Real sizes: partitionMB: 25 instead of samples.
dataset:
  generate: { format: pt, samples: "\${perPartition}", count: 3 }

# Fields of the payload to replace; what is left out keeps the pipeline's defaults.
execution:
  input:
    batch_size: 64

expect:
  status: SUCCEEDED
  states:
    Model Inference: { visits: "\${files}" }
    Summarize: { visits: 1 }
  output: { statusCode: 200, body: { results: "\${files}", total_samples: "\${samples}" } }
  predictions: { finite: true }

thresholds:
  errorRate: { eq: 0 % }
  p95(inference.duration): { lt: 30 s }
  cost.total: { lt: 0.01 USD }
`;
