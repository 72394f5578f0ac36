/**
 * A Deno program in a process of its own, started for a benchmark and always stopped: asked to end first,
 * made to after a while. What it says goes into a file, or is read line by line.
 *
 * @module
 */

/** The repository's root. */
const ROOT = new URL("../../", import.meta.url).pathname;
/** How long a process may take to end when it is asked to, in milliseconds. */
const END_MAX_MS = 5_000;
/** How much of what a process said an error message quotes, in characters. */
const SAID_MAX = 1_000;

/** How to start a {@linkcode Child}. */
export interface ChildOptions {
  /** What the report calls it. */
  readonly name: string;
  /** Arguments of `deno run`: permissions, program, its arguments. Paths start at the root. */
  readonly args: readonly string[];
  /** How much it lets others go first, as `nice` has it. @default {0} */
  readonly niceness?: number;
  /** Called with each line of its standard output; it then keeps its standard input open too. */
  readonly onLine?: (line: string) => void;
}

/** A running program. */
export class Child implements AsyncDisposable {
  readonly name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #output: Promise<void>;
  readonly #ended: Promise<void>;
  #said = "";
  #exitCode: number | undefined;

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#process = new Deno.Command("nice", {
      args: [
        ...["-n", String(options.niceness ?? 0), Deno.execPath()],
        ...["run", "-q", "--no-prompt", ...options.args],
      ],
      cwd: ROOT,
      stdin: options.onLine === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = options.onLine === undefined ? undefined : this.#process.stdin.getWriter();
    const keep = (line: string) => {
      this.#said = `${this.#said}${line}\n`.slice(-SAID_MAX);
    };
    this.#output = Promise.all([
      eachLine(this.#process.stdout, options.onLine ?? keep),
      eachLine(this.#process.stderr, keep),
    ]).then(() => {});
    this.#ended = this.#process.status.then(({ code }) => {
      this.#exitCode = code;
    });
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** With what code it ended; undefined while it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Resolves when it has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The last of what it said, but for the lines that were read. */
  get said(): string {
    return this.#said;
  }

  /** Writes a line to its standard input. */
  async write(line: string): Promise<void> {
    await this.#input?.write(new TextEncoder().encode(`${line}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGTERM");
    const timer = setTimeout(() => this.#signal("SIGKILL"), END_MAX_MS);
    await this.#ended;
    clearTimeout(timer);
    await this.#output;
    // Nobody reads what it did not read any more.
    await this.#input?.close().catch(() => {});
  }

  #signal(signal: Deno.Signal): void {
    if (this.#exitCode === undefined) this.#process.kill(signal);
  }
}

async function eachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  if (rest !== "") take(rest);
}
