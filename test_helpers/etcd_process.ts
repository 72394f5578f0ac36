/**
 * One etcd process under a test's control: used by {@linkcode EtcdRunner}, which knows what to start it
 * with and when it is ready.
 *
 * @module
 */

/** How much of what a process says goes into error messages, in characters. */
const OUTPUT_MAX = 16_384;

/** Starts etcd with its output in a file: a pipe would be read while tests run that never opened it. */
const START = 'exec etcd "$@" >"$ETCD_OUTPUT" 2>&1';

/** A running etcd. */
export class EtcdProcess {
  readonly #child: Deno.ChildProcess;
  readonly #outputFile: string;
  #exited = false;

  /**
   * @param args etcd's own
   * @param outputFile where to keep what it says
   */
  constructor(args: readonly string[], outputFile: string) {
    this.#outputFile = outputFile;
    this.#child = new Deno.Command("sh", {
      args: ["-c", START, "etcd", ...args],
      env: { "ETCD_OUTPUT": outputFile },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child.status.then(() => this.#exited = true);
  }

  /** The process's id, for whoever measures it. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The last of what it said. */
  get output(): string {
    return Deno.readTextFileSync(this.#outputFile).slice(-OUTPUT_MAX);
  }

  /** It has ended, by itself or because it was told to. */
  get exited(): boolean {
    return this.#exited;
  }

  /** Resolves when it has ended. */
  async ended(): Promise<void> {
    await this.#child.status;
  }

  /** Sends a signal; no error if it has ended. */
  signal(signal: Deno.Signal): void {
    if (!this.#exited) this.#child.kill(signal);
  }

  /** Makes it hang, and waits until it does. */
  async pause(): Promise<void> {
    this.signal("SIGSTOP");
    while (!this.#exited && !await isStopped(this.#child.pid)) await sleep(1);
  }

  /** Asks it to end, and makes it when it has not after `graceMs` milliseconds. */
  async stop(graceMs = 5_000): Promise<void> {
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.ended();
    clearTimeout(timer);
  }
}

/** As Linux tells; elsewhere the signal is taken at its word. */
async function isStopped(pid: number): Promise<boolean> {
  if (Deno.build.os !== "linux") return true;
  return /^State:\s*T/m.test(
    await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "State: T"),
  );
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @throws {Error} when etcd is not installed */
export async function requireEtcd(): Promise<void> {
  try {
    await new Deno.Command("etcd", { args: ["--version"], stdout: "null", stderr: "null" })
      .output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    const remedy = "install it with 'apt-get install etcd-server'";
    throw new Error(`Cannot start etcd: it is not on the PATH, ${remedy}`, { cause });
  }
}
