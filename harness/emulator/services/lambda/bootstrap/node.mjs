/**
 * Managed runtime for Node: the loop between the Lambda Runtime API and the handler, as AWS's own runtime
 * behaves towards handlers, logs and errors. Runs inside the function's process; uses Node alone.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and .../nodejs-handler.html
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { RuntimeClient, runtimeKey } from './runtime-client.mjs';

// Required where it is needed, not imported: an import reads every export it has, among them a whole HTTP client in
// Node 22 and later, which no function here asked for.
const require = createRequire(import.meta.url);
const client = new RuntimeClient();
const taskRoot = process.env.LAMBDA_TASK_ROOT;
/** Folder of modules that has AWS's SDK, which AWS's runtimes bring along. */
const sdkFolder = process.env._LAMBDA_SDK_FOLDER;
delete process.env._LAMBDA_SDK_FOLDER;
const jsonLogs = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const CALLBACKS_REMOVED = process.env.AWS_EXECUTION_ENV === 'AWS_Lambda_nodejs24.x';

let requestId;
/** Ends the invocation in progress with an error, when something outside the handler's call fails. */
let failInvocation;

// ---- Errors ------------------------------------------------------------------------------------------------

class RuntimeError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

const isError = (value) =>
  value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';

/** What the caller of the function is told. */
function toWireError(error) {
  try {
    if (isError(error)) {
      return {
        errorType: String(error.name).replaceAll('\x7f', '%7F'),
        errorMessage: String(error.message).replaceAll('\x7f', '%7F'),
        trace: String(error.stack).replaceAll('\x7f', '%7F').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

/** What the log is told: the error's own members too. */
function toLogError(error) {
  try {
    const own = isError(error)
      ? {
          errorType: error.name,
          errorMessage: error.message,
          code: error.code,
          ...error,
          stack: String(error.stack).split('\n'),
        }
      : { errorType: typeof error, errorMessage: String(error), trace: [] };
    if (isError(own.reason)) own.reason = toLogError(own.reason);
    return own;
  } catch {
    return {};
  }
}

const toLogText = (error) => `\t${JSON.stringify(toLogError(error))}`;

// ---- Console -----------------------------------------------------------------------------------------------

const telemetryFd = process.env._LAMBDA_TELEMETRY_LOG_FD && Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
delete process.env._LAMBDA_TELEMETRY_LOG_FD;
const FRAME_TYPE = 0xa55a0003;

function writeAll(fd, bytes) {
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

/** One frame is one log event, line feeds and all. */
function emit(text) {
  const message = Buffer.from(text);
  const frame = Buffer.allocUnsafe(16 + message.length);
  frame.writeUInt32BE(FRAME_TYPE, 0);
  frame.writeUInt32BE(message.length, 4);
  frame.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
  message.copy(frame, 16);
  writeAll(telemetryFd, frame);
}

const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };

function patchConsole() {
  const threshold = jsonLogs ? (LEVELS[(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO').toUpperCase()] ?? 3) : 0;
  const write = (level, parameters) => {
    if (LEVELS[level] < threshold) return;
    const timestamp = new Date().toISOString();
    if (jsonLogs) return emit(`${jsonLine(timestamp, level, parameters)}\n`);
    emit(`${timestamp}\t${requestId}\t${level}\t${format(...parameters)}\n`);
  };
  console.log = (...parameters) => write('INFO', parameters);
  console.info = (...parameters) => write('INFO', parameters);
  console.debug = (...parameters) => write('DEBUG', parameters);
  console.warn = (...parameters) => write('WARN', parameters);
  console.error = (...parameters) => write('ERROR', parameters);
  console.trace = (...parameters) => {
    const at = new Error(format(...parameters));
    at.name = 'Trace';
    write('TRACE', [at.stack]);
  };
  console.fatal = (...parameters) => write('FATAL', parameters);
}

function jsonLine(timestamp, level, parameters) {
  const record = { timestamp, level, requestId };
  if (parameters.length === 1) {
    const [only] = parameters;
    record.message = only;
    if (isError(only)) {
      record.message = only.message;
      Object.assign(record, toLogError(only), { stackTrace: toLogError(only).stack, stack: undefined });
    }
    try {
      return JSON.stringify(record, (_key, value) => (isError(value) ? toLogError(value) : value));
    } catch {
      record.message = format(...parameters);
      return JSON.stringify(record);
    }
  }
  record.message = format(...parameters);
  const error = parameters.find(isError);
  if (error) {
    const { errorType, errorMessage, stack } = toLogError(error);
    Object.assign(record, { errorType, errorMessage, stackTrace: stack });
  }
  return JSON.stringify(record);
}

function logError(label, error) {
  console.error(...(jsonLogs ? [error] : [label, toLogText(error)]));
}

// ---- Handler -----------------------------------------------------------------------------------------------

function packageType(folder) {
  for (let at = folder; at.startsWith(taskRoot); at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) {
      try {
        return JSON.parse(readFileSync(file, 'utf8')).type ?? 'commonjs';
      } catch {
        return 'commonjs';
      }
    }
    if (at === dirname(at)) break;
  }
  return 'commonjs';
}

/** AWS's SDK is found by `require`, after all else. */
function provideSdk() {
  const find = module._resolveFilename;
  module._resolveFilename = function (name, ...rest) {
    try {
      return find.call(this, name, ...rest);
    } catch (error) {
      if (error?.code !== 'MODULE_NOT_FOUND' || !/^@(?:aws-sdk|smithy)\//.test(name)) throw error;
      try {
        return createRequire(join(dirname(sdkFolder), 'index.js')).resolve(name);
      } catch {
        throw error;
      }
    }
  };
}

/**
 * An `import` that is tried again with AWS's SDK and the layers in view, when a module was missing: nothing of a
 * module has run when one that it imports is missing.
 */
async function importModule(path) {
  const { href } = pathToFileURL(path);
  try {
    return await import(href);
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const { installHooks } = await import('./module-hooks.mjs');
    installHooks({ sdkFolder });
    return import(`${href}?with-layers`);
  }
}

async function loadModule(folder, name) {
  const require = createRequire(join(taskRoot, 'bootstrap.js'));
  const path = resolve(folder, name);
  if (existsSync(`${path}.js`)) {
    if (packageType(dirname(path)) === 'module') return importModule(`${path}.js`);
    return require(`${path}.js`);
  }
  if (existsSync(`${path}.mjs`)) return importModule(`${path}.mjs`);
  if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
  return require(existsSync(path) ? path : require.resolve(name, { paths: [folder, taskRoot] }));
}

async function loadHandler(text) {
  if (text.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const file = basename(text);
  const folder = resolve(taskRoot, text.slice(0, text.length - file.length));
  const dot = file.indexOf('.');
  if (dot < 1) throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  const names = file.slice(dot + 1).split('.');
  let module;
  try {
    module = await loadModule(folder, file.slice(0, dot));
  } catch (error) {
    if (error instanceof SyntaxError) {
      const wrapped = new RuntimeError('Runtime.UserCodeSyntaxError', String(error));
      wrapped.stack = `Runtime.UserCodeSyntaxError: ${error.stack}`;
      throw wrapped;
    }
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
  const find = (root) => names.reduce((value, name) => value?.[name], root);
  const found = find(module) ?? find(module.default);
  if (found === undefined || found === null) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  }
  if (typeof found !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${text} is not a function`);
  }
  if (CALLBACKS_REMOVED && found.length >= 3 && !found[STREAMING]) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
    );
  }
  return found;
}

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = options?.highWaterMark ?? true;
    return handler;
  },
  HttpResponseStream: {
    /** Puts the prelude (status, headers) before the body, parted by eight zero bytes. */
    from(stream, prelude) {
      stream.setContentType('application/vnd.awslambda.http-integration-response');
      stream.write(JSON.stringify(prelude));
      stream.write(new Uint8Array(8));
      return stream;
    },
  },
};

// ---- Invocation --------------------------------------------------------------------------------------------

function createContext(headers, done) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  const parse = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse('lambda-runtime-client-context'),
    identity: parse('lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    ...(done && {
      done: (error, value) => done(error, value, true),
      fail: (error) => done(error === undefined || error === null ? 'handled' : error, undefined, true),
      succeed: (value) => done(undefined, value, true),
    }),
  };
}

function renderResult(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    throw new RuntimeError('Runtime.MarshalError', 'Unable to stringify response body');
  }
}

/** Runs a handler; resolves to the JSON text of its result. */
function run(handler, event, headers) {
  return new Promise((succeed, fail) => {
    failInvocation = fail;
    let isDone = false;
    let context;
    const finish = (error, value) => (error === undefined || error === null ? succeed(value) : fail(error));
    const done = (error, value, atOnce) => {
      if (isDone) return;
      isDone = true;
      if (atOnce || !context.callbackWaitsForEmptyEventLoop) return finish(error, value);
      process.once('beforeExit', () => finish(error, value));
    };
    context = createContext(headers, CALLBACKS_REMOVED ? undefined : done);
    const result = CALLBACKS_REMOVED
      ? handler(event, context)
      : handler(event, context, (error, value) => done(error, value, false));
    if (typeof result?.then === 'function') {
      result.then(
        (value) => done(undefined, value, true),
        (error) => done(error ?? new Error('null'), undefined, true),
      );
    } else if (CALLBACKS_REMOVED || handler.length < 3) {
      // A handler that can neither be awaited nor call back answers null once nothing is left to do.
      if (result !== undefined || CALLBACKS_REMOVED) done(undefined, result, true);
      else process.once('beforeExit', () => done(undefined, null, true));
    } else {
      process.once('beforeExit', () => done(undefined, null, true));
    }
  }).then(renderResult);
}

/** Runs a streaming handler; its output goes to the Runtime API as it is written. */
async function runStreaming(handler, event, headers) {
  const stream = new PassThrough();
  let contentType = 'application/octet-stream';
  stream.setContentType = (type) => {
    contentType = type;
  };
  let sent;
  const send = () => {
    sent ??= sendStream(stream, contentType);
    return sent;
  };
  stream.once('readable', send);
  const failed = new Promise((_, fail) => {
    failInvocation = fail;
  });
  try {
    await Promise.race([handler(event, stream, createContext(headers)), failed]);
  } catch (error) {
    if (!sent) throw error;
    // The response is on its way: only its end can still tell.
    logError('Invoke Error', error);
    const wire = toWireError(error);
    stream.trailers = {
      'Lambda-Runtime-Function-Error-Type': headerText(wire.errorType),
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(wire)).toString('base64'),
    };
  }
  if (!stream.writableEnded) stream.end();
  await send();
}

/** A response that is written bit by bit goes out as it comes, on a connection of its own. */
function sendStream(stream, contentType) {
  const { request } = require('node:http');
  return new Promise((settle, reject) => {
    const outgoing = request(
      `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/${requestId}/response`,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': contentType,
          'lambda-runtime-key': runtimeKey,
          'lambda-runtime-function-response-mode': 'streaming',
          'transfer-encoding': 'chunked',
          trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
        },
      },
      (incoming) => incoming.resume().on('end', settle).on('error', reject),
    );
    outgoing.on('error', reject);
    stream.once('end', () => stream.trailers && outgoing.addTrailers(stream.trailers));
    stream.pipe(outgoing);
  });
}

/** Serves one event; resolves to the next one. */
async function serveOne(handler, next) {
  requestId = next.headers['lambda-runtime-aws-request-id'];
  const trace = next.headers['lambda-runtime-trace-id'];
  if (trace) process.env._X_AMZN_TRACE_ID = trace;
  try {
    const event = JSON.parse(next.text);
    if (handler[STREAMING]) await runStreaming(handler, event, next.headers);
    else return client.respond(requestId, await run(handler, event, next.headers));
  } catch (error) {
    if (error?.code === 'ECONNRESET' || error?.code === 'ECONNREFUSED') throw error;
    logError('Invoke Error', error);
    await postError(client, `/invocation/${requestId}/error`, error);
  } finally {
    failInvocation = undefined;
    process.removeAllListeners('beforeExit');
  }
  return client.next();
}

function postError(through, path, error) {
  const wire = toWireError(error);
  return through.fail(path, JSON.stringify(wire), headerText(wire.errorType));
}

const headerText = (text) => String(text).replace(/[^\x20-\x7e]/g, '?');

/** An error nobody caught: the invocation (or the init) fails with it and the process ends. */
function fatal(label, error, exitCode) {
  logError(label, error);
  postErrorAlone(failInvocation ? `/invocation/${requestId}/error` : '/init/error', error).finally(() =>
    process.exit(exitCode),
  );
}

/** Posts on a connection of its own: the usual one may be in the middle of a request. */
const postErrorAlone = (path, error) => postError(new RuntimeClient(), path, error).catch(() => {});

class UnhandledPromiseRejection extends RuntimeError {
  constructor(reason, promise) {
    super('Runtime.UnhandledPromiseRejection', String(reason));
    this.reason = reason;
    this.promise = promise;
  }
}

async function main() {
  patchConsole();
  if (sdkFolder) provideSdk();
  process.on('uncaughtException', (error) => fatal('Uncaught Exception', error, 129));
  process.on('unhandledRejection', (reason, promise) =>
    fatal('Unhandled Promise Rejection', new UnhandledPromiseRejection(reason, promise), 128),
  );
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER);
  } catch (error) {
    logError('Uncaught Exception', error);
    await postErrorAlone('/init/error', error);
    process.exit(1);
  }
  for (let next = client.next(); ; ) next = serveOne(handler, await next);
}

// The harness is gone when its Runtime API no longer answers: there is nothing left to live for.
main().catch(() => process.exit(1));
