import { defineIamOperation } from '../parameters.ts';
import { checkIdentityPolicy } from '../policy/check-document.ts';
import { memberList, policyInputs, simulate } from '../simulation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html */
export const simulateCustomPolicy = defineIamOperation({
  name: 'SimulateCustomPolicy',
  handle(_context, input) {
    const [boundary] = memberList(input, 'PermissionsBoundaryPolicyInputList');
    if (boundary !== undefined) checkIdentityPolicy(boundary);
    return simulate(input, { identity: policyInputs(input), boundary });
  },
});
