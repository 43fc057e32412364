/** ` as ARN` of each state machine's version. */
export const servedAs = (arns: Readonly<Record<string, string>>): string =>
  Object.keys(arns).length === 0 ? '' : ` as ${Object.values(arns).join(', ')}`;
