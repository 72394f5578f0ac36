/**
 * A short number for a long history: two runs that went the same way have the same, and two that differ
 * anywhere have not, as good as always.
 *
 * @module
 */

/** Takes a history in, piece by piece. */
export class HistoryHash {
  #high = 0x811c9dc5;
  #low = 0x01000193;

  /** What happened next. */
  add(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      this.#high = Math.imul(this.#high ^ code, 0x01000193);
      this.#low = Math.imul(this.#low ^ code, 0x85ebca6b) + 1 | 0;
    }
  }

  /** Of everything so far, as sixteen digits. */
  get digest(): string {
    return [this.#high, this.#low].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join(
      "",
    );
  }
}
