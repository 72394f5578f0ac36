/**
 * What `hm9000 doctor` finds: one thing looked at, how it is, and what to do if it is not well.
 *
 * @module
 */

/** One thing that was looked at. */
export interface Finding {
  /** What was looked at: `etcd http://10.0.0.1:2379`. */
  readonly subject: string;
  /** A warning is worth reading; a problem keeps hm9000 from its work. */
  readonly state: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to do about it; empty when nothing is to be done. */
  readonly remedy: string;
}

/** What is not well, and what to do about it. */
export type Advice = Pick<Finding, "message" | "remedy">;

/** All is well. */
export function fine(subject: string, message: string): Finding {
  return { subject, state: "ok", message, remedy: "" };
}

/** Worth reading. */
export function warning(subject: string, advice: Advice): Finding {
  return { subject, state: "warning", ...advice };
}

/** Keeps hm9000 from its work. */
export function problem(subject: string, advice: Advice): Finding {
  return { subject, state: "problem", ...advice };
}

/** The findings as lines for people. */
export function renderFindings(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ subject, state, message, remedy }) => [
    `${state.toUpperCase().padEnd(8)} ${subject}: ${message}`,
    ...(remedy === "" ? [] : [`         ${remedy}`]),
  ]);
}
