/**
 * Shows how the platform is, again and again: soon after something changed, but at most twice a second,
 * and once a second in any case, since time alone changes what is due.
 *
 * @module
 */

import { linkAbort } from "../helpers/link_abort.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import type { FleetMirror } from "../mirror/fleet_mirror.ts";

/** Between two pictures, in milliseconds. */
const LEAST_MS = 500;
const MOST_MS = 1_000;

/** What {@linkcode followTop} is handed. */
export interface FollowTopDeps {
  readonly mirror: FleetMirror;
  readonly time: TimeProvider;
  /** Shows the present moment; false when nobody looks any more. */
  readonly show: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** Shows until `signal` aborts, or nobody looks any more. */
export async function followTop({ mirror, time, show, signal }: FollowTopDeps): Promise<void> {
  const feed = mirror.subscribe();
  try {
    while (!signal.aborted) {
      feed.take();
      if (!await show()) return;
      await time.sleep(LEAST_MS, { signal });
      using waiting = linkAbort(signal);
      const tick = time.sleep(MOST_MS - LEAST_MS, { signal: waiting.signal });
      const hasNews = feed.has("fleet") || feed.has("queue") || feed.has("holds");
      if (!hasNews) await Promise.race([tick, feed.news(waiting.signal)]);
      waiting.abort();
      await tick;
    }
  } finally {
    mirror.unsubscribe(feed);
  }
}
