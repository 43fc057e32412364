/**
 * The error type in the line with which a runtime reports that the handler failed; `undefined` for any other line.
 * REPORT lines in the text format carry a Status for timeouts and ended environments, but none for an exception.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
 */
export function parseErrorLine(message: string): string | undefined {
  const node =
    /^\S+\t\S+\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection)\s+(\{.*)/s.exec(
      message,
    );
  if (node) return errorTypeIn(node[1]!) ?? 'Error';
  return /^\[ERROR\] ([A-Za-z_][\w.]*): /.exec(message)?.[1];
}

function errorTypeIn(text: string): string | undefined {
  return /"errorType"\s*:\s*"((?:[^"\\]|\\.)+)"/.exec(text)?.[1];
}
