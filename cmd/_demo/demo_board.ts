/**
 * What the demo knows of itself while it runs: the events so far and what the views draw.
 *
 * @module
 */

import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import type { SimulatedPlatform } from "../../test_helpers/simulated_platform.ts";
import type { DemoEvent, DemoFrame, DemoInsight, DemoOrder, DemoView } from "./demo_event.ts";
import type { DemoStep } from "./script.ts";
import { summarize } from "./summary.ts";

/** Events that are kept for the screen. */
const EVENTS_MAX = 200;

/** What a {@linkcode DemoBoard} is handed. */
export interface DemoBoardOptions {
  readonly time: TimeProvider;
  readonly platform: SimulatedPlatform;
  readonly view: DemoView;
  readonly steps: readonly DemoStep[];
  readonly endsAtSeconds: number | undefined;
}

/** Gathers what happens and hands it to the view. */
export class DemoBoard {
  readonly #options: DemoBoardOptions;
  readonly #startedAtMs: number;
  readonly #events: DemoEvent[] = [];
  #insight: DemoInsight | undefined;
  #sent = { start: 0, stop: 0 };
  #stepsDone = 0;
  #wholeSinceSeconds: number | undefined;

  /** The demo begins now. */
  constructor(options: DemoBoardOptions) {
    this.#options = options;
    this.#startedAtMs = options.time.monotonicMs();
  }

  /** Seconds since the beginning. */
  get atSeconds(): number {
    return (this.#options.time.monotonicMs() - this.#startedAtMs) / 1000;
  }

  /** Whether the script has done all it does. */
  get scriptIsOver(): boolean {
    return this.#stepsDone === this.#options.steps.length;
  }

  /** For how many seconds the platform has been whole, as far as was looked; 0 if it is not. */
  get wholeForSeconds(): number {
    const since = this.#wholeSinceSeconds;
    return since === undefined ? 0 : this.atSeconds - since;
  }

  /** The script has done something. */
  stepDone(text: string): void {
    this.#stepsDone += 1;
    this.#tell({ kind: "chaos", atSeconds: this.atSeconds, text });
  }

  /** A start or a stop was sent and done. */
  order(order: DemoOrder): void {
    this.#sent[order.kind] += 1;
    this.#tell({ ...order, atSeconds: this.atSeconds });
  }

  /** Something is wrong with hm9000 itself. */
  trouble(text: string): void {
    this.#tell({ kind: "trouble", atSeconds: this.atSeconds, text });
  }

  /** What was read of the store. */
  learn(insight: DemoInsight): void {
    this.#insight = insight;
  }

  /** Looks at the platform and has it shown. */
  show(): DemoFrame {
    const frame = this.frame();
    this.#noteHealth(frame);
    const shown = { ...frame, events: [...this.#events] };
    this.#options.view.frame(shown);
    return shown;
  }

  /** Everything as it is now. */
  frame(): DemoFrame {
    const { platform, steps, endsAtSeconds } = this.#options;
    return {
      atSeconds: this.atSeconds,
      endsAtSeconds,
      report: platform.report(),
      insight: this.#insight,
      startsSent: this.#sent.start,
      stopsSent: this.#sent.stop,
      nextStep: steps[this.#stepsDone],
      events: [...this.#events],
    };
  }

  #noteHealth({ report, atSeconds }: DemoFrame): void {
    const wasWhole = this.#wholeSinceSeconds !== undefined;
    if (report.whole === wasWhole) return;
    this.#wholeSinceSeconds = report.whole ? atSeconds : undefined;
    this.#tell({ kind: "health", atSeconds, whole: report.whole, text: summarize(report) });
  }

  #tell(event: DemoEvent): void {
    this.#events.push(event);
    if (this.#events.length > EVENTS_MAX) this.#events.shift();
    this.#options.view.event(event);
  }
}
