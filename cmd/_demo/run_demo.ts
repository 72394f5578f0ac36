/**
 * The demo without a process around it: the whole of hm9000, embedded, and the platform it keeps healthy,
 * side by side with the script that breaks it and the view that shows it.
 *
 * @module
 */

import type { Config } from "../../lib/config/config.ts";
import { linkAbort } from "../../lib/helpers/link_abort.ts";
import type { Logger } from "../../lib/helpers/logger.ts";
import { MetricsRegistry } from "../../lib/helpers/metrics.ts";
import type { Random } from "../../lib/helpers/random.ts";
import { runTaskGroup } from "../../lib/helpers/task_group.ts";
import type { TimeProvider } from "../../lib/helpers/time_provider.ts";
import { InProcessBus } from "../../lib/message_bus/in_process_bus.ts";
import { InProcessHub } from "../../lib/message_bus/in_process_hub.ts";
import { Outbox } from "../../lib/outbox/outbox.ts";
import { readFreshness } from "../../lib/store/collections/freshness.ts";
import { UNFENCED } from "../../lib/store/fence.ts";
import { StoreLayout } from "../../lib/store/layout.ts";
import type { Store } from "../../lib/store/store.ts";
import { DesiredStateServer } from "../../test_helpers/desired_state_server.ts";
import { SimulatedPlatform } from "../../test_helpers/simulated_platform.ts";
import { COMPONENT_NAMES } from "../../lib/models/component_role.ts";
import type { Outside } from "../_components.ts";
import { runComponents } from "../_run_component.ts";
import { DemoBoard } from "./demo_board.ts";
import { demoConfig, HEARTBEAT_PERIOD_SECONDS } from "./demo_config.ts";
import type { DemoFrame, DemoInsight, DemoView } from "./demo_event.ts";
import { DemoLog } from "./demo_log.ts";
import { OrderLedger } from "./order_ledger.ts";
import { playScript, setUp } from "./play_script.ts";
import { countInstances, type DemoPlan } from "./script.ts";

/** From picture to picture. */
const PICTURE_MS = 250;
/** Pictures from one look into the store to the next. */
const PICTURES_PER_LOOK = 4;
/** Without an end of its own, the demo is over when the platform has been whole for so long. */
const SETTLED_SECONDS = 3;
/** What the simulated Cloud Controller asks for. */
const CREDENTIALS = { user: "hm9000", password: "demo" };

/** What the demo is handed. */
export interface RunDemoDeps {
  readonly plan: DemoPlan;
  /** Ends after so long; undefined: when the script is over and the platform whole. */
  readonly forSeconds: number | undefined;
  /** Where the store may put its file. */
  readonly folder: string;
  readonly openStore: (config: Config, log: Logger) => Promise<Store>;
  readonly time: TimeProvider;
  readonly random: Random;
  readonly view: DemoView;
  /** Takes what hm9000 has to complain of. */
  readonly problems: Logger;
  readonly signal: AbortSignal;
}

/**
 * Runs the demo to its end, or until `signal` aborts, and returns how it ended.
 *
 * @throws what ends a component: then the demo shows nothing
 */
export async function runDemo(deps: RunDemoDeps): Promise<DemoFrame> {
  const { plan, time, random, signal } = deps;
  await using cloudController = DesiredStateServer.start(CREDENTIALS);
  const config = demoConfig({
    folder: deps.folder,
    cloudControllerUrl: cloudController.url,
    credentials: CREDENTIALS,
    instances: countInstances(plan),
  });
  const ledger = new OrderLedger((order) => board.order(order));
  const log = new DemoLog({
    ledger,
    problems: deps.problems,
    onTrouble: (text) => board.trouble(text),
  });
  const metrics = new MetricsRegistry();
  const hub = new InProcessHub();
  await using store = await deps.openStore(config, log);
  await using bus = new InProcessBus(hub, { time, log, metrics });
  await using platformBus = new InProcessBus(hub, { time, log, metrics });
  const platform = new SimulatedPlatform({
    bus: platformBus,
    cloudController,
    time,
    heartbeatPeriodMs: HEARTBEAT_PERIOD_SECONDS * 1000,
    onEvent: (event) => ledger.done(event),
  });
  setUp(platform, plan);
  const board = new DemoBoard({ ...deps, platform, ...plan, endsAtSeconds: deps.forSeconds });
  const layout = new StoreLayout({ ...config, schemaVersion: config.store.schemaVersion });
  const outside = { config, store, layout, bus, time, random, log, metrics };
  await runTogether(deps, { outside, platform, board, signal });
  return board.show();
}

/** The parts of a demo that runs. */
interface Parts {
  readonly outside: Outside;
  readonly platform: SimulatedPlatform;
  readonly board: DemoBoard;
  readonly signal: AbortSignal;
}

async function runTogether(deps: RunDemoDeps, parts: Parts): Promise<void> {
  const { outside, platform, board } = parts;
  const { bus, time, log } = outside;
  using ending = linkAbort(parts.signal);
  const { signal } = ending;
  await runTaskGroup({
    signal,
    log,
    tasks: [
      {
        name: "hm9000",
        run: (signal) =>
          runComponents({ names: COMPONENT_NAMES, outsideFor: () => outside, bus, log, signal }),
      },
      { name: "platform", run: (signal) => platform.run(signal) },
      {
        name: "script",
        run: (signal) =>
          playScript({
            steps: deps.plan.steps,
            platform,
            time,
            signal,
            onStep: (text) => board.stepDone(text),
          }),
      },
      {
        name: "view",
        run: async (signal) => {
          await watch(deps.forSeconds, { ...parts, signal });
          ending.abort(new DOMException("The demo is over", "AbortError"));
        },
      },
    ],
  });
}

/** Shows how it stands several times a second, until the demo is over. */
async function watch(forSeconds: number | undefined, parts: Parts): Promise<void> {
  const { outside: { time }, board, signal } = parts;
  for (let picture = 0; !signal.aborted; picture += 1) {
    if (picture % PICTURES_PER_LOOK === 0) board.learn(await look(parts));
    board.show();
    if (isOver(board, forSeconds)) return;
    await time.sleep(PICTURE_MS, { signal });
  }
}

function isOver(board: DemoBoard, forSeconds: number | undefined): boolean {
  if (forSeconds !== undefined) return board.atSeconds >= forSeconds;
  return board.scriptIsOver && board.wholeForSeconds >= SETTLED_SECONDS;
}

/** Asks the store what hm9000 knows, as any reader may. */
async function look({ outside }: Parts): Promise<DemoInsight> {
  const { store, layout, time, config } = outside;
  const { actualFreshnessTtlSeconds } = config;
  const now = time.now();
  const freshness = await readFreshness(store, layout, { now, actualFreshnessTtlSeconds });
  const queue = await new Outbox({ ...outside, fence: UNFENCED }).list();
  return {
    ...freshness,
    pendingStarts: queue.starts.filter(({ message }) => message.sentOn === 0).length,
    pendingStops: queue.stops.filter(({ message }) => message.sentOn === 0).length,
  };
}
