import { notification } from '../../deploy/resources/notification.ts';
import type { DeployContext } from '../../deploy/resources/resource-driver.ts';
import type { Blueprint } from '../release/blueprint.ts';

/** Leads the notifications of a release's buckets to these versions of its functions. */
export async function putNotifications(
  deploy: DeployContext,
  { notifications, functions }: Blueprint,
  versions: Readonly<Record<string, string>>,
): Promise<void> {
  const versionOf = (deployed: string) => {
    const name = Object.keys(functions).find((one) => functions[one]!.name === deployed);
    return name === undefined ? undefined : versions[name];
  };
  for (const one of notifications) {
    const targets = one.targets.map((target) => {
      const version = versionOf(target.functionName);
      return version === undefined
        ? target
        : {
            ...target,
            functionArn: `${target.functionArn}:${version}`,
            functionName: `${target.functionName}:${version}`,
          };
    });
    await notification.apply(deploy, { ...one, targets });
  }
}
