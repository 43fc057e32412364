import Table from 'cli-table3';
import { inspectModel, type ModelSummary } from '../model/inspect-model.ts';

/** Prints what model and checkpoint files hold. */
export async function inspectModels(files: readonly string[], options: { json: boolean }): Promise<void> {
  const summaries: ModelSummary[] = [];
  for (const file of files) summaries.push(await inspectModel(file));
  if (options.json) process.stdout.write(`${JSON.stringify(summaries, null, 2)}\n`);
  else for (const summary of summaries) process.stdout.write(`${describe(summary)}\n`);
}

function describe({ file, kind, sizeBytes, elements, madeBy, tensors, onnx }: ModelSummary): string {
  const lines = [
    `${file}: ${kind}${madeBy ? ` of ${madeBy}` : ''}, ${(sizeBytes / 2 ** 20).toFixed(1)} MiB, ` +
      `${tensors.length} tensors of ${elements.toLocaleString('en')} elements`,
  ];
  if (onnx) {
    const opsets = Object.entries(onnx.opsets).map(([domain, version]) => `${domain} ${version}`);
    lines.push(
      `  ${onnx.inputs.join(', ')} -> ${onnx.outputs.join(', ')} (opset ${opsets.join(', ')})`,
      `  operators: ${onnx.operators.map(([name, count]) => `${name} ${count}`).join(', ')}`,
    );
    for (const [key, value] of Object.entries(onnx.metadata)) lines.push(`  ${key}: ${value}`);
    return lines.join('\n');
  }
  const table = new Table({ head: ['tensor', 'type', 'shape'], style: { head: [], border: [] } });
  for (const { name, dtype, shape } of tensors) table.push([name, dtype, `[${shape.join(', ')}]`]);
  return `${lines.join('\n')}\n${table.toString()}`;
}
