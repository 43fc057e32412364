import { AwsError } from '../../../core/errors.ts';

/** Codes as the query protocol has them; newer protocols name the shapes below. */
export const invalidValue = (message: string) => new AwsError('InvalidParameterValue', message);
export const invalidCombination = (message: string) => new AwsError('InvalidParameterCombination', message);
export const missingParameter = (message: string) => new AwsError('MissingParameter', message);
export const validationError = (message: string) => new AwsError('ValidationError', message);
export const invalidNextToken = () => new AwsError('InvalidNextToken', 'The specified nextToken is invalid.');
/** AWS answers it without a text. */
export const noSuchAlarm = () => new AwsError('ResourceNotFound', '', 404);
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
