import type { MachineRevision } from '../store/machine.ts';

/** Members that DescribeStateMachine and DescribeStateMachineForExecution share. */
export function describedRevision(revision: MachineRevision): object {
  return {
    definition: revision.definition,
    roleArn: revision.roleArn,
    loggingConfiguration: revision.logging,
    tracingConfiguration: { enabled: revision.tracingEnabled },
    encryptionConfiguration: revision.encryption,
    ...variableReferences(revision),
    ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
  };
}

/** Variables by the states that refer to them; absent where no state does. */
function variableReferences({ program }: MachineRevision): object {
  const { variableReferences: references } = program;
  return Object.keys(references).length > 0 ? { variableReferences: references } : {};
}
