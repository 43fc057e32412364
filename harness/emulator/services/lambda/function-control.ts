/**
 * Creates and changes functions: the steps that several operations share. Owns the transitions of state
 * (Pending to Active, InProgress to Successful); the store only keeps.
 */

import type { Readable } from 'node:stream';
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { Clock } from '../../../core/clock.ts';
import { AwsError } from '../../../core/errors.ts';
import { uuid } from '../../../core/ids.ts';
import { permittedObjects } from '../permitted-objects.ts';
import type { CallingPrincipal, ObjectsPort, PermissionsPort, ServiceEnvironment } from '../ports.ts';
import type { CodeStore, StoredCode } from './code/code-store.ts';
import { invalidParameter, preconditionFailed, resourceConflict } from './errors.ts';
import type { ConfigurationChange } from './function-configuration.ts';
import type { SandboxPool } from './runtime/sandbox-pool.ts';
import type { FunctionVersion, LambdaFunction, PackageArchitecture } from './store/entities.ts';
import type { FunctionStore } from './store/function-store.ts';
import type { LayerStore } from './store/layer-store.ts';

/** How a version is after its code was unpacked, or was not. */
const outcomeOf = (failure: string | undefined): Partial<FunctionVersion> =>
  failure === undefined
    ? { state: 'Active', lastUpdateStatus: 'Successful' }
    : { state: 'Failed', stateReason: failure, lastUpdateStatus: 'Failed', lastUpdateReason: failure };

/** Where a package comes from, as CreateFunction, UpdateFunctionCode and PublishLayerVersion have it. */
type CodeSource = Pick<FunctionCode, 'ZipFile' | 'S3Bucket' | 'S3Key' | 'ImageUri'>;

/** A change that the disk refused is tried again after this time. */
const PERSIST_AGAIN_MS = 1_000;

export class FunctionControl {
  readonly #env: ServiceEnvironment;
  readonly #store: FunctionStore;
  readonly #code: CodeStore;
  readonly #objects: ObjectsPort;
  readonly #pool: SandboxPool;
  readonly #layers: LayerStore;
  readonly #permissions: Pick<PermissionsPort, 'refusal'>;
  readonly #processClock: Clock;
  readonly #transitionMs: number;
  /** What functions under update still run. */
  readonly #serving = new WeakMap<LambdaFunction, FunctionVersion>();
  #isStopped = false;

  constructor(dependencies: {
    env: ServiceEnvironment;
    store: FunctionStore;
    code: CodeStore;
    objects: ObjectsPort;
    pool: SandboxPool;
    layers: LayerStore;
    permissions: Pick<PermissionsPort, 'refusal'>;
    /** Wall clock: transitions take real time, whatever time executions live in. */
    processClock: Clock;
    /** How long a creation or an update takes at least. */
    transitionMs: number;
  }) {
    this.#env = dependencies.env;
    this.#store = dependencies.store;
    this.#code = dependencies.code;
    this.#objects = dependencies.objects;
    this.#pool = dependencies.pool;
    this.#layers = dependencies.layers;
    this.#permissions = dependencies.permissions;
    this.#processClock = dependencies.processClock;
    this.#transitionMs = dependencies.transitionMs;
  }

  /**
   * Keeps the package of a request: `ZipFile`, or `S3Bucket` and `S3Key`, which the caller must be allowed to read.
   * @throws AwsError InvalidParameterValueException, AccessDeniedException
   */
  async storeCode(code: CodeSource, caller: CallingPrincipal): Promise<StoredCode> {
    const { ZipFile: zip, S3Bucket: bucket, S3Key: key } = code;
    if (zip !== undefined) {
      const limitBytes = this.#env.limits.lambdaZippedBytes;
      if (zip.byteLength > limitBytes)
        throw invalidParameter(`Zipped size must be smaller than ${limitBytes} bytes`);
      if (zip.byteLength === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
      return this.#code.store(zip);
    }
    if (bucket === undefined || key === undefined) {
      throw invalidParameter(
        code.ImageUri === undefined
          ? 'Please provide a source for function code.'
          : 'Container images are not run here; use a deployment package (PackageType Zip).',
      );
    }
    return this.#code.store(await this.#fetch(bucket, key, caller));
  }

  /** A new function with its first `$LATEST`. */
  create(
    name: string,
    change: ConfigurationChange,
    code: StoredCode,
    options: {
      architecture: PackageArchitecture;
      tags: { [key: string]: string };
      codeSigningConfigArn?: string;
    },
  ): LambdaFunction {
    const { runtime, handler, role } = change;
    if (runtime === undefined || handler === undefined) {
      throw invalidParameter(
        'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
      );
    }
    const latest: FunctionVersion = {
      version: '$LATEST',
      description: '',
      timeoutSeconds: 3,
      memoryMB: 128,
      ephemeralStorageMB: 512,
      layers: [],
      tracingMode: 'PassThrough',
      loggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${name}` },
      ...change,
      runtime,
      handler,
      role: role!,
      architecture: options.architecture,
      codeSha256: code.sha256,
      codeSizeBytes: code.sizeBytes,
      codeUnzippedBytes: code.unzippedBytes,
      lastModifiedMs: this.#env.clock.nowMs(),
      revisionId: uuid(this.#env.random),
      state: 'Pending',
      lastUpdateStatus: 'Successful',
      generation: 1,
    };
    this.checkSize(latest);
    const { codeSigningConfigArn } = options;
    const created: LambdaFunction = {
      name,
      latest,
      published: [],
      lastVersion: 0,
      aliases: {},
      tags: options.tags,
      policies: {},
      eventInvokeConfigs: {},
      urlConfigs: {},
      ...(codeSigningConfigArn === undefined ? {} : { codeSigningConfigArn }),
    };
    this.#store.save(created);
    return created;
  }

  /** Changes `$LATEST`: configuration, code, or both. What was before serves invocations until the update is done. */
  change(found: LambdaFunction, change: Partial<FunctionVersion>): FunctionVersion {
    this.checkSize({ ...found.latest, ...change });
    const latest: FunctionVersion = {
      ...found.latest,
      ...change,
      lastModifiedMs: this.#env.clock.nowMs(),
      revisionId: uuid(this.#env.random),
      lastUpdateStatus: 'InProgress',
      generation: found.latest.generation + 1,
    };
    const before = found.latest;
    found.latest = latest;
    this.#store.save(found);
    if (before.state === 'Active') this.#serving.set(found, before);
    return latest;
  }

  /** The version that invocations of a version run: during an update of `$LATEST` the one before. */
  serving(found: LambdaFunction, version: FunctionVersion): FunctionVersion {
    return version === found.latest ? (this.#serving.get(found) ?? version) : version;
  }

  /**
   * Brings a creation, an update or a published version to its end, in the time that it takes: the code is unpacked,
   * and clients see `Pending` and `InProgress` before they see `Active` and `Successful`. Never rejects: what went
   * wrong is in the function's state.
   */
  settle(found: LambdaFunction): void {
    const { latest } = found;
    if (latest.state === 'Pending' || latest.lastUpdateStatus === 'InProgress') {
      void this.#whenUnpacked(latest).then((failure) => this.#end(found, latest.generation, failure));
    }
    for (const version of found.published.filter(({ state }) => state === 'Pending')) {
      void this.#whenUnpacked(version).then((failure) => {
        this.#persist(() => {
          const current = found.published.find((one) => one.version === version.version);
          if (!current) return;
          Object.assign(current, outcomeOf(failure));
          this.#store.save(found);
        });
      });
    }
  }

  /** Ends no transition any more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** @returns why the code cannot be unpacked */
  async #whenUnpacked({ codeSha256 }: FunctionVersion): Promise<string | undefined> {
    const pause = new Promise<void>((resolve) => {
      this.#processClock.after(this.#transitionMs, resolve);
    });
    const failure = await this.#code.unpacked(codeSha256).then(
      () => undefined,
      (error: Error) => error.message,
    );
    await pause;
    return failure;
  }

  #end(found: LambdaFunction, generation: number, failure: string | undefined): void {
    this.#persist(() => {
      const isCurrent = found.latest.generation === generation && this.#store.find(found.name) === found;
      if (!isCurrent) return;
      // A change of state is a change: AWS gives it a revision of its own.
      Object.assign(found.latest, outcomeOf(failure), { revisionId: uuid(this.#env.random) });
      this.#store.save(found);
      this.#serving.delete(found);
      this.#pool.retire(found.name);
      if (failure === undefined) void this.#pool.prestart(found.name, found.latest);
    });
  }

  /** Makes a change that no client waits for; where the disk refuses it, it is made as soon as it can be. */
  #persist(change: () => void): void {
    if (this.#isStopped) return;
    try {
      change();
    } catch (error) {
      if (!this.#env.state.reportFailure(error)) throw error;
      this.#processClock.after(PERSIST_AGAIN_MS, () => this.#persist(change));
    }
  }

  /** The next numbered version, or the last one when nothing has changed since. */
  publish(found: LambdaFunction, description: string | undefined): FunctionVersion {
    const last = found.published.at(-1);
    const { latest } = found;
    if (last && last.generation === latest.generation) return last;
    latest.revisionId = uuid(this.#env.random);
    found.lastVersion++;
    const published: FunctionVersion = {
      ...latest,
      version: String(found.lastVersion),
      description: description ?? latest.description,
      revisionId: uuid(this.#env.random),
      state: 'Pending',
      lastUpdateStatus: 'Successful',
    };
    found.published.push(published);
    this.#store.save(found);
    return published;
  }

  /** Code and layers must fit together into the limit. @throws AwsError InvalidParameterValueException */
  checkSize({ layers, codeUnzippedBytes }: FunctionVersion): void {
    const layerBytes = layers.reduce(
      (sum, { arn }) => sum + (this.#layers.findByArn(arn)?.unzippedBytes ?? 0),
      0,
    );
    const totalBytes = codeUnzippedBytes + layerBytes;
    const limitBytes = this.#env.limits.lambdaUnzippedBytes;
    if (totalBytes > limitBytes) {
      throw invalidParameter(
        `Function code combined with layers exceeds the maximum allowed size of ${limitBytes} bytes. The actual size is ${totalBytes} bytes.`,
      );
    }
  }

  /** @throws AwsError PreconditionFailedException */
  checkRevision(actual: string, expected: string | undefined): void {
    if (expected !== undefined && expected !== actual) throw preconditionFailed();
  }

  /** @throws AwsError ResourceConflictException while the function is being created or updated */
  checkNotBusy(found: LambdaFunction, arn: string): void {
    const { state, lastUpdateStatus } = found.latest;
    if (state === 'Pending') {
      throw resourceConflict(
        'The operation cannot be performed at this time. The function is currently in the following state: Pending',
      );
    }
    if (lastUpdateStatus === 'InProgress') {
      throw resourceConflict(
        `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
      );
    }
  }

  /** Removes a function, its environments, and code that nothing else uses. */
  delete(found: LambdaFunction): void {
    const hashes = new Set(
      [found.latest, ...found.published].flatMap((version) => [
        version.codeSha256,
        ...version.layers.map((layer) => layer.codeSha256),
      ]),
    );
    this.#store.delete(found.name);
    this.#pool.retire(found.name);
    const inUse = new Set([...this.#store.codeInUse(), ...this.#layers.codeInUse()]);
    for (const hash of hashes) if (!inUse.has(hash)) this.#code.remove(hash);
  }

  async #fetch(bucket: string, key: string, caller: CallingPrincipal): Promise<Readable> {
    const limitBytes = this.#env.limits.lambdaUnzippedBytes;
    const found = await permittedObjects(this.#objects, this.#permissions, caller)
      .getObject(bucket, key)
      .catch((error: unknown) => {
        throw asFetchError(error, bucket, key);
      });
    if (found.sizeBytes <= limitBytes) return found.body;
    found.body.destroy();
    throw invalidParameter(`Unzipped size must be smaller than ${limitBytes} bytes`);
  }
}

/** Lambda's words for S3's refusal. Source: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html */
function asFetchError(error: unknown, bucket: string, key: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const { code, message } = error;
  if (code === 'AccessDenied') {
    return new AwsError(
      'AccessDeniedException',
      `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${bucket}/${key}. S3 Error Code: ${code}. S3 Error Message: ${message}`,
      403,
    );
  }
  return invalidParameter(
    `Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`,
  );
}
