/**
 * `hm9000 top`: how the platform is, live on a terminal; or one picture; or a JSON object a moment.
 *
 * @module
 */

import { FleetLookout } from "../../lib/api/fleet_sight.ts";
import { IndexedFleet } from "../../lib/api/indexed_fleet.ts";
import { describeError } from "../../lib/helpers/describe_error.ts";
import type { Logger } from "../../lib/helpers/logger.ts";
import { onShutdownSignal } from "../../lib/helpers/shutdown_signals.ts";
import { runTaskGroup } from "../../lib/helpers/task_group.ts";
import { FleetMirror } from "../../lib/mirror/fleet_mirror.ts";
import { StoreUnavailableError } from "../../lib/store/store_errors.ts";
import { LiveScreen } from "../../lib/terminal/live_screen.ts";
import { type StyledLine, toTerminal } from "../../lib/terminal/styled_text.ts";
import { followTop } from "../../lib/top/follow_top.ts";
import { renderTop } from "../../lib/top/render_top.ts";
import { lookAtTop, type TopSources, topToWire } from "../../lib/top/top_frame.ts";
import { writeData } from "../_data_out.ts";
import { openRuntime } from "../_runtime.ts";

/** What was asked for. */
export interface TopRequest {
  readonly configPath: string;
  readonly once: boolean;
  readonly json: boolean;
}

/** Where no terminal says how large it is. */
const PLAIN_SIZE = { columns: 160, rows: 60 };

/** What the picture says is said there; lines of a log would spoil it. */
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Shows how the platform is until it is told to stop. */
export async function top(request: TopRequest): Promise<void> {
  const { configPath, json } = request;
  await using runtime = await openRuntime({ configPath, user: "top", logTo: "stderr" });
  const isLive = !json && !request.once && Deno.stdout.isTerminal();
  const screen = isLive ? openScreen() : undefined;
  using shutdown = onShutdownSignal({
    log: SILENT,
    addListener: Deno.addSignalListener,
    removeListener: Deno.removeSignalListener,
    exit: (code) => {
      screen?.close();
      Deno.exit(code);
    },
    os: Deno.build.os,
  });
  const { time, store, config: { actualFreshnessTtlSeconds } } = runtime;
  const log = isLive ? SILENT : runtime.log;
  const mirror = new FleetMirror({ ...runtime, log, actualFreshnessTtlSeconds });
  using indexed = new IndexedFleet({ mirror, time });
  const lookout = new FleetLookout({ mirror, time, actualFreshnessTtlSeconds });
  const sources = { lookout, indexed, store };
  const ending = new AbortController();
  const show = showing(request, { sources, screen });
  try {
    await runTaskGroup({
      signal: AbortSignal.any([shutdown.signal, ending.signal]),
      log: SILENT,
      tasks: [
        { name: "mirror", run: (signal) => mirror.run(signal) },
        {
          name: "top",
          run: async (signal) => {
            if (!isLive) await mirror.caughtUp();
            await followTop({ mirror, time, show, signal });
            ending.abort();
          },
        },
      ],
    });
  } finally {
    screen?.close();
  }
}

function openScreen(): LiveScreen {
  return new LiveScreen({ write: (text) => void writeData(text), colors: !Deno.noColor });
}

/** Shows one moment; false when it was the last. */
function showing(
  { once, json }: TopRequest,
  { sources, screen }: { readonly sources: TopSources; readonly screen: LiveScreen | undefined },
): () => Promise<boolean> {
  if (screen !== undefined) {
    return async () => {
      screen.show(await picture(sources));
      return true;
    };
  }
  return async () => {
    const frame = await lookAtTop(sources);
    if (json) return writeData(`${JSON.stringify(topToWire(frame))}\n`) && !once;
    const colors = Deno.stdout.isTerminal() && !Deno.noColor;
    const lines = renderTop(frame, PLAIN_SIZE).map((line) => toTerminal(line, { colors }));
    writeData(`${lines.join("\n")}\n`);
    return false;
  };
}

async function picture(sources: TopSources): Promise<StyledLine[]> {
  try {
    const size = Deno.consoleSize();
    return renderTop(await lookAtTop(sources), size.rows === 0 ? PLAIN_SIZE : size);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return [[{ text: "hm9000  nothing is known yet", style: "red" }], [{
      text: describeError(error),
    }]];
  }
}
