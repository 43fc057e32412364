/**
 * Tags of sessions; keys that differ in case alone are the same.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import { AwsError } from '../../../core/errors.ts';
import type { QueryInput } from '../../http/protocols/aws-query.ts';

const MAX_SESSION_TAGS = 50;

type SessionTags = { readonly [key: string]: string };
const invalid = (message: string) => new AwsError('InvalidParameterValue', message);

/** `inherited` are the transitive tags of the session that asks. @throws AwsError InvalidParameterValue, ValidationError */
export function sessionTags(input: QueryInput, inherited: SessionTags): SessionTags {
  const tags: { [key: string]: string } = {};
  const seen = new Set<string>();
  const taken = new Set(Object.keys(inherited).map((key) => key.toLowerCase()));
  for (let i = 1; input[`Tags.member.${i}.Key`] !== undefined; i++) {
    const key = input[`Tags.member.${i}.Key`]!;
    const folded = key.toLowerCase();
    if (seen.has(folded)) {
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    if (taken.has(folded)) {
      throw invalid(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
      );
    }
    seen.add(folded);
    tags[key] = input[`Tags.member.${i}.Value`] ?? '';
  }
  if (seen.size > MAX_SESSION_TAGS) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MAX_SESSION_TAGS}`,
    );
  }
  return tags;
}

/** Which of the tags go on to the sessions this one will open. @throws AwsError InvalidParameterValue */
export function transitiveKeys(input: QueryInput, tags: SessionTags): string[] {
  const keys: string[] = [];
  for (let i = 1; input[`TransitiveTagKeys.member.${i}`] !== undefined; i++) {
    const wanted = input[`TransitiveTagKeys.member.${i}`]!.toLowerCase();
    const key = Object.keys(tags).find((each) => each.toLowerCase() === wanted);
    if (key === undefined) {
      throw invalid('The specified transitive tag key must be included in the requested tags.');
    }
    keys.push(key);
  }
  return keys;
}
