import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import type { LambdaName } from '../artifacts/bundle.ts';

/** What a deployment should be; everything but the account, which the credentials decide. */
export interface DeploymentSpec {
  /** Begins the name of everything that is made, e.g. `cosmicai` -> function `cosmicai-init`. */
  prefix: string;
  artifacts: ArtifactSet;
  /** Buckets the pipeline works with; made when absent. The first entry of `workBuckets` gets the model. */
  workBuckets: string[];
  dataBuckets: string[];
  /** Buckets that are there and only read: neither made nor removed. */
  readBuckets?: string[];
  /** Folder of the model within the first work bucket: the input's `S3_object_name`. */
  modelFolder: string;
  functions?: Partial<Record<LambdaName, FunctionSettings>>;
  /** Where the zips lie in S3 already; they are sent within the request otherwise. */
  code?: Record<LambdaName, CodeObject>;
  /** Lambda runtime of all functions. Default nodejs22.x. */
  runtime?: string;
  /** How the Distributed Map starts its children. Default STANDARD. */
  mapExecutionType?: 'STANDARD' | 'EXPRESS';
  /** Ranks at once when the input does not say; 0, the default, is Step Functions' own maximum. */
  maxConcurrency?: number;
  /** Days that CloudWatch keeps the functions' logs. Absent: for ever, as AWS does. */
  logRetentionDays?: number;
  /** Children of the Distributed Map that may fail (ToleratedFailureCount); 0 when left out. */
  toleratedFailures?: number;
  /** Actions that the roles are denied, whatever else allows them. */
  deny?: { functions?: string[]; stateMachine?: string[] };
  /** Tags on everything, beside the harness's own. */
  tags?: Record<string, string>;
}

export interface FunctionSettings {
  memoryMB?: number;
  timeoutSeconds?: number;
  ephemeralStorageMB?: number;
  environment?: Record<string, string>;
}

/** A zip in S3. */
export interface CodeObject {
  bucket: string;
  key: string;
}

/** The account and region that a plan is made for. */
export interface Account {
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  partition: string;
  accountId: string;
  region: string;
}

/** Tag that marks what belongs to a deployment; its value is the prefix. */
export const OWNER_TAG = 'cosmicai:deployment';
