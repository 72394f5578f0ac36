/**
 * A component's process under a supervisor that does what systemd does with our units: starts it, and
 * starts it again whenever it has ended, however that was. What it says goes into a file.
 *
 * @module
 */

import type { TimeProvider } from "../../../lib/helpers/time_provider.ts";
import type { ProcessExit } from "./process_exit.ts";

/** Where deno.json is. */
const ROOT = new URL("../../../", import.meta.url).pathname;
/** As `RestartSec` of our units, in milliseconds, and as much faster as everything here. */
const RESTART_MS = 500;
/** As `TimeoutStopSec` of our units: who has not ended by then is killed. */
const STOP_MAX_MS = 30_000;
/** How much of its last words is looked at, in bytes. */
const LAST_WORDS_BYTES = 65_536;
/** A pipe would have to be read by a runner that has other things to do: the shell opens the file. */
const START = 'exec "$0" "$@" >>"$FAULTS_LOG" 2>&1';

/** What a {@linkcode SupervisedProcess} is handed. */
export interface SupervisedProcessDeps {
  /** The machine and the component: `a-sender`. */
  readonly name: string;
  /** After `hm9000`. */
  readonly args: readonly string[];
  readonly logFile: string;
  readonly time: TimeProvider;
  readonly onExit: (exit: ProcessExit) => void;
}

/** A process that is started again and again. */
export class SupervisedProcess implements AsyncDisposable {
  readonly name: string;
  readonly #deps: SupervisedProcessDeps;
  readonly #retired = new AbortController();
  readonly #supervised: Promise<void>;
  #child: Deno.ChildProcess | undefined;
  #asked: ProcessExit["asked"];

  /** Starts it. */
  constructor(deps: SupervisedProcessDeps) {
    this.name = deps.name;
    this.#deps = deps;
    this.#supervised = this.#supervise();
  }

  /** Its process id; undefined between its end and its next start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Kills it, as the kernel does when memory is short. */
  kill(): void {
    this.#ask("SIGKILL");
  }

  /** Asks it to end, as systemd does; it is killed when it does not, and that is its fault. */
  end(): void {
    this.#ask("SIGTERM");
    const child = this.#child;
    void this.#deps.time.sleep(STOP_MAX_MS, { signal: this.#retired.signal }).then(() => {
      if (child !== undefined && child === this.#child) child.kill("SIGKILL");
    });
  }

  /** Makes it hang. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  /** Ends what {@linkcode pause} began; no error if it has ended meanwhile. */
  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Stops supervising, and kills it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#retired.abort();
    this.#child?.kill("SIGKILL");
    await this.#supervised;
  }

  #ask(signal: "SIGKILL" | "SIGTERM"): void {
    if (this.#child === undefined) return;
    this.#asked = signal;
    this.#child.kill(signal);
  }

  async #supervise(): Promise<void> {
    const { time } = this.#deps;
    while (!this.#retired.signal.aborted) {
      await this.#runOnce();
      await time.sleep(RESTART_MS, { signal: this.#retired.signal });
    }
  }

  async #runOnce(): Promise<void> {
    const { name, args, logFile, onExit } = this.#deps;
    const saidBefore = await sizeOf(logFile);
    this.#asked = undefined;
    const child = spawn(args, logFile);
    this.#child = child;
    const { code, signal } = await child.status;
    this.#child = undefined;
    if (this.#retired.signal.aborted) return;
    const lastWords = await readFrom(logFile, saidBefore);
    onExit({ name, asked: this.#asked, code, signal: signal ?? undefined, lastWords });
  }
}

function spawn(args: readonly string[], logFile: string): Deno.ChildProcess {
  const hm9000 = ["run", "-q", "--no-prompt", "-P=component", "cmd/hm9000.ts"];
  return new Deno.Command("sh", {
    args: ["-c", START, Deno.execPath(), ...hm9000, ...args],
    cwd: ROOT,
    env: { "FAULTS_LOG": logFile },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function sizeOf(file: string): Promise<number> {
  const info = await Deno.stat(file).catch(() => undefined); // nothing was said yet
  return info?.size ?? 0;
}

/** What stands in a file from there on, the last of it. */
async function readFrom(file: string, offset: number): Promise<string> {
  using opened = await Deno.open(file);
  const { size } = await opened.stat();
  await opened.seek(Math.max(offset, size - LAST_WORDS_BYTES), Deno.SeekMode.Start);
  return await new Response(opened.readable).text();
}
