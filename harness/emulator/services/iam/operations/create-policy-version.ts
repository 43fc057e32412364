import { limitExceeded } from '../errors.ts';
import { defineIamOperation, identityPolicy, required } from '../parameters.ts';
import { versionShape } from '../shapes.ts';

const MAX_VERSIONS = 5;

export const createPolicyVersion = defineIamOperation({
  name: 'CreatePolicyVersion',
  handle({ env, store }, input) {
    const policy = store.ownPolicy(required(input, 'PolicyArn'));
    const document = identityPolicy(input);
    if (policy.versions.length >= MAX_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const last = Math.max(...policy.versions.map((version) => Number(version.id.slice(1))));
    const version = { id: `v${last + 1}`, document, createdMs: env.clock.nowMs() };
    policy.versions.push(version);
    policy.updatedMs = version.createdMs;
    if (input['SetAsDefault'] === 'true') policy.defaultVersionId = version.id;
    store.save();
    return { PolicyVersion: versionShape(policy, version, { withDocument: false }) };
  },
});
