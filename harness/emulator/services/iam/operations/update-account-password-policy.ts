import type { QueryInput } from '../../../http/protocols/aws-query.ts';
import { validationError } from '../errors.ts';
import { defineIamOperation } from '../parameters.ts';

const NUMBERS: readonly [member: string, min: number, max: number][] = [
  ['MinimumPasswordLength', 6, 128],
  ['PasswordReusePrevention', 1, 24],
  ['MaxPasswordAge', 1, 1095],
];
const FLAGS = [
  'RequireSymbols',
  'RequireNumbers',
  'RequireUppercaseCharacters',
  'RequireLowercaseCharacters',
  'AllowUsersToChangePassword',
];

/** Kept and shown; nobody signs in with a password here. What is not given takes its default again. */
export const updateAccountPasswordPolicy = defineIamOperation({
  name: 'UpdateAccountPasswordPolicy',
  handle({ store }, input) {
    checkNumbers(input);
    const numbers = NUMBERS.flatMap(([member]): [string, number][] =>
      input[member] === undefined ? [] : [[member, Number(input[member])]],
    );
    store.account.passwordPolicy = {
      MinimumPasswordLength: 6,
      ...Object.fromEntries(FLAGS.map((flag) => [flag, input[flag] === 'true'])),
      ExpirePasswords: input['MaxPasswordAge'] !== undefined,
      ...Object.fromEntries(numbers),
      ...(input['HardExpiry'] === undefined ? {} : { HardExpiry: input['HardExpiry'] === 'true' }),
    };
    store.save();
    return {};
  },
});

/** All that is wrong, in one error. @throws AwsError ValidationError */
function checkNumbers(input: QueryInput): void {
  const violations = NUMBERS.flatMap(([member, min, max]) => {
    const value = Number(input[member] ?? min);
    if (value >= min && value <= max) return [];
    const bound = value > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`;
    const name = member[0]!.toLowerCase() + member.slice(1);
    return [`Value at '${name}' failed to satisfy constraint: Member must have value ${bound}`];
  });
  if (violations.length === 0) return;
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  throw validationError(`${count} detected: ${violations.join('; ')}`);
}
