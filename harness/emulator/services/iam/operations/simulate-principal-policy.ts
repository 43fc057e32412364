import { noSuchEntityArn } from '../errors.ts';
import { defineIamOperation, required } from '../parameters.ts';
import { policyInputs, simulate } from '../simulation.ts';

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
export const simulatePrincipalPolicy = defineIamOperation({
  name: 'SimulatePrincipalPolicy',
  handle({ store }, input) {
    const arn = required(input, 'PolicySourceArn');
    const principal =
      store.roleByArn(arn) ??
      [...store.users.values(), ...store.groups.values()].find((one) => one.arn === arn);
    if (!principal) throw noSuchEntityArn(arn);
    const managed = (policyArn: string) => {
      const policy = store.findPolicy(policyArn);
      return policy?.versions.find(({ id }) => id === policy.defaultVersionId)?.document;
    };
    const holders = [principal, ...store.groupsOf(principal)];
    const inline = holders.flatMap(({ inlinePolicies }) => Object.values(inlinePolicies));
    const attached = holders.flatMap(({ attachedPolicyArns }) =>
      attachedPolicyArns.flatMap((policyArn) => managed(policyArn) ?? []),
    );
    const { permissionsBoundary } = principal;
    return simulate(input, {
      identity: [...inline, ...attached, ...policyInputs(input)],
      boundary: permissionsBoundary === undefined ? undefined : (managed(permissionsBoundary) ?? '{}'),
    });
  },
});
