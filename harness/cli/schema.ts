import type { CommandDefinition } from './command.ts';

const EXAMPLES = `
Examples:
  $ cosmicai schema > scenarios/scenario.schema.json
  # yaml-language-server: $schema=./scenario.schema.json      as the first line of a scenario`;

export const schema: CommandDefinition = {
  register(program) {
    program
      .command('schema')
      .description('print the JSON Schema of scenarios, for completion in editors')
      .addHelpText('after', EXAMPLES)
      .action(async () => {
        const { renderScenarioJsonSchema } = await import('../scenario/json-schema.ts');
        process.stdout.write(renderScenarioJsonSchema());
      });
  },
};
