/** Errors of deliveries, with AWS's own texts (recorded). */
import { AwsError } from '../../../core/errors.ts';

export const invalidDelivery = (message: string) => new AwsError('ValidationException', message);

export const deliveryConflict = (message: string) => new AwsError('ConflictException', message);

export const noSuchPart = (what: 'Delivery' | 'Delivery Source' | 'Delivery Destination') =>
  new AwsError('ResourceNotFoundException', `Requested ${what} does not exist in this account.`);
