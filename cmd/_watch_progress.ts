/**
 * How long each kind of component may be silent before it counts as hung, and how one that only answers
 * is made to show that it could.
 *
 * @module
 */

import { aborted } from "../lib/helpers/aborted.ts";
import type { Pulse } from "../lib/helpers/supervision.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import type { BuiltComponent } from "./_components.ts";

/** Beyond what a pass may take, after which it ends the process by itself. */
const PASS_MARGIN_MS = 60_000;
/** For what has no limit of its own: a first load of the whole fleet included. */
const SILENCE_MAX_MS = 300_000;
const PROBE_PERIOD_MS = 10_000;

/** How long a component may go without progress, in milliseconds. */
export function silenceMaxMs(component: BuiltComponent): number {
  if (component.kind === "serves") return SILENCE_MAX_MS;
  const { pollingIntervalSeconds, timeoutSeconds } = component.polling;
  return (pollingIntervalSeconds + timeoutSeconds) * 1000 + PASS_MARGIN_MS;
}

/** For whoever waits for leadership: it looks again every second or so, and retries with pauses. */
export const WAITING_SILENCE_MAX_MS = SILENCE_MAX_MS;

/** Probes again and again until `signal` aborts; that a probe settles is a beat, whatever it says. */
export async function beatWhileProbed(
  probe: () => Promise<unknown>,
  context: { readonly pulse: Pulse; readonly time: TimeProvider; readonly signal: AbortSignal },
): Promise<void> {
  const { pulse, time, signal } = context;
  const stopped = aborted(signal);
  while (!signal.aborted) {
    // A store that is away is no hang: whoever asks is told so.
    const settled = probe().then(() => {}, () => {});
    await Promise.race([settled.then(() => pulse.beat()), stopped]);
    await time.sleep(PROBE_PERIOD_MS, { signal });
  }
}
