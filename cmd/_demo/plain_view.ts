/**
 * The demo where there is no terminal: a line for everything that happens, and, once a second if it has
 * changed, a line of how it stands.
 *
 * @module
 */

import type { DemoEvent, DemoFrame, DemoView } from "./demo_event.ts";
import { renderEvent } from "./render_event.ts";
import { plainText } from "../../lib/terminal/styled_text.ts";
import { summarize, summarizeInsight } from "./summary.ts";

/** Appends lines. */
export class PlainView implements DemoView {
  readonly #write: (line: string) => void;
  #lastSecond = -1;
  #lastSummary = "";

  /** @param write writes one line, given without its newline */
  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  event(event: DemoEvent): void {
    this.#write(plainText(renderEvent(event)).trimEnd());
  }

  frame(frame: DemoFrame): void {
    const second = Math.floor(frame.atSeconds);
    if (second === this.#lastSecond) return;
    this.#lastSecond = second;
    const summary = `${summarize(frame.report)}; ${summarizeInsight(frame)}`;
    if (summary === this.#lastSummary) return;
    this.#lastSummary = summary;
    this.#write(`${frame.atSeconds.toFixed(1).padStart(5)} s  STATUS  ${summary}`);
  }

  close(): void {}
}
