import { parseMachineArn } from '../arn.ts';
import { ARN_RULES } from '../members.ts';
import { statesOperation } from '../operation.ts';
import { isOpen } from '../store/execution.ts';

/**
 * Running executions end with the machine; one that does not exist is deleted already.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
 */
export const deleteStateMachine = statesOperation({
  name: 'DeleteStateMachine',
  read: (members) => ({ stateMachineArn: members.text('stateMachineArn', ARN_RULES) }),
  handle(context, { stateMachineArn }) {
    const { qualifier } = parseMachineArn(stateMachineArn);
    const machine = qualifier === undefined ? context.machines.find(stateMachineArn) : undefined;
    if (!machine) return {};
    machine.status = 'DELETING';
    for (const execution of context.executions.ofMachine(machine.arn))
      if (isOpen(execution)) context.engine.handleOf(execution)?.stop();
    context.machines.remove(machine);
    context.coverage.delete(machine.arn);
    return {};
  },
});
