/**
 * Lets `import` find what `require` finds in AWS's runtimes: modules of layers, by NODE_PATH, and AWS's SDK. Loaded
 * only by functions that import what their package does not hold.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-layers.html
 */
import module from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const BARE = /^(?![./]|[a-z][a-z+.-]*:)/;

let sdkFolder;

/** Called in Node's loader thread. */
export function initialize(data) {
  sdkFolder = data.sdkFolder;
}

/** Files that look `specifier` up as if they imported it, the first one first. */
function standIns(specifier) {
  if (!BARE.test(specifier)) return [];
  const folders = (process.env.NODE_PATH ?? '').split(delimiter).filter(Boolean);
  if (sdkFolder && /^@(?:aws-sdk|smithy)\//.test(specifier)) folders.push(sdkFolder);
  return folders.map((folder) => pathToFileURL(join(dirname(folder), 'stand-in.mjs')).href);
}

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    for (const parentURL of standIns(specifier)) {
      const found = await next(specifier, { ...context, parentURL }).catch(() => undefined);
      if (found) return found;
    }
    throw error;
  }
}

function resolveAtOnce(specifier, context, next) {
  try {
    return next(specifier, context);
  } catch (error) {
    for (const parentURL of standIns(specifier)) {
      try {
        return next(specifier, { ...context, parentURL });
      } catch {
        // The next folder may have it.
      }
    }
    throw error;
  }
}

/** Before Node 22.15 hooks live in a thread of their own. */
export function installHooks(data) {
  initialize(data);
  if (module.registerHooks) module.registerHooks({ resolve: resolveAtOnce });
  else module.register(import.meta.url, { data });
}
