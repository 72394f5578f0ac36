/**
 * Says how a message came to be queued: the pass in which it was decided, from when the view of the fleet
 * was asked for, and its queueing, linked to what was heard of the instance it is about. Made only when
 * traces are switched on.
 *
 * @module
 */

import { spanIn, SPANS_AT_ONCE_MAX, type SpanSink } from "../helpers/span.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { changeTraceId, messageTraceId, type SpanContext, spanOf } from "../helpers/trace_ids.ts";
import type { App } from "../models/app.ts";
import { appKey } from "../models/app_key.ts";
import type { InstanceHeartbeat } from "../models/instance_heartbeat.ts";
import type { PendingMessageOfAnyKind } from "../outbox/queue_record.ts";
import type { QueuedDecisions } from "./decision_queue.ts";
import type { Verdict } from "./verdict.ts";

/** What a {@linkcode DecisionTraces} is handed. */
export interface DecisionTracesDeps {
  readonly spans: SpanSink;
  readonly time: Pick<TimeProvider, "nowMs">;
}

/** Follows decisions into the queue. */
export class DecisionTraces {
  readonly #deps: DecisionTracesDeps;

  constructor(deps: DecisionTracesDeps) {
    this.#deps = deps;
  }

  /** A pass begins. */
  begin(): TracedPass {
    return new TracedPass(this.#deps);
  }
}

/** A pass that is under way. */
export class TracedPass {
  readonly #deps: DecisionTracesDeps;
  readonly #beganMs: number;
  #caughtUpMs: number;
  #revision = 0;
  #decidedMs: number;
  readonly #links = new Map<string, readonly SpanContext[]>();

  constructor(deps: DecisionTracesDeps) {
    this.#deps = deps;
    this.#beganMs = this.#caughtUpMs = this.#decidedMs = deps.time.nowMs();
  }

  /** The view holds all that stood in the store, up to this revision. */
  caughtUp(revision: number): void {
    this.#caughtUpMs = this.#deps.time.nowMs();
    this.#revision = revision;
  }

  /** It is decided what to queue; `app` is what was known of an app. */
  decided({ starts, stops }: Verdict, app: (key: string) => App | undefined): void {
    this.#decidedMs = this.#deps.time.nowMs();
    for (const { message } of [...starts, ...stops].slice(0, SPANS_AT_ONCE_MAX)) {
      this.#links.set(message.messageId, linksOf(message, app(appKey(message))));
    }
  }

  /** This was newly queued. */
  queued({ starts, stops }: QueuedDecisions): void {
    const queuedMs = this.#deps.time.nowMs();
    for (const message of [...starts, ...stops]) {
      const links = this.#links.get(message.messageId);
      if (links !== undefined) this.#say(message, { queuedMs, links });
    }
  }

  #say(
    message: PendingMessageOfAnyKind,
    { queuedMs, links }: { readonly queuedMs: number; readonly links: readonly SpanContext[] },
  ): void {
    const { spans } = this.#deps;
    const traceId = messageTraceId(message.messageId);
    const attributes = attributesOf(message);
    spans.add(spanIn(traceId, {
      ...{ name: "analysis", kind: "internal", attributes, links },
      ...{ startMs: this.#beganMs, endMs: this.#decidedMs },
    }));
    spans.add(spanIn(traceId, {
      ...{ name: "mirror", parentName: "analysis", kind: "internal" },
      ...{ startMs: this.#beganMs, endMs: this.#caughtUpMs },
      attributes: { "hm9000.revision": this.#revision },
    }));
    spans.add(spanIn(traceId, {
      ...{ name: "enqueue", parentName: "analysis", kind: "internal", attributes },
      ...{ startMs: this.#decidedMs, endMs: queuedMs },
    }));
  }
}

/** What was heard of the instances that the message is about; nothing was of one that is missing. */
function linksOf(message: PendingMessageOfAnyKind, app: App | undefined): SpanContext[] {
  const about = app?.instances.filter((instance) => isAbout(message, instance)) ?? [];
  return about.map((instance) => spanOf(changeTraceId(instance), "flush"));
}

function isAbout(message: PendingMessageOfAnyKind, instance: InstanceHeartbeat): boolean {
  if ("instanceGuid" in message) return instance.instanceGuid === message.instanceGuid;
  return instance.instanceIndex === message.instanceIndex && instance.state === message.reason;
}

function attributesOf(message: PendingMessageOfAnyKind): Record<string, string | number> {
  return {
    "hm9000.message_id": message.messageId,
    "hm9000.app": message.appGuid,
    "hm9000.version": message.appVersion,
    "hm9000.reason": message.reason,
    "hm9000.send_on": message.sendOn,
    ...("instanceGuid" in message
      ? { "hm9000.instance": message.instanceGuid }
      : { "hm9000.index": message.instanceIndex }),
  };
}
