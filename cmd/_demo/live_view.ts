/**
 * The demo on a terminal: one screen, drawn over itself in place.
 *
 * @module
 */

import { LiveScreen, type LiveScreenOptions } from "../../lib/terminal/live_screen.ts";
import type { DemoFrame, DemoView } from "./demo_event.ts";
import { renderScreen, type ScreenSize } from "./render_screen.ts";

/** What a {@linkcode LiveView} draws on. */
export interface LiveViewOptions extends LiveScreenOptions {
  /** Asked for every picture: the terminal may have changed. */
  readonly size: () => ScreenSize;
}

/** Draws pictures. Close it, whatever happens: it owns the terminal until then. */
export class LiveView implements DemoView {
  readonly #size: () => ScreenSize;
  readonly #screen: LiveScreen;

  constructor(options: LiveViewOptions) {
    this.#size = options.size;
    this.#screen = new LiveScreen(options);
  }

  /** The next picture shows it. */
  event(): void {}

  frame(frame: DemoFrame): void {
    this.#screen.show(renderScreen(frame, this.#size()));
  }

  close(): void {
    this.#screen.close();
  }
}
