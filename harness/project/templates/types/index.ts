/** Registry: every type of resource that is served; all others are stubs. */
import { cloudFormationTypes } from './cloudformation.ts';
import { iamTypes } from './iam.ts';
import { lambdaTypes } from './lambda.ts';
import type { ResourceType } from './resource-type.ts';
import { s3Types } from './s3.ts';
import { stepFunctionsTypes } from './step-functions.ts';

export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [...s3Types, ...lambdaTypes, ...iamTypes, ...stepFunctionsTypes, ...cloudFormationTypes].map((one) => [
    one.type,
    one,
  ]),
);
