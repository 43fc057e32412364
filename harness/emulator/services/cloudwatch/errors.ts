import { AwsError } from '../../../core/errors.ts';
import type { Violation } from '../../http/model/validate.ts';

/** Codes as the query protocol has them; newer protocols name the shapes below. */
export const invalidValue = (message: string) => new AwsError('InvalidParameterValue', message);
export const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);
export const missingParameter = (message: string) => new AwsError('MissingParameter', message);
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const invalidNextToken = () => new AwsError('InvalidNextToken', 'The specified nextToken is invalid.');
/** AWS answers it without a text. */
export const noSuchAlarm = () => new AwsError('ResourceNotFound', '', 404);
export const nameTaken = (name: string, type: string) =>
  validationError(`An alarm of type ${type} with the name ${name} already exists.`);
export const noSuchDashboard = (names: string) =>
  new AwsError('ResourceNotFound', `Dashboard ${names} does not exist`, 404);
export const invalidDashboard = (message: string) => new AwsError('InvalidParameterInput', message);
export const noSuchResource = (message: string) => new AwsError('ResourceNotFoundException', message, 404);
export const invalidFormat = (message: string) => new AwsError('InvalidFormat', message);

/** Source: the service's model, `error.code` of its shapes. */
const SHAPES: { readonly [code: string]: string } = {
  InvalidParameterValue: 'InvalidParameterValueException',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  MissingParameter: 'MissingRequiredParameterException',
  LimitExceeded: 'LimitExceededFault',
  InvalidFormat: 'InvalidFormatFault',
  InternalServiceError: 'InternalServiceFault',
};

export const errorShapeOf = (code: string): string => SHAPES[code] ?? code;

/** Operations that refuse their members in the words of CloudWatch's older interface. */
const OLDER_TEXTS: ReadonlySet<string> = new Set(['PutMetricData', 'GetMetricStatistics', 'ListMetrics']);

/** The error of an input that breaks the model's constraints; `message` lists them all. */
export function brokenConstraints(
  message: string,
  violations: readonly Violation[],
  operation: string,
): AwsError {
  const [{ path, shown, constraint }] = violations as [Violation];
  if (!OLDER_TEXTS.has(operation)) return validationError(message);
  const member = olderPath(path);
  if (constraint === 'Member must not be null')
    return missingParameter(`The parameter ${member} is required.`);
  const [, max] = /^Member must have length less than or equal to (\d+)$/.exec(constraint) ?? [];
  if (max !== undefined && shown?.startsWith("'[")) {
    return invalidValue(`The collection ${member} must not have a size greater than ${max}.`);
  }
  if (!/length|pattern/.test(constraint) && !member.endsWith('Unit')) return validationError(message);
  return invalidValue(`The value ${shown?.slice(1, -1)} for parameter ${member} is invalid.`);
}

/** `metricData.1.member.metricName` as `MetricData.member.1.MetricName`. */
const olderPath = (path: string): string =>
  path
    .replace(/\.(\d+)\.member/g, '.member.$1')
    .replace(/(^|\.)([a-z])(?!ember\.\d)/g, (_, dot: string, letter: string) => dot + letter.toUpperCase());
