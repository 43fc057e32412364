/** The name in `arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*`. */
export function logGroupName(logGroupArn: string): string {
  return logGroupArn.split(':')[6] ?? logGroupArn;
}
