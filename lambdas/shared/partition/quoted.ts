/** Text from a file as it may stand in a message of one line: short, without control characters. */
export function quoted(text: string, mostCharacters = 60): string {
  return text.slice(0, mostCharacters).replace(/\p{C}/gu, '?');
}
