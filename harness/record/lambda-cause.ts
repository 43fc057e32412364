import { isJsonObject, type JsonObject } from '../core/json.ts';

/** The failure in a cause that Lambda wrote: JSON with an `errorMessage`. `undefined` of any other text. */
export function parseLambdaCause(cause: string): (JsonObject & { errorMessage: string }) | undefined {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (isJsonObject(parsed) && typeof parsed['errorMessage'] === 'string')
      return parsed as JsonObject & { errorMessage: string };
  } catch {
    // A plain text.
  }
  return undefined;
}
