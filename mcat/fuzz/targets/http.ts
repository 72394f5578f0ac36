/**
 * What comes over HTTP: bodies and headers of requests.
 *
 * @module
 */

import {
  HEARTBEAT_PATH,
  heartbeatRoutes,
} from "../../../lib/actual_state_listener/http_heartbeats.ts";
import { HeartbeatInbox } from "../../../lib/actual_state_listener/heartbeat_inbox.ts";
import { MetricsRegistry } from "../../../lib/helpers/metrics.ts";
import { decodeBasicAuth, encodeBasicAuth } from "../../../lib/models/basic_auth.ts";
import { FakeLogger } from "../../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../../test_helpers/fake_time_provider.ts";
import { JSON_WORDS } from "../dictionary.ts";
import { readOrRefused, requireSame } from "../expectations.ts";
import { bytesOf, type FuzzTarget, FuzzViolation, textOf, type Verdict } from "../target.ts";

const HEARTBEAT = {
  "dea": "dea",
  "droplets": [{ "droplet": "a", "version": "v", "instance": "i" }],
};

/** A heartbeat that is taken is acknowledged, any other is refused as the client's mistake. */
async function checkHeartbeat(input: Uint8Array): Promise<Verdict> {
  const log = new FakeLogger();
  const inbox = new HeartbeatInbox({
    time: new FakeTimeProvider(),
    log,
    metrics: new MetricsRegistry(),
  });
  const request = new Request(`http://listener${HEARTBEAT_PATH}`, {
    method: "POST",
    body: input.slice(),
  });
  const { status, body } = await heartbeatRoutes(inbox, log).fetch(request);
  await body?.cancel();
  if (status === 202 && inbox.size === 1) return "accepted";
  if (status === 400 && inbox.size === 0) return "refused";
  throw new FuzzViolation(`The answer is ${status}, and ${inbox.size} heartbeats wait`);
}

/** Credentials are what was sent, or there are none; what is refused is not quoted. */
function checkAuthorization(input: Uint8Array): Verdict {
  const credentials = readOrRefused(() => decodeBasicAuth(textOf(input)));
  if (credentials === undefined) return "refused";
  requireSame("credentials", [
    decodeBasicAuth(encodeBasicAuth(credentials.value)),
    credentials.value,
  ]);
  return "accepted";
}

/** Targets of HTTP. */
export const HTTP_TARGETS: readonly FuzzTarget[] = [
  {
    name: "http-heartbeat",
    seeds: [bytesOf(HEARTBEAT)],
    dictionary: JSON_WORDS,
    check: checkHeartbeat,
  },
  {
    name: "http-authorization",
    seeds: [bytesOf(encodeBasicAuth({ user: "user", password: "pass:word" }))],
    dictionary: ["Basic ", "basic", "Bearer ", "=", "==", ":", "Og==", " ", "\n", "ä"],
    check: checkAuthorization,
  },
];
