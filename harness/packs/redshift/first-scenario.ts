/** The scenario that `cosmicai init FILE` writes in a project of this pack. */
export const firstRedshiftScenario = (name: string) =>
  `# yaml-language-server: $schema=./scenario.schema.json
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
