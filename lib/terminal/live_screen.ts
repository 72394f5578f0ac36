/**
 * One screen of a terminal, drawn over itself in place. It uses the terminal's other screen, so that what
 * was there before comes back, and hands each picture over whole, so that it does not flicker.
 *
 * @module
 */

import { type StyledLine, toTerminal } from "./styled_text.ts";

/** To the other screen, without a cursor; and back. */
const ENTER = "\x1b[?1049h\x1b[?25l";
const LEAVE = "\x1b[?25h\x1b[?1049l";
/** Between these a terminal that can shows nothing half done. */
const BEGIN_PICTURE = "\x1b[?2026h\x1b[H";
const END_PICTURE = "\x1b[J\x1b[?2026l";
const END_LINE = "\x1b[K";

/** What a {@linkcode LiveScreen} draws on. */
export interface LiveScreenOptions {
  readonly write: (text: string) => void;
  readonly colors: boolean;
}

/** Draws pictures. Close it, whatever happens: it owns the terminal until then. */
export class LiveScreen {
  readonly #options: LiveScreenOptions;
  #closed = false;

  constructor(options: LiveScreenOptions) {
    this.#options = options;
    options.write(ENTER);
  }

  /** Replaces the picture. The lines must fit the terminal. */
  show(lines: readonly StyledLine[]): void {
    if (this.#closed) return;
    const { write, colors } = this.#options;
    const text = lines.map((line) => `${toTerminal(line, { colors })}${END_LINE}`).join("\r\n");
    write(`${BEGIN_PICTURE}${text}${END_PICTURE}`);
  }

  /** Gives the terminal back as it was; again and again does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.write(LEAVE);
  }
}
