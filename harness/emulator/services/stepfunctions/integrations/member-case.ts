/** Names of members: the API's `stateMachineArn` is `StateMachineArn` in a definition. */
import { isJsonObject, type Json, type JsonObject } from '../../../../core/json.ts';

/** Every member's first letter in upper case, all the way down; members that are undefined are left out. */
export function pascalCased(value: object): JsonObject {
  return cased(value as JsonObject, (name) => name.charAt(0).toUpperCase() + name.slice(1)) as JsonObject;
}

/** Every member's first letter in lower case, all the way down. */
export function camelCased(value: JsonObject): JsonObject {
  return cased(value, (name) => name.charAt(0).toLowerCase() + name.slice(1)) as JsonObject;
}

function cased(value: Json, rename: (name: string) => string): Json {
  if (Array.isArray(value)) return value.map((element) => cased(element, rename));
  if (!isJsonObject(value)) return value;
  const members: [string, Json][] = [];
  for (const name of Object.keys(value).sort()) {
    const member: Json | undefined = value[name];
    if (member !== undefined) members.push([rename(name), cased(member, rename)]);
  }
  return Object.fromEntries(members);
}
