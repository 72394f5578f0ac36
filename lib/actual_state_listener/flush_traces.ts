/**
 * Says of each instance of which something new was heard and saved when that came and how long saving it
 * took: the beginning of the way to a start message. Made only when traces are switched on; what says the
 * same as before never comes here.
 *
 * @module
 */

import { spanIn, SPANS_AT_ONCE_MAX, type SpanSink } from "../helpers/span.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { changeTraceId } from "../helpers/trace_ids.ts";
import { type InstanceHeartbeat, instanceHeartbeatFromCsv } from "../models/instance_heartbeat.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Mutation } from "../store/store.ts";

/** DEAs whose last news is remembered. */
const RECEIVED_MAX = 100_000;

/** What a {@linkcode FlushTraces} is handed. */
export interface FlushTracesDeps {
  readonly spans: SpanSink;
  readonly layout: StoreLayout;
  readonly time: Pick<TimeProvider, "nowMs">;
}

/** Follows what is new from its receipt until it is saved. */
export class FlushTraces {
  readonly #deps: FlushTracesDeps;
  #receivedMs = new Map<string, number>();

  constructor(deps: FlushTracesDeps) {
    this.#deps = deps;
  }

  /** A DEA has said something new. */
  received(deaGuid: string): void {
    if (this.#receivedMs.size >= RECEIVED_MAX) this.#receivedMs.clear();
    this.#receivedMs.set(deaGuid, this.#deps.time.nowMs());
  }

  /** Saving begins: what is called afterwards tells what was saved. */
  begin(): (mutations: readonly Mutation[]) => void {
    const beganMs = this.#deps.time.nowMs();
    const received = this.#receivedMs;
    this.#receivedMs = new Map(); // What comes from now on is for the next flush.
    return (mutations) => this.#saved(mutations, { received, beganMs });
  }

  #saved(
    mutations: readonly Mutation[],
    { received, beganMs }: {
      readonly received: ReadonlyMap<string, number>;
      readonly beganMs: number;
    },
  ): void {
    const savedMs = this.#deps.time.nowMs();
    for (const instance of this.#worthTelling(mutations)) {
      const receivedMs = received.get(instance.deaGuid) ?? beganMs;
      this.#say(instance, { receivedMs, beganMs, savedMs });
    }
  }

  /** Those that may lead to a message come first: few enough are told. */
  #worthTelling(mutations: readonly Mutation[]): InstanceHeartbeat[] {
    const puts = mutations.flatMap((one) => one.kind === "put" ? [one] : []);
    const urgent = puts.filter(({ value }) => /,(?:CRASHED|EVACUATING),/.test(value));
    const chosen = urgent.length > 0 ? urgent : puts;
    return chosen.slice(0, SPANS_AT_ONCE_MAX).map(({ key, value }) =>
      instanceHeartbeatFromCsv(this.#deps.layout.parseActualKey(key), value)
    );
  }

  #say(
    instance: InstanceHeartbeat,
    at: { readonly receivedMs: number; readonly beganMs: number; readonly savedMs: number },
  ): void {
    const { spans } = this.#deps;
    const traceId = changeTraceId(instance);
    const attributes = attributesOf(instance);
    spans.add(spanIn(traceId, {
      ...{ name: "heartbeat", kind: "consumer", attributes },
      ...{ startMs: at.receivedMs, endMs: at.beganMs },
    }));
    spans.add(spanIn(traceId, {
      ...{ name: "flush", parentName: "heartbeat", kind: "internal", attributes },
      ...{ startMs: at.beganMs, endMs: at.savedMs },
    }));
  }
}

function attributesOf(instance: InstanceHeartbeat): Record<string, string | number> {
  return {
    "hm9000.app": instance.appGuid,
    "hm9000.version": instance.appVersion,
    "hm9000.index": instance.instanceIndex,
    "hm9000.instance": instance.instanceGuid,
    "hm9000.state": instance.state,
    "hm9000.dea": instance.deaGuid,
  };
}
