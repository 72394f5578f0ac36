/**
 * `hm9000 tap starts|stops|heartbeats`: follows the bus and shows each message, for people or as JSON lines.
 *
 * @module
 */

import type { Config } from "../../lib/config/config.ts";
import type { Logger } from "../../lib/helpers/logger.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import { onShutdownSignal } from "../../lib/helpers/shutdown_signals.ts";
import { openMessageBus } from "../../lib/message_bus/open_message_bus.ts";
import { HEARTBEAT_SUBJECT } from "../../lib/message_bus/subjects.ts";
import { type Heard, renderTapped, tappedToJson } from "../../lib/tap/render_tapped.ts";
import { connectWithin } from "../../lib/tap/connect_within.ts";
import { tap as follow } from "../../lib/tap/tap.ts";
import type { TapKind } from "../../lib/tap/tap_kinds.ts";
import type { TappedMessage } from "../../lib/tap/tapped_message.ts";
import { toTerminal } from "../../lib/terminal/styled_text.ts";
import { writeData } from "../_data_out.ts";
import { loadConfigFor, openLog, realTime } from "../_runtime.ts";

/** What was asked for. */
export interface TapCommandRequest {
  readonly kind: TapKind;
  readonly configPath: string;
  readonly appGuid: string | undefined;
  readonly count: number | undefined;
  readonly forSeconds: number | undefined;
  readonly json: boolean;
}

/** Shows messages until it is told to stop, enough were heard, or nobody reads. */
export async function tap(request: TapCommandRequest): Promise<void> {
  const { configPath, json } = request;
  const { config } = await loadConfigFor(configPath, "tap");
  const time = realTime();
  const logging = openLog({ configPath, user: "tap", logTo: "stderr" }, { config, time });
  using shutdown = onShutdownSignal({
    log: logging.logger,
    addListener: Deno.addSignalListener,
    removeListener: Deno.removeSignalListener,
    exit: Deno.exit,
    os: Deno.build.os,
  });
  const { signal } = shutdown;
  const show = json ? showJson : showLine;
  try {
    await followBus(request, { config, log: logging.logger, signal, show, time });
  } catch (error) {
    // Told to stop while still waiting for a server: that is a clean end.
    if (!(signal.aborted && error === signal.reason)) throw error;
  } finally {
    await logging.close();
  }
}

interface Listening {
  readonly config: Config;
  readonly log: Logger;
  readonly time: ReturnType<typeof realTime>;
  readonly signal: AbortSignal;
  readonly show: (tapped: TappedMessage, heard: Heard) => boolean;
}

async function followBus(request: TapCommandRequest, listening: Listening): Promise<void> {
  const { config, log, time, signal, show } = listening;
  const metrics = new MetricsRegistry();
  const deps = { time, log, metrics, name: "hm9000.tap" };
  const open = (signal: AbortSignal) => openMessageBus(config.messageBus, { ...deps, signal });
  const { forSeconds } = request;
  const { bus, leftSeconds } = await connectWithin({ open, forSeconds, time, signal });
  await using _ = bus;
  const subject = subjectOf(request.kind, config);
  const listened = { ...request, subject, forSeconds: leftSeconds };
  await follow(listened, { bus, time, log, signal, show });
}

function subjectOf(kind: TapKind, { sender }: Config): string {
  switch (kind) {
    case "starts":
      return sender.startSubject;
    case "stops":
      return sender.stopSubject;
    case "heartbeats":
      return HEARTBEAT_SUBJECT;
  }
}

function showLine(tapped: TappedMessage, heard: Heard): boolean {
  const colors = Deno.stdout.isTerminal() && !Deno.noColor;
  return writeData(`${toTerminal(renderTapped(tapped, heard), { colors })}\n`);
}

function showJson(tapped: TappedMessage, heard: Heard): boolean {
  return writeData(`${tappedToJson(tapped, heard)}\n`);
}
