/**
 * What components and adapters are handed when a benchmark runs them in its own process: real time, real
 * randomness, a log that keeps silent, and figures in memory.
 *
 * @module
 */

import type { Logger } from "../../lib/helpers/logger.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import type { MessageBus } from "../../lib/message_bus/message_bus.ts";
import { NatsBus } from "../../lib/message_bus/nats_bus.ts";
import { StoreLayout } from "../../lib/store/layout.ts";

/** A log that keeps silent: writing it is not what is measured. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Everything from outside but store and bus. */
export function benchDeps() {
  return {
    time: new RealTimeProvider(),
    random: new RealRandom(),
    log: SILENT,
    metrics: new MetricsRegistry(),
    layout: new StoreLayout({ schemaVersion: 1 }),
  };
}

/** A connection to the nats-server on this port. */
export async function connectBus(port: number, name: string): Promise<MessageBus> {
  return await NatsBus.connect({
    servers: [{ host: "127.0.0.1", port, user: "", password: "" }],
    pingIntervalSeconds: 20,
    tls: undefined,
    name,
    ...benchDeps(),
  });
}
