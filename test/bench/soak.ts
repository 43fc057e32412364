/**
 * 64 clients for 60 s of mixed traffic with chaos on: every byte checked, and nothing left behind.
 *
 * Run: node test/bench/run.mjs soak [seconds, 60 by default] [clients, 64 by default]
 */
import { soak } from '../load/soak.ts';

const [seconds = '60', clients = '64'] = process.argv.slice(2);
const report = await soak({ clients: Number(clients), durationMs: Number(seconds) * 1000, seed: 'soak' });
const { done, wrong, counts, struck, before, warm, after, sentBytes, receivedBytes, leaked } = report;
const show = ({ descriptors, children, rssMB }: typeof before) =>
  `${descriptors.length} descriptors, ${children.length} processes, ${rssMB.toFixed(0)} MB`;
console.log(
  `operations: ${Object.entries(done)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ')}`,
);
console.log(
  `bytes: ${(sentBytes / 1e6).toFixed(0)} MB sent, ${(receivedBytes / 1e6).toFixed(0)} MB received and compared`,
);
console.log(`requests ${counts.requests}, struck by chaos ${struck}, asked again ${counts.retries}`);
console.log(`before: ${show(before)}\nwarm:   ${show(warm)}\nafter:  ${show(after)}`);
console.log(wrong.length === 0 ? 'no wrong byte' : `WRONG:\n${wrong.join('\n')}`);
console.log(leaked.length === 0 ? 'nothing left behind' : `LEFT BEHIND: ${leaked.join(', ')}`);
const hasGrown = after.rssMB > 1.5 * warm.rssMB + 50;
if (hasGrown) console.log('MEMORY HAS GROWN');
process.exitCode = wrong.length > 0 || leaked.length > 0 || hasGrown ? 1 : 0;
