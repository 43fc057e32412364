/**
 * Creates and changes functions: the steps that several operations share. Owns the transitions of state
 * (Pending to Active, InProgress to Successful); the store only keeps.
 */

import type { Readable } from 'node:stream';
import type { FunctionCode } from '@aws-sdk/client-lambda';
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

/** Where a package comes from, as CreateFunction, UpdateFunctionCode and PublishLayerVersion have it. */
type CodeSource = Pick<FunctionCode, 'ZipFile' | 'S3Bucket' | 'S3Key' | 'ImageUri'>;

export class FunctionControl {
  readonly #env: ServiceEnvironment;
  readonly #store: FunctionStore;
  readonly #code: CodeStore;
  readonly #objects: ObjectsPort;
  readonly #pool: SandboxPool;
  readonly #layers: LayerStore;
  readonly #permissions: Pick<PermissionsPort, 'refusal'>;

  constructor(dependencies: {
    env: ServiceEnvironment;
    store: FunctionStore;
    code: CodeStore;
    objects: ObjectsPort;
    pool: SandboxPool;
    layers: LayerStore;
    permissions: Pick<PermissionsPort, 'refusal'>;
  }) {
    this.#env = dependencies.env;
    this.#store = dependencies.store;
    this.#code = dependencies.code;
    this.#objects = dependencies.objects;
    this.#pool = dependencies.pool;
    this.#layers = dependencies.layers;
    this.#permissions = dependencies.permissions;
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

  /** Changes `$LATEST`: configuration, code, or both. */
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
    found.latest = latest;
    this.#store.save(found);
    this.#pool.retire(found.name);
    return latest;
  }

  /**
   * Unpacks the code of `$LATEST`; then the function is Active, its update Successful. Never rejects: what went
   * wrong is in the function's state. Operations answer with the state before and wait for this, so that a client
   * that polls finds the function ready the first time.
   */
  activate(found: LambdaFunction): Promise<void> {
    const { latest } = found;
    return this.#code.unpacked(latest.codeSha256).then(
      () => this.#settle(found, latest.generation, { state: 'Active', lastUpdateStatus: 'Successful' }),
      (error: Error) =>
        this.#settle(found, latest.generation, {
          state: 'Failed',
          stateReason: error.message,
          lastUpdateStatus: 'Failed',
          lastUpdateReason: error.message,
        }),
    );
  }

  /** Resolves when a version's code is in place, or its state says why not. */
  async whenActive(functionName: string, version: FunctionVersion): Promise<void> {
    if (version.state === 'Active' && version.lastUpdateStatus === 'Successful') return;
    await this.#code.unpacked(version.codeSha256).catch(() => {});
    const found = this.#store.find(functionName);
    if (found?.latest === version) return;
    // A version published while its code was being unpacked.
    if (this.#code.unpackedNow(version.codeSha256) !== undefined) version.state = 'Active';
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
      state: 'Active',
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

  /** @throws AwsError ResourceConflictException while the code of the last change is still being unpacked. */
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

  #settle(found: LambdaFunction, generation: number, change: Partial<FunctionVersion>): void {
    if (found.latest.generation !== generation || this.#store.find(found.name) !== found) return;
    // A change of state is a change: AWS gives it a revision of its own.
    Object.assign(found.latest, change, { revisionId: uuid(this.#env.random) });
    this.#store.save(found);
    if (found.latest.state === 'Active') void this.#pool.prestart(found.name, found.latest);
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
