/** The ARN that CloudWatch Logs asks policies for, and names in refusals: a group's own ends in `:log-stream:`. */
export const logStreamArn = (
  { region, accountId }: { region: string; accountId: string },
  logGroup: string,
  logStream = '',
): string => `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:${logStream}`;
