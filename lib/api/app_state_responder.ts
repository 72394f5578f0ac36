/**
 * Answers `app.state` over the message bus: one reply to every question, `{}` to whatever cannot be
 * answered, and nothing to who does not say where the reply should go (API-01 to API-09).
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { BusMessage } from "../message_bus/message_bus.ts";
import { appToWire } from "../models/app.ts";
import { parseAppStateRequest } from "./app_state_request.ts";
import type { ReadAppStates } from "./app_states.ts";
import { emptyAnswerReason } from "./empty_answer.ts";

/** What the responder needs. */
export interface AppStateResponderDeps {
  readonly readAppStates: ReadAppStates;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Replies to one `app.state` message. */
export async function respondToAppState(
  message: BusMessage,
  deps: AppStateResponderDeps,
): Promise<void> {
  if (message.reply === undefined) return;
  deps.metrics.increment("api_app_state_requests");
  message.respond(await answer(message.data, deps));
}

async function answer(data: Uint8Array, deps: AppStateResponderDeps): Promise<string> {
  try {
    const requested = parseAppStateRequest(data);
    const app = (await deps.readAppStates()).find(requested);
    return app === undefined ? "{}" : JSON.stringify(appToWire(app));
  } catch (error) {
    deps.metrics.increment("api_empty_answers");
    const reason = emptyAnswerReason(error);
    if (reason !== undefined) deps.log.debug("Answered with an empty object", { reason });
    else deps.log.error("Could not answer an app.state request", { error });
    return "{}";
  }
}
