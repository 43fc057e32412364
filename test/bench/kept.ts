/**
 * What is kept, under attack: prints what was acknowledged, lost, lost without a warning, and how many executions that
 * went on after a restart are equal to undisturbed ones.
 *
 * Run: node test/bench/run.mjs kept [kills, 20 by default] [rounds of damage, 3] [full disks, 6] [seed]
 */
import { damaged, fullDisk, killed, mountRefusal, type Round } from '../load/kept-soak.ts';

const [kills = '20', damages = '3', disks = '6', seed = String(process.pid)] = process.argv.slice(2);
console.log(`seed ${seed}`);
let isWrong = false;

function show(
  { name, acknowledged, lost, different, compared, silent, warnings }: Round,
  mayLose: boolean,
): void {
  const equal = compared - different.length;
  console.log(
    `${name}: acknowledged ${acknowledged}, lost ${lost.length}, silent ${silent.length}, equal to undisturbed ones ${equal} of ${compared}${warnings === '' ? '' : `, reported: ${warnings.trim().split('\n')[0]}`}`,
  );
  const wrong = mayLose ? silent : [...lost, ...different, ...silent];
  for (const line of wrong) console.log(`WRONG: ${line}`);
  isWrong ||= wrong.length > 0;
}

show(await killed(Number(kills), seed), false);
for (const round of await damaged(Number(damages), seed)) show(round, true);
const refusal = mountRefusal();
if (refusal !== undefined)
  console.log(`full and read-only disks: skipped, nothing can be mounted here (${refusal})`);
else for (const round of await fullDisk(Number(disks), seed)) show(round, false);
process.exitCode = isWrong ? 1 : 0;
