/**
 * The bus the configuration asks for. The NATS client is loaded only when it is needed, so that the
 * embedded system starts without it.
 *
 * @module
 */

import type { MessageBusConfig } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";
import { InProcessBus } from "./in_process_bus.ts";
import type { InProcessHub } from "./in_process_hub.ts";
import type { MessageBus } from "./message_bus.ts";

/** What {@linkcode openMessageBus} needs from outside. */
export interface OpenMessageBusDeps {
  /** The clock that time limits go by. */
  readonly time: TimeProvider;
  /** Hears of connections that are lost and found again. */
  readonly log: Logger;
  /** Counts messages that handlers could not take. */
  readonly metrics: Metrics;
  /** Who we are, as the server's monitoring shows it: `hm9000.analyzer`. */
  readonly name: string;
  /** Ends the wait for a server that is not there. */
  readonly signal?: AbortSignal | undefined;
  /** Where the connections of an embedded system meet; needed for the type `in_process`. */
  readonly hub?: InProcessHub | undefined;
}

/**
 * Opens a connection, and waits for the server as long as that takes.
 *
 * @throws {TypeError} when the bus is `in_process` but there is no hub to meet others at, or no server
 *   is named
 * @throws the reason of `deps.signal` once that is aborted
 */
export async function openMessageBus(
  config: MessageBusConfig,
  deps: OpenMessageBusDeps,
): Promise<MessageBus> {
  switch (config.type) {
    case "in_process":
      return openInProcess(deps);
    case "nats": {
      const { NatsBus } = await import("./nats_bus.ts");
      const { servers, pingIntervalSeconds, tls } = config;
      return await NatsBus.connect({ servers, pingIntervalSeconds, tls, ...deps });
    }
  }
}

function openInProcess(deps: OpenMessageBusDeps): MessageBus {
  if (deps.hub !== undefined) return new InProcessBus(deps.hub, deps);
  throw new TypeError(
    'Cannot open the message bus: message_bus_type is "in_process", which only hm9000 all and ' +
      'hm9000 demo can use, set it to "nats"',
  );
}
