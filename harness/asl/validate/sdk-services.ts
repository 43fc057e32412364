/**
 * What AWS's services can be asked through `aws-sdk:` resources, from AWS's published models. Names are compared without
 * regard to case but for the first letter: Step Functions spells acronyms as its Java SDK does, and that differs from
 * the models (`SSEKMSKeyId` is `SsekmsKeyId`).
 */
import { lazily } from '../../core/lazily.ts';
import { SDK_ACTIONS } from './sdk-actions.ts';
import { SDK_ERRORS, SDK_MEMBERS } from './sdk-members.ts';

/** Lines by their first word or words. */
function linesOf(table: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const line of table.trim().split('\n')) {
    const space = line.indexOf(' ');
    const [names, rest] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)];
    for (const name of names.split(',')) lines.set(name.toLowerCase(), rest);
  }
  return lines;
}

const actions = lazily(() => linesOf(SDK_ACTIONS));
const members = lazily(() => linesOf(SDK_MEMBERS));
const errors = lazily(() => linesOf(SDK_ERRORS));

const UPPER = /^[A-Z]/;

/** True for `s3`, `getObject`; false for `s3`, `getObjekt` or `GetObject`, and for a service there is none of. */
export function hasSdkAction(service: string, action: string): boolean {
  const listed = actions().get(service);
  return listed !== undefined && !UPPER.test(action) && includesWord(listed, action);
}

/**
 * True when a request may have the member, or when it is not known what it may have. `member` is spelled as in a
 * definition, with a capital letter.
 */
export function hasSdkMember(service: string, action: string, member: string): boolean {
  const listed = members().get(`${service}:${action}`.toLowerCase());
  return listed === undefined || (UPPER.test(member) && includesWord(listed, member));
}

/** The member as AWS's models spell it, `SSEKMSKeyId` for `SsekmsKeyId`. */
export function modelledMember(service: string, action: string, member: string): string {
  const listed = members().get(`${service}:${action}`.toLowerCase()) ?? '';
  return listed.split(' ').find((name) => name.toLowerCase() === member.toLowerCase()) ?? member;
}

/** True when the Java SDK has a class for the service's error code. */
export function hasSdkError(service: string, code: string): boolean {
  return (errors().get(service) ?? '').split(' ').includes(code);
}

function includesWord(words: string, word: string): boolean {
  return ` ${words} `.toLowerCase().includes(` ${word.toLowerCase()} `);
}
