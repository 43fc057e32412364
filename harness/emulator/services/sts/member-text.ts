import { AwsError } from '../../../core/errors.ts';
import type { QueryInput } from '../../http/protocols/aws-query.ts';

/** A text that must be there, of a pattern and length; all that is wrong is told in one error. @throws AwsError ValidationError */
export function memberText(
  input: QueryInput,
  member: string,
  { pattern, min, max }: { pattern: string; min: number; max: number },
): string {
  const value = input[member];
  const name = member[0]!.toLowerCase() + member.slice(1);
  const constraints =
    value === undefined
      ? ['not be null']
      : [
          ...(value.length > max ? [`have length less than or equal to ${max}`] : []),
          ...(new RegExp(`^${pattern}$`).test(value)
            ? []
            : [`satisfy regular expression pattern: ${pattern}`]),
          ...(value.length < min ? [`have length greater than or equal to ${min}`] : []),
        ];
  if (value !== undefined && constraints.length === 0) return value;
  const shown = value === undefined ? 'null' : `'${value}'`;
  const violations = constraints.map(
    (constraint) => `Value ${shown} at '${name}' failed to satisfy constraint: Member must ${constraint}`,
  );
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  throw new AwsError('ValidationError', `${count} detected: ${violations.join('; ')}`);
}
