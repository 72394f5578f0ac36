/**
 * `hm9000 demo`: the whole system in one process, against a platform that is simulated and breaks. It
 * needs no server, touches nothing but a temporary folder, and removes that.
 *
 * @module
 */

import { createLogger } from "../../lib/helpers/create_logger.ts";
import { LineWriter } from "../../lib/helpers/line_writer.ts";
import { RealRandom } from "../../lib/helpers/real_random.ts";
import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { onShutdownSignal } from "../../lib/helpers/shutdown_signals.ts";
import { SqliteStore } from "../../lib/store/sqlite_store.ts";
import { EXIT_DONE, EXIT_FAILED } from "../_exit_codes.ts";
import { UsageError } from "../_usage_error.ts";
import type { DemoFrame, DemoView } from "./demo_event.ts";
import { LiveView } from "./live_view.ts";
import { PlainView } from "./plain_view.ts";
import { runDemo } from "./run_demo.ts";
import { countInstances, type DemoPlan, type DemoRequest, planDemo } from "./script.ts";
import { describeVerdict } from "./summary.ts";

/** Instances on one DEA, at most: their heartbeat must fit in a message. */
const INSTANCES_PER_DEA_MAX = 2_000;
/** Instances in all: more are no fun at a heartbeat a second. */
const INSTANCES_MAX = 20_000;

/**
 * Runs the demo and returns its exit code: 0 if the platform was whole at the end.
 *
 * @throws {UsageError} when it is too large to be run
 */
export async function demo(options: DemoRequest): Promise<number> {
  const plan = planDemo(options);
  requireFeasible(plan);
  const out = new LineWriter(Deno.stdout);
  const complaints = new Complaints(Deno.stdout.isTerminal());
  const view = openView(out);
  const time = new RealTimeProvider();
  const { logger } = createLogger({
    component: "demo",
    level: "WARN",
    format: "auto",
    isTerminal: Deno.stderr.isTerminal(),
    stream: complaints,
    time,
  });
  using shutdown = onShutdownSignal({
    log: logger,
    addListener: Deno.addSignalListener,
    removeListener: Deno.removeSignalListener,
    exit: (code) => {
      view.close();
      Deno.exit(code);
    },
    os: Deno.build.os,
  });
  try {
    const end = await inFolder((folder) =>
      runDemo({
        plan,
        forSeconds: options.forSeconds,
        folder,
        openStore: (config, log) => SqliteStore.open({ path: config.store.path, time, log }),
        time,
        random: new RealRandom(),
        view,
        problems: logger,
        signal: shutdown.signal,
      })
    );
    view.close();
    return conclude(end, { out, options, interrupted: shutdown.signal.aborted });
  } finally {
    view.close();
    complaints.release();
  }
}

/** Who interrupts a demo that would have ended by itself has seen enough: that is no failure. */
function conclude(
  end: DemoFrame,
  context: {
    readonly out: LineWriter;
    readonly options: DemoRequest;
    readonly interrupted: boolean;
  },
): number {
  const { out, options, interrupted } = context;
  out.write(`${interrupted ? "Interrupted. " : ""}${describeVerdict(end)}\n`);
  if (end.report.whole) return EXIT_DONE;
  return interrupted && options.forSeconds === undefined ? EXIT_DONE : EXIT_FAILED;
}

function openView(out: LineWriter): DemoView {
  if (!Deno.stdout.isTerminal()) return new PlainView((line) => out.write(`${line}\n`));
  return new LiveView({
    write: (text) => out.write(text),
    size: () => Deno.consoleSize(),
    colors: !Deno.noColor,
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-demo-" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function requireFeasible(plan: DemoPlan): void {
  const instances = countInstances(plan);
  if (instances > INSTANCES_MAX) {
    throw new UsageError(
      `Cannot run the demo with ${plan.apps.length} apps: they have ${instances} instances, ` +
        `at most ${INSTANCES_MAX} fit; ask for fewer with --apps`,
    );
  }
  const needed = Math.ceil(instances / INSTANCES_PER_DEA_MAX) + 1;
  if (plan.deas.length >= needed || instances <= INSTANCES_PER_DEA_MAX) return;
  throw new UsageError(
    `Cannot run ${instances} instances on ${plan.deas.length} DEAs while some of them fail: ` +
      `${needed} are needed; ask for them with --deas=${needed}`,
  );
}

/** Standard error, held back while the live screen would be spoilt by it. */
class Complaints {
  #held: Uint8Array[] | undefined;

  constructor(hold: boolean) {
    this.#held = hold ? [] : undefined;
  }

  writeSync(bytes: Uint8Array): number {
    if (this.#held === undefined) return Deno.stderr.writeSync(bytes);
    this.#held.push(bytes.slice());
    return bytes.length;
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    const writer = new LineWriter(Deno.stderr);
    for (const bytes of held) writer.write(new TextDecoder().decode(bytes));
  }
}
