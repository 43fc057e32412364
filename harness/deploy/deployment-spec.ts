import type { ArtifactSet } from '../artifacts/build-artifacts.ts';
import type { Project } from '../project/project.ts';

/** What a deployment should be; everything but the account, which the credentials decide. */
export interface DeploymentSpec {
  project: Project;
  artifacts: ArtifactSet;
  /** Begins the name of everything that is made but buckets, e.g. `orders` -> function `orders-Enrich`. */
  prefix: string;
  /** Real names of the project's buckets where they differ; names in the project are shared by all accounts of AWS. */
  buckets?: Readonly<Record<string, string>>;
  /** Further buckets that executions work with, by their real names; made when absent. */
  workBuckets?: readonly string[];
  /** Buckets that are there and only read: neither made nor removed. */
  readBuckets?: readonly string[];
  /** Where zips lie in S3 already; they are sent within the request otherwise. */
  code?: { functions: Readonly<Record<string, CodeObject>>; layers: Readonly<Record<string, CodeObject>> };
  /** Added to the environment of every function, below its own. */
  environment?: Readonly<Record<string, string>>;
  /** ToleratedFailureCount of every Distributed Map; as in the definitions when left out. */
  toleratedFailures?: number;
  /** Actions that the roles of functions and of state machines are denied, whatever else allows them. */
  deny?: { functions?: readonly string[]; stateMachine?: readonly string[] };
  /** Existing roles that are used instead of those which the project makes, by name in the account. */
  existingRoles?: { functions?: string; stateMachine?: string };
  /** In a release: environments name state machines by this alias. */
  stateMachineAlias?: string;
  /** True in a release: objects with a `versionVariable` lie in a folder that their digest names. */
  versionedObjects?: boolean;
  /** Days that CloudWatch keeps logs for which the project says nothing; absent: for ever, as AWS does. */
  logRetentionDays?: number;
  /** Tags on everything, beside the harness's own. */
  tags?: Readonly<Record<string, string>>;
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
