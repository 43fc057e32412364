import { isJsonObject, type JsonObject } from './json.ts';

/**
 * The JSON object of a log event: the whole of it, or what follows the time, request id and level that Lambda's
 * runtimes put before a line.
 */
export function firstJson(message: string): JsonObject | undefined {
  const start = message.indexOf('{');
  if (start < 0) return undefined;
  try {
    const value: unknown = JSON.parse(start === 0 ? message : message.slice(start));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
