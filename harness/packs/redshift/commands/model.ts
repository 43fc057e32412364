import { Option } from 'commander';
import type { CommandDefinition } from '../../../cli/command.ts';
import { positiveNumber, wholeNumber } from '../../../cli/options.ts';
import type { BuildModelOptions } from './model-build.ts';
import type { ImportModelOptions } from './model-import.ts';
import type { QuantizeModelOptions } from './model-quantize.ts';

const EXAMPLES = `
Examples:
  $ cosmicai model build astromae
  $ cosmicai model import Mixed_Inception_z_VITAE_Base_Img_Full_New_Full.pt --out models/astromae/model.onnx
  $ cosmicai model quantize models/astromae/model.onnx --data data/50MB/1.pt --out models/astromae/model.int8.onnx
  $ cosmicai model quantize models/astromae/model.onnx --to float16 --data data/25MB/1.pt --out models/half/model.onnx
  $ cosmicai model inspect models/astromae/model.onnx`;

export const model: CommandDefinition = {
  name: 'model',
  register(program) {
    const group = program
      .command(this.name)
      .description('make, import and look into redshift models')
      .addHelpText('after', EXAMPLES);
    group
      .command('build')
      .description("AstroMAE at the original's size with seeded weights, for true speed, memory and cost")
      .addArgument(group.createArgument('<network>', 'network to build').choices(['astromae']))
      .option('--seed <seed>', 'seed of the weights', wholeNumber(0), 1)
      .option('--out <dir>', 'folder for model.onnx', '.cosmicai/models/astromae')
      .option('--python <path>', 'interpreter with torch', 'python3')
      .option('--keep-checkpoint', 'keep the PyTorch checkpoint too', false)
      .addOption(new Option('--small', 'few and narrow layers').hideHelp().default(false))
      .addHelpText('after', EXAMPLES)
      .action(async (_network: string, options: BuildModelOptions) => {
        const { buildModel } = await import('./model-build.ts');
        await buildModel(options);
      });
    group
      .command('import')
      .description(
        'an AstroMAE checkpoint (pickled module, state_dict or safetensors) as ONNX, without PyTorch',
      )
      .argument('<checkpoint>', 'file that torch.save or safetensors wrote')
      .requiredOption('--out <file>', '.onnx file to write')
      .option('--heads <n>', 'heads of attention, where a state_dict does not say', wholeNumber(1))
      .addHelpText('after', EXAMPLES)
      .action(async (checkpoint: string, options: ImportModelOptions) => {
        const { importModel } = await import('./model-import.ts');
        await importModel(checkpoint, options);
      });
    group
      .command('quantize')
      .description(
        'linear layers in int8, or weights stored as float16, if bias and sigma_NMAD of the redshifts stay what they are',
      )
      .argument('<model>', '.onnx file')
      .requiredOption('--data <partition>', 'partition to measure the redshifts on')
      .requiredOption('--out <file>', '.onnx file to write')
      .addOption(
        new Option('--to <type>', 'int8 computes with it, float16 is only how weights are stored')
          .choices(['int8', 'float16'])
          .default('int8'),
      )
      .option(
        '--tolerance <share>',
        'share of sigma_NMAD by which bias and sigma_NMAD may move',
        positiveNumber,
        0.01,
      )
      .option('--untrained', 'write a network that is not trained too, to measure speed', false)
      .addHelpText('after', EXAMPLES)
      .action(async (file: string, options: QuantizeModelOptions) => {
        const { quantizeModelFile } = await import('./model-quantize.ts');
        await quantizeModelFile(file, options);
      });
    group
      .command('inspect')
      .description('say what a model or checkpoint holds; nothing of it is run')
      .argument('<file...>', '.onnx, .pt, .pth or .safetensors files')
      .option('--json', 'print it as JSON', false)
      .addHelpText('after', EXAMPLES)
      .action(async (files: string[], options: { json: boolean }) => {
        const { inspectModels } = await import('./model-inspect.ts');
        await inspectModels(files, options);
      });
  },
};
