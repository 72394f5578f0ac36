/**
 * Says of every pass of a component how long it took and what came of it. A reason is one of few words:
 * the error's kind, and of a fetch what the Cloud Controller did.
 *
 * @module
 */

import { FetchError } from "../lib/desired_state_listener/fetch_error.ts";
import type { Metrics } from "../lib/helpers/metrics.ts";
import type { TimeProvider } from "../lib/helpers/time_provider.ts";
import { BusUnavailableError } from "../lib/message_bus/message_bus.ts";
import {
  LeadershipLostError,
  NotFreshError,
  StoreRefusedError,
  StoreUnavailableError,
} from "../lib/store/store_errors.ts";

/** Whose pass it is, and where to say so. */
export interface MeasuredPass {
  readonly component: string;
  readonly metrics: Pick<Metrics, "series">;
  readonly time: TimeProvider;
}

/** Makes a pass; what it throws is thrown on. */
export async function measurePass(
  pass: () => Promise<unknown>,
  { component, metrics: { series }, time }: MeasuredPass,
): Promise<void> {
  const startedMs = time.monotonicMs();
  try {
    await pass();
    series.count("passes", { component, outcome: "done" });
  } catch (error) {
    series.count("passes", { component, outcome: "failed" });
    series.count("pass_failures", { component, reason: passFailureReason(error) });
    throw error;
  } finally {
    const seconds = (time.monotonicMs() - startedMs) / 1000;
    series.observe("pass_duration_seconds", { component }, seconds);
  }
}

/** In one word why a pass failed. */
export function passFailureReason(error: unknown): string {
  if (error instanceof FetchError) return `cloud_controller_${error.failure}`;
  if (error instanceof NotFreshError) return "not_fresh";
  if (error instanceof StoreRefusedError) return "store_refused";
  if (error instanceof StoreUnavailableError) return "store_unavailable";
  if (error instanceof BusUnavailableError) return "message_bus_unavailable";
  if (error instanceof LeadershipLostError) return "leadership_lost";
  if (error instanceof DOMException && error.name === "AbortError") return "stopped";
  return "other";
}
