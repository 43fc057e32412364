import type { CommandDefinition } from './command.ts';
import type { RecordOptions } from './record-execution.ts';

export const record: CommandDefinition = {
  name: 'record',
  register(program) {
    program
      .command(this.name)
      .description('fetch the history of an execution, its definition and its Map Runs’ children, for replay')
      .argument('<execution-arn>', 'ARN of a Standard execution')
      .option('-o, --output <file>', 'where to write it; printed by default')
      .option('--endpoint <url>', 'where Step Functions answers; AWS by default')
      .option('--region <region>', 'region of the execution', 'us-east-1')
      .option('--profile <name>', "a profile of AWS's configuration files")
      .action(async (executionArn: string, options: RecordOptions) => {
        const { recordExecution } = await import('./record-execution.ts');
        await recordExecution(executionArn, options);
      });
  },
};
