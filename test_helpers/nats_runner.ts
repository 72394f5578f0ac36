/**
 * A real nats-server for a test: a port of its own, a temporary folder, always stopped.
 *
 * ```ts
 * await using nats = await NatsRunner.start({ user: "nats", password: "secret" });
 * const bus = await NatsBus.connect({ servers: [nats.server], … });
 * await nats.restart(); // same port: clients come back
 * ```
 *
 * @module
 */

import type { NatsServerConfig, TlsFiles } from "../lib/config/config.ts";

/** How a server is to run. */
export interface NatsRunnerOptions {
  /** Who may connect. @default {anyone} */
  readonly user?: string;
  readonly password?: string;
  /** Require TLS with this certificate; with `caFile`, require client certificates too. */
  readonly tls?: TlsFiles;
  /** Join the cluster of these runners, or found one if there are none. */
  readonly cluster?: readonly NatsRunner[];
  /** A fixed port. @default {one that is free, chosen by the server} */
  readonly port?: number;
  /** Further command line arguments. */
  readonly args?: readonly string[];
}

/** Last lines of the server's log that an error message quotes. */
const LOG_LINES_MAX = 10;

interface Ports {
  readonly port: number;
  readonly clusterPort: number | undefined;
}

interface RunningServer extends Ports {
  readonly process: Deno.ChildProcess;
  /** Resolves when its log has ended, which is when it has. */
  readonly logged: Promise<void>;
  readonly hasEnded: () => boolean;
}

/** A nats-server process that a test owns. */
export class NatsRunner implements AsyncDisposable {
  /** Where it listens. */
  readonly host = "127.0.0.1";
  readonly #options: NatsRunnerOptions;
  readonly #folder: string;
  #running: RunningServer | undefined;
  #port: number;
  #clusterPort: number | undefined;
  #paused = false;

  /** @ignore use {@linkcode NatsRunner.start} */
  constructor(options: NatsRunnerOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.#port = options.port ?? -1;
  }

  /**
   * Starts a server; it takes connections when this resolves.
   *
   * @throws {Error} when nats-server is not installed, or ends instead of getting ready
   */
  static async start(options: NatsRunnerOptions = {}): Promise<NatsRunner> {
    const folder = await Deno.makeTempDir({ prefix: "hm9000-nats-" });
    const runner = new NatsRunner(options, folder);
    try {
      await runner.#spawn();
      return runner;
    } catch (error) {
      await runner[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The client port; the same over restarts. */
  get port(): number {
    return this.#port;
  }

  /** The server as the configuration names it. */
  get server(): NatsServerConfig {
    const { user = "", password = "" } = this.#options;
    return { host: this.host, port: this.port, user, password };
  }

  /** The server's process id, for whoever measures it; undefined when it does not run. */
  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /** Stops it and waits for its end; does nothing when it does not run. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Kills it and waits for its end, as when a machine dies. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Starts it again, on the same port, after `stop` or `kill`, or instead of them. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#spawn();
  }

  /** Makes it hang, within a moment: connections stay open, nothing is answered. */
  pause(): void {
    this.#paused = true;
    this.#running?.process.kill("SIGSTOP");
  }

  /** Ends what {@linkcode pause} began. */
  resume(): void {
    this.#paused = false;
    this.#running?.process.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #spawn(): Promise<void> {
    this.#running = await launch(this.#arguments());
    this.#port = this.#running.port;
    this.#clusterPort = this.#running.clusterPort;
  }

  async #end(signal: Deno.Signal): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    if (running.hasEnded()) return;
    running.process.kill(signal);
    if (this.#paused) running.process.kill("SIGCONT");
    this.#paused = false;
    await Promise.all([running.process.status, running.logged]);
  }

  #arguments(): string[] {
    const { user, password, tls, cluster, args = [] } = this.#options;
    return [
      ...["--addr", this.host, "--port", String(this.#port), "--store_dir", this.#folder],
      ...(user === undefined ? [] : ["--user", user, "--pass", password ?? ""]),
      ...(tls?.certFile === undefined ? [] : tlsArguments(tls)),
      ...(cluster === undefined ? [] : this.#clusterArguments(cluster)),
      ...args,
    ];
  }

  #clusterArguments(members: readonly NatsRunner[]): string[] {
    const own = `nats://${this.host}:${this.#clusterPort ?? -1}`;
    const routes = members.map((member) => `nats://${member.host}:${member.#clusterPort}`);
    return [
      ...["--cluster_name", "hm9000", "--cluster", own],
      ...(routes.length === 0 ? [] : ["--routes", routes.join(",")]),
    ];
  }
}

function tlsArguments(tls: TlsFiles): string[] {
  const { certFile = "", keyFile = "", caFile } = tls;
  return [
    ...["--tls", "--tlscert", certFile, "--tlskey", keyFile],
    ...(caFile === undefined ? [] : ["--tlsverify", "--tlscacert", caFile]),
  ];
}

async function launch(args: readonly string[]): Promise<RunningServer> {
  const process = spawnServer(args);
  let ended = false;
  void process.status.then(() => ended = true);
  const log = new ServerLog({ inCluster: args.includes("--cluster") });
  const logged = log.readAll(process.stderr);
  const ready = await Promise.race([log.ready, logged.then(() => undefined)]);
  if (ready !== undefined) return { process, ...ready, logged, hasEnded: () => ended };
  const { code } = await process.status;
  throw new Error(
    `Cannot start nats-server: it ended with code ${code} before it was ready, ` +
      `its last words were:\n${log.tail.join("\n")}`,
  );
}

function spawnServer(args: readonly string[]): Deno.ChildProcess {
  const failures: unknown[] = [];
  for (const binary of ["nats-server", "/usr/sbin/nats-server"]) {
    try {
      return new Deno.Command(binary, { args: [...args], stdout: "null", stderr: "piped" }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      failures.push(error);
    }
  }
  throw new Error(
    "Cannot start nats-server: it is not installed, run: apt-get install nats-server",
    { cause: failures[0] },
  );
}

/** Reads what the server writes: where it listens, that it is ready, and why it is not. */
class ServerLog {
  /** The last lines. */
  readonly tail: string[] = [];
  readonly ready: Promise<Ports>;
  readonly #inCluster: boolean;
  readonly #becomeReady: (ports: Ports) => void;
  #port: number | undefined;
  #clusterPort: number | undefined;
  #saidReady = false;

  constructor(options: { readonly inCluster: boolean }) {
    const { promise, resolve } = Promise.withResolvers<Ports>();
    this.#inCluster = options.inCluster;
    this.ready = promise;
    this.#becomeReady = resolve;
  }

  async readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach((line) => this.#read(line));
    }
  }

  #read(line: string): void {
    this.tail.push(line);
    if (this.tail.length > LOG_LINES_MAX) this.tail.shift();
    this.#port ??= portIn(line, /Listening for client connections on .*:(\d+)$/);
    this.#clusterPort ??= portIn(line, /Listening for route connections on .*:(\d+)$/);
    this.#saidReady ||= line.endsWith("Server is ready");
    if (!this.#saidReady || this.#port === undefined) return;
    if (this.#inCluster && this.#clusterPort === undefined) return;
    this.#becomeReady({ port: this.#port, clusterPort: this.#clusterPort });
  }
}

function portIn(line: string, pattern: RegExp): number | undefined {
  const port = pattern.exec(line.trim())?.[1];
  return port === undefined ? undefined : Number(port);
}
