/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax, "the last 4 KB". */
const TAIL_BYTES = 4096;

/** The end of an invocation's log; whatever else it wrote is not held. */
export class LogTail {
  readonly #lines: string[] = [];
  #length = 0;

  take(lines: readonly string[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#length += line.length;
      // A character is a byte at least.
      while (this.#length - this.#lines[0]!.length >= TAIL_BYTES) this.#length -= this.#lines.shift()!.length;
    }
  }

  /** In base64, as the header carries it. */
  encoded(): string {
    const bytes = Buffer.from(this.#lines.join(''));
    return bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString('base64');
  }
}
