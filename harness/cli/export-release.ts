import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hexadecimal } from '../promotion/evidence/subjects.ts';
import { EXPORTERS } from '../promotion/export/index.ts';
import { requireAccepted } from '../promotion/plan/plan.ts';
import { type Environment, environmentNamed, loadPolicy } from '../promotion/policy.ts';
import { blueprintOf } from '../promotion/release/blueprint.ts';
import { artifactKey, sha256Hex } from '../promotion/release/store.ts';
import { verifyRelease } from './verify-evidence.ts';

export interface ExportOptions {
  format: keyof typeof EXPORTERS;
  to: string;
  evidence: string;
  out: string;
  policy: string;
  artifacts?: string;
}

/** Writes the template, and the files under the keys by which it knows them. */
export async function exportRelease(options: ExportOptions): Promise<void> {
  const policy = loadPolicy(options.policy);
  const environment = environmentNamed(policy, options.to);
  const { artifacts, verification, evidenceText } = await verifyRelease(
    options.evidence,
    policy,
    options.artifacts,
  );
  requireAccepted(verification);
  const blueprint = blueprintOf(policy.project, environment, artifacts, accountOf(environment));
  const exporter = EXPORTERS[options.format];
  const template = join(options.out, exporter.file);
  mkdirSync(options.out, { recursive: true });
  writeFileSync(
    template,
    `${JSON.stringify(exporter.render(blueprint, sha256Hex(evidenceText)), null, 2)}\n`,
  );
  for (const { zipFile, sha256 } of [
    ...Object.values(artifacts.functions),
    ...Object.values(artifacts.layers),
  ]) {
    copyTo(zipFile, join(options.out, 'releases-bucket', artifactKey(hexadecimal(sha256))));
  }
  for (const { bucket, key, sha256 } of blueprint.objects) {
    const object = artifacts.objects.find((one) => one.sha256 === sha256)!;
    copyTo(object.file, join(options.out, 'buckets', bucket, key));
  }
  const uploads = [
    `aws s3 sync ${join(options.out, 'releases-bucket')} s3://${blueprint.releasesBucket}`,
    ...[...new Set(blueprint.objects.map(({ bucket }) => bucket))].map(
      (bucket) => `aws s3 sync ${join(options.out, 'buckets', bucket)} s3://${bucket}`,
    ),
  ];
  process.stdout.write(
    `${template}: ${blueprint.release}; before it is deployed:\n${uploads.map((line) => `  ${line}\n`).join('')}`,
  );
}

function copyTo(file: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
}

/** The account as the policy names it: the export makes no call to AWS. */
function accountOf({ account, region }: Environment) {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return { partition, accountId: account, region };
}
