/**
 * Subjects as NATS has them: tokens between dots; in a pattern `*` stands for one token and a final `>`
 * for one or more. The embedded bus routes by this, so that it and NATS deliver alike.
 *
 * @module
 */

/** Whether a message to `subject` is for a subscriber of `pattern`. */
export function subjectMatches(pattern: string, subject: string): boolean {
  if (pattern === subject) return true;
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  for (const [position, token] of wanted.entries()) {
    if (token === ">" && position === wanted.length - 1) return tokens.length > position;
    if (position >= tokens.length) return false;
    if (token !== "*" && token !== tokens[position]) return false;
  }
  return wanted.length === tokens.length;
}

/**
 * The subject itself. NATS would cut a subject with a space in two and close the connection over an
 * empty one, so neither may get that far.
 *
 * @throws {TypeError} when it is empty, holds white space, or has an empty token
 */
export function requireSubject(subject: string): string {
  if (/^[^\s.]+(\.[^\s.]+)*$/.test(subject)) return subject;
  throw new TypeError(
    `Cannot use the subject ${JSON.stringify(subject)}: ` +
      "tokens without white space are needed, separated by single dots",
  );
}
