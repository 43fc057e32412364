/**
 * `VpcConfig` and `FileSystemConfigs` of a function. There is no EC2 here: what could be a subnet or a security group is
 * kept and answered as given, without the VPC it would belong to. File systems cannot be had and are refused.
 */
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { invalidParameter, validation } from './errors.ts';
import { textList } from './parameters.ts';
import type { VpcConfig } from './store/entities.ts';

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/**
 * Empty lists take the function out of its VPC.
 * @throws AwsError ValidationException, InvalidParameterValueException
 */
export function parseVpcConfig(input: JsonObject): VpcConfig | undefined {
  const given = input['VpcConfig'];
  if (!isJsonObject(given)) return undefined;
  const subnetIds = identifiers(given['SubnetIds'], 'vpcConfig.subnetIds', MAX_SUBNETS);
  const groupIds = identifiers(given['SecurityGroupIds'], 'vpcConfig.securityGroupIds', MAX_SECURITY_GROUPS);
  if ((subnetIds.length === 0) !== (groupIds.length === 0)) {
    throw invalidParameter('SubnetIds and SecurityIds must coexist or be both empty list.');
  }
  // What EC2 says of ids that cannot exist.
  const subnet = subnetIds.find((id) => !/^subnet-[0-9a-z]+$/.test(id));
  if (subnet !== undefined) {
    throw invalidParameter(
      `Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '${subnet}' does not exist`,
    );
  }
  const group = groupIds.find((id) => !/^sg-[0-9a-zA-Z]+$/.test(id));
  if (group !== undefined) {
    throw invalidParameter(
      `Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroupId.Malformed. EC2 Error Message: Invalid id: "${group}" (expecting "sg-...")`,
    );
  }
  return {
    SubnetIds: subnetIds,
    SecurityGroupIds: groupIds,
    Ipv6AllowedForDualStack: given['Ipv6AllowedForDualStack'] === true,
  };
}

function identifiers(value: unknown, member: string, most: number): string[] {
  const ids = textList(value, member) ?? [];
  if (ids.length > most) {
    throw validation(`[${ids.join(', ')}]`, member, `Member must have length less than or equal to ${most}`);
  }
  return ids;
}

/** @throws AwsError InvalidParameterValueException when any is given */
export function refuseFileSystems(input: JsonObject): void {
  const given = input['FileSystemConfigs'];
  if (Array.isArray(given) && given.length > 0) {
    throw invalidParameter(
      'File systems (EFS) are not served here; a function has its own /tmp (EphemeralStorage) and S3.',
    );
  }
}
