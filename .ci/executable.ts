/**
 * An executable under test: runs it to its end, or keeps it running as a daemon, and shows what it said
 * when it does not do what it should.
 *
 * @module
 */

/** What a run that has ended left. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long a run may take before it is killed. */
const RUN_MAX_MS = 120_000;

/** One executable. */
export class Executable {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Runs it to its end, without anything to read from. */
  async run(...args: string[]): Promise<Ended> {
    const command = new Deno.Command(this.#path, {
      args,
      stdin: "null",
      signal: AbortSignal.timeout(RUN_MAX_MS),
    });
    const { code, stdout, stderr } = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  }

  /**
   * Runs it to its end and gives what it printed.
   *
   * @throws {Error} with all that it said when it ends with another code than 0
   */
  async succeed(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code === 0) return stdout;
    throw new Error(`Cannot run "${args.join(" ")}": exit code ${code}\n${stdout}\n${stderr}`);
  }

  /** Starts it as a daemon, whose errors are shown; disposing of it asks it to stop and waits. */
  start(...args: string[]): AsyncDisposable {
    const command = new Deno.Command(this.#path, { args, stdin: "null", stdout: "null" });
    const process = command.spawn();
    return {
      async [Symbol.asyncDispose]() {
        try {
          process.kill("SIGTERM");
        } catch (error) {
          // One that has ended already can only be reported.
          if (!(error instanceof TypeError)) throw error;
        }
        const { code } = await process.status;
        if (code !== 0) {
          throw new Error(`Cannot stop "${args.join(" ")}" cleanly: exit code ${code}`);
        }
      },
    };
  }
}
