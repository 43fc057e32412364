import { isJsonObject } from '../../../core/json.ts';
import { invalidParameter } from './errors.ts';

/** JSON text of an object, kept as it came. @throws AwsError InvalidParameterException */
export function policyText(text: string, member: string): string {
  try {
    if (isJsonObject(JSON.parse(text))) return text;
  } catch {
    // Refused below.
  }
  throw invalidParameter(`Invalid policy document: ${member} is not the JSON text of an object.`);
}
