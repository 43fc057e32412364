import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai schema > scenarios/scenario.schema.json
  # yaml-language-server: $schema=./scenario.schema.json      as the first line of a scenario`;

export const schema: CommandDefinition = {
  register(program) {
    program
      .command('schema')
      .description('print the JSON Schema of scenarios, for completion in editors, or of JSON reports')
      .option('--report', 'print the schema of the JSON report', false)
      .addHelpText('after', EXAMPLES)
      .action(async ({ report }: { report: boolean }) => {
        if (report) {
          const { renderReportJsonSchema } = await import('../reports/json-schema.ts');
          process.stdout.write(renderReportJsonSchema());
          return;
        }
        const { renderScenarioJsonSchema } = await import('../scenario/json-schema.ts');
        process.stdout.write(renderScenarioJsonSchema());
      });
  },
};
