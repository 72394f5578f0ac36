/**
 * The demo on a terminal: one screen, drawn over itself in place. It uses the terminal's other screen, so
 * that what was there before comes back, and hands each picture over whole, so that it does not flicker.
 *
 * @module
 */

import type { DemoFrame, DemoView } from "./demo_event.ts";
import { renderScreen, type ScreenSize } from "./render_screen.ts";
import { toTerminal } from "./styled_text.ts";

/** To the other screen, without a cursor; and back. */
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
/** Between these a terminal that can shows nothing half done. */
const BEGIN_PICTURE = "\x1b[?2026h\x1b[H";
const END_PICTURE = "\x1b[J\x1b[?2026l";
const END_LINE = "\x1b[K";

/** What a {@linkcode LiveView} draws on. */
export interface LiveViewOptions {
  readonly write: (text: string) => void;
  /** Asked for every picture: the terminal may have changed. */
  readonly size: () => ScreenSize;
  readonly colors: boolean;
}

/** Draws pictures. Close it, whatever happens: it owns the terminal until then. */
export class LiveView implements DemoView {
  readonly #options: LiveViewOptions;
  #closed = false;

  constructor(options: LiveViewOptions) {
    this.#options = options;
    options.write(ENTER);
  }

  /** The next picture shows it. */
  event(): void {}

  frame(frame: DemoFrame): void {
    if (this.#closed) return;
    const { write, size, colors } = this.#options;
    const lines = renderScreen(frame, size()).map((line) => toTerminal(line, { colors }));
    write(
      `${BEGIN_PICTURE}${lines.map((line) => `${line}${END_LINE}`).join("\r\n")}${END_PICTURE}`,
    );
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.write(LEAVE);
  }
}
