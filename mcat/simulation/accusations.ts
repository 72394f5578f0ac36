/**
 * What judges have found.
 *
 * @module
 */

/** A rule was broken. */
export interface Violation {
  /** As in faults.md 2.2. */
  readonly invariant: string;
  readonly atMs: number;
  readonly what: string;
}

/** Collects violations. */
export class Accusations {
  readonly violations: Violation[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Something is wrong. */
  accuse(invariant: string, what: string): void {
    this.violations.push({ invariant, atMs: this.#nowMs(), what });
  }
}
