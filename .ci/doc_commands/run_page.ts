/**
 * Runs the commands of one page, in order, as a reader would who follows it from top to bottom.
 *
 * @module
 */

import { RealTimeProvider } from "../../lib/helpers/real_time_provider.ts";
import { type Block, planOf } from "./blocks.ts";
import { openSandbox, type Sandbox } from "./sandbox.ts";

/** What a block may take before it counts as failed. */
const BLOCK_MAX_MS = 120_000;
/** How often a block is tried: the demo, for one, loses its leases on a machine that is busy elsewhere. */
const TRIES = 2;
/** How long what runs in the background may take before what asks it works. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

const time = new RealTimeProvider();

/** What came of a block. */
export interface Result {
  readonly place: string;
  readonly kind: "ok" | "not run" | "failed";
  /** Why, and what was said. */
  readonly detail: string;
}

/** Runs everything on a page that is to be run. */
export async function runPage(blocks: readonly Block[]): Promise<Result[]> {
  const plans = blocks.map(planOf);
  if (!plans.some((plan) => plan?.kind === "run" || plan?.kind === "background")) {
    return notRun(blocks);
  }
  await using sandbox = await openSandbox();
  const background: Background[] = [];
  const results: Result[] = [];
  try {
    for (const block of blocks) {
      const plan = planOf(block);
      if (plan?.kind === "background") background.push(new Background(block, sandbox));
      if (plan?.kind !== "run") continue;
      results.push(await runBlock(block, { sandbox, isPatient: background.length > 0 }));
    }
  } finally {
    results.push(...await Promise.all(background.map((each) => each.stop())));
  }
  return [...results, ...notRun(blocks)];
}

function notRun(blocks: readonly Block[]): Result[] {
  return blocks.flatMap((block) => {
    const plan = planOf(block);
    if (plan?.kind !== "not run") return [];
    return { place: block.place, kind: "not run", detail: plan.reason };
  });
}

async function runBlock(
  block: Block,
  { sandbox, isPatient }: { readonly sandbox: Sandbox; readonly isPatient: boolean },
): Promise<Result> {
  const startedAtMs = time.monotonicMs();
  for (let tries = 1;; tries += 1) {
    const { success, said } = await attempt(block, sandbox);
    const tookMs = time.monotonicMs() - startedAtMs;
    if (success) return { place: block.place, kind: "ok", detail: `${Math.round(tookMs)} ms` };
    if (tries >= TRIES && !(isPatient && tookMs < PATIENCE_MS)) {
      return { place: block.place, kind: "failed", detail: said };
    }
    await time.sleep(RETRY_MS);
  }
}

async function attempt(block: Block, sandbox: Sandbox) {
  const { success, code, stdout, stderr } = await new Deno.Command("timeout", {
    args: [String(BLOCK_MAX_MS / 1000), ...shell(block, sandbox)],
    cwd: sandbox.folder,
    env: { ...sandbox.env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, said: `exit code ${code}\n${decoder.decode(stdout)}${decoder.decode(stderr)}` };
}

function shell(block: Block, { stands }: Sandbox): string[] {
  const text = stands.reduce((text, [pattern, by]) => text.replace(pattern, by), block.text);
  return ["bash", "-euo", "pipefail", "-c", text];
}

/** Commands that run on until the page has been read. */
class Background {
  readonly #place: string;
  readonly #process: Deno.ChildProcess;
  readonly #output: Promise<Deno.CommandOutput>;

  constructor(block: Block, sandbox: Sandbox) {
    this.#place = block.place;
    // In a group of its own, so that whatever it started is told, too.
    this.#process = new Deno.Command("setsid", {
      args: shell(block, sandbox),
      cwd: sandbox.folder,
      env: { ...sandbox.env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#output = this.#process.output();
  }

  /** Asks it to stop. It must have run until then. */
  async stop(): Promise<Result> {
    const group = `-${this.#process.pid}`;
    const { success } = await new Deno.Command("kill", { args: ["-TERM", "--", group] }).output();
    const over = new AbortController();
    const patience = time.sleep(PATIENCE_MS, over).then(() => this.#kill(over.signal));
    const { code, stdout, stderr } = await this.#output;
    over.abort();
    await patience;
    const decoder = new TextDecoder();
    const said = decoder.decode(stdout) + decoder.decode(stderr);
    // A shell that was told to stop ends with 143.
    const isWell = success && [0, 143].includes(code);
    const detail = isWell ? "until the end of the page" : `exit code ${code}\n${said}`;
    return { place: this.#place, kind: isWell ? "ok" : "failed", detail };
  }

  #kill(over: AbortSignal): void {
    if (!over.aborted) this.#process.kill("SIGKILL");
  }
}
