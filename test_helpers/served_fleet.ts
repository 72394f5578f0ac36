/**
 * A mirrored fleet with the API's routes over it, to be asked without a socket.
 *
 * @module
 */

import type { Hono } from "hono";
import type { Decision } from "../lib/models/decision.ts";
import { putDecisions } from "../lib/store/collections/decisions.ts";
import { type ApiFleet, V1Sources } from "../lib/api/v1_sources.ts";
import { lookUpAppStates } from "../lib/api/mirrored_app_states.ts";
import { createRoutes } from "../lib/api/routes.ts";
import { explain } from "../lib/explain/explain.ts";
import type { ExplainInput } from "../lib/explain/explanation.ts";
import { explanationToWire } from "../lib/explain/explanation_to_wire.ts";
import { Access } from "../lib/http_server/access.ts";
import {
  type PendingStartMessage,
  pendingStartToWire,
  startKey,
} from "../lib/models/pending_start_message.ts";
import { type PendingStopMessage, pendingStopToWire } from "../lib/models/pending_stop_message.ts";
import type { Queued } from "../lib/models/queued.ts";
import type { RangePage } from "../lib/store/store.ts";
import { StoreUnavailableError } from "../lib/store/store_errors.ts";
import { EXPLAIN_RULES } from "./explain_rules.ts";
import { MirroredFleet } from "./mirrored_fleet.ts";

// deno-lint-ignore require-yield -- it fails before it could
async function* failingRange(): AsyncGenerator<RangePage> {
  await Promise.reject(new StoreUnavailableError("the store is away"));
}

/** A fleet that is served. */
export class ServedFleet extends MirroredFleet {
  readonly sources: V1Sources;
  readonly routes: Hono;

  /** @param nowSeconds what time it is. @default {200} */
  constructor(nowSeconds = 200) {
    super(nowSeconds);
    const { mirror, time, layout, log, metrics, switched: store } = this;
    const known = { mirror, time, actualFreshnessTtlSeconds: 30 };
    const explainToWire = (question: Omit<ExplainInput, "rules">) =>
      explanationToWire(explain({ ...question, rules: EXPLAIN_RULES }));
    const fleet: ApiFleet = {
      ...{ ...known, store, layout, explain: explainToWire },
      version: "0.0.0",
      eventClientsMax: 3,
    };
    this.sources = new V1Sources(fleet, { log, metrics });
    this.routes = createRoutes({
      readAppStates: lookUpAppStates(known),
      v1: this.sources.routes,
      access: new Access({ credentials: undefined, time }),
      time,
      log,
      metrics,
    });
  }

  /** Queues what is to be shown in the queue. */
  async queue(
    ...messages: readonly Queued<PendingStartMessage | PendingStopMessage>[]
  ): Promise<void> {
    for (const { message } of messages) {
      if ("instanceIndex" in message) {
        const key = `${this.layout.startPrefix}${startKey(message)}`;
        await this.put(key, JSON.stringify(pendingStartToWire(message)));
      } else {
        const key = `${this.layout.stopPrefix}${message.instanceGuid}`;
        await this.put(key, JSON.stringify(pendingStopToWire(message)));
      }
    }
  }

  /** Adds a record to the decision log, as if written at this Unix millisecond. */
  async decide(atMs: number, ...decisions: readonly Decision[]): Promise<void> {
    const key = { atMs, component: "analyzer", unique: "x" } as const;
    const { key: storeKey, value } = putDecisions(this.layout, { key, decisions });
    await this.put(storeKey, value);
  }

  /** From now on the store answers nothing any more; what the mirror knows stays. */
  cutOff(): void {
    const refuse = () => Promise.reject(new StoreUnavailableError("the store is away"));
    const { store } = this;
    this.switched.behind = new Proxy(store, {
      get: (_, name) => name === "range" ? failingRange : refuse,
    });
  }

  /** From now on the store does not answer at all. */
  hang(): void {
    const wait = () => new Promise(() => {});
    this.switched.behind = new Proxy(this.store, {
      get: (_, name) =>
        name === "range" ? () => ({ [Symbol.asyncIterator]: () => ({ next: wait }) }) : wait,
    });
  }

  /** What is answered to a GET. */
  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.routes.request(path, init);
  }

  /** The JSON that is answered to a GET, whatever its status. */
  // deno-lint-ignore no-explicit-any -- tests look at what they expect to be there
  async json(path: string): Promise<any> {
    return await (await this.get(path)).json();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.sources[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }
}
