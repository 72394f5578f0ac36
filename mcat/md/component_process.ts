/**
 * hm9000 as operators run it: a process of its own, with the permissions of deno.json and not one more,
 * whose log can be waited for.
 *
 * @module
 */

/** Where deno.json is. */
const ROOT = new URL("../../", import.meta.url).pathname;

/** How long a process may run before it is killed, so that nothing waits for ever. */
const RUN_MAX_MS = 90_000;

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a process left when it ended. */
export interface EndedProcess {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to run. */
export interface ComponentProcessOptions {
  /** After `hm9000`: the component, the path of its configuration, … */
  readonly args: readonly string[];
  /** The value of `HM9000_FAKE_TIME`. @default time is what it is */
  readonly fakeTime?: string | undefined;
  /** More of the environment. @default nothing */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The folder that the sources stand in. @default this repository's */
  readonly root?: string | undefined;
}

/** A process that runs, or has. */
export class ComponentProcess implements AsyncDisposable {
  readonly #args: readonly string[];
  readonly #child: Deno.ChildProcess;
  readonly #looks = new Set<() => void>();
  readonly #ended: Promise<EndedProcess>;
  #stdout = "";
  #stderr = "";
  #over = false;

  /** Starts it. */
  constructor(options: ComponentProcessOptions) {
    this.#args = options.args;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=component", "cmd/hm9000.ts", ...options.args],
      cwd: options.root ?? ROOT,
      env: {
        ...options.env,
        ...(options.fakeTime === undefined ? {} : { "HM9000_FAKE_TIME": options.fakeTime }),
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#ended = this.#follow();
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What it has logged so far; tools log to standard error. */
  get log(): readonly LogLine[] {
    return [this.#stdout, this.#stderr].flatMap((text) => text.split("\n").slice(0, -1))
      .filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  /**
   * The first line of its log with this message, written already or still to come.
   *
   * @throws {Error} with all that it said, if it ends without
   */
  async logged(message: string): Promise<LogLine> {
    for (;;) {
      const line = this.log.find((each) => each.message === message);
      if (line !== undefined) return line;
      if (this.#over) throw this.#unexpected(`"${message}" was never logged`);
      await new Promise<void>((resolve) => this.#looks.add(resolve));
    }
  }

  /** Sends a signal and waits for the end. */
  async end(signal: Deno.Signal): Promise<EndedProcess> {
    this.#child.kill(signal);
    return await this.#ended;
  }

  /** Resolves when it has ended. */
  async ended(): Promise<EndedProcess> {
    return await this.#ended;
  }

  /** Kills it if it still runs: how it ends is for the test to see, not for the cleaning up. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.#child.kill("SIGKILL");
    await this.#ended;
  }

  async #follow(): Promise<EndedProcess> {
    const killing = setTimeout(() => this.#child.kill("SIGKILL"), RUN_MAX_MS);
    const [status] = await Promise.all([
      this.#child.status,
      this.#read(this.#child.stdout, (text) => this.#stdout += text),
      this.#read(this.#child.stderr, (text) => this.#stderr += text),
    ]);
    clearTimeout(killing);
    this.#over = true;
    this.#tell();
    return { code: status.code, stdout: this.#stdout, stderr: this.#stderr };
  }

  async #read(
    stream: ReadableStream<Uint8Array<ArrayBuffer>>,
    take: (text: string) => void,
  ): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      take(text);
      this.#tell();
    }
  }

  #tell(): void {
    this.#looks.forEach((look) => look());
    this.#looks.clear();
  }

  #unexpected(what: string): Error {
    const said = `${this.#stdout}\n${this.#stderr}`;
    return new Error(`Cannot go on with "hm9000 ${this.#args.join(" ")}": ${what}\n${said}`);
  }
}
