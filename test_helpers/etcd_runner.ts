/**
 * Real etcd servers for tests: one node or a cluster, on free loopback ports, in a temporary folder,
 * always stopped and removed.
 *
 * ```ts
 * await using etcd = await EtcdRunner.start({ nodes: 3 });
 * const store = await EtcdStore.open({ urls: etcd.urls, ... });
 * await etcd.kill(0);   // as a power cut would
 * await etcd.start(0);  // the same ports, the same data
 * ```
 *
 * Data stands in memory where the machine has `/dev/shm`, so that starting is quick and flushing free.
 * A single node beats fast enough that leases may be as short as one second.
 *
 * @module
 */

import { prefixEnd } from "../lib/store/etcd/wire.ts";
import { type Certificates, makeCertificates } from "./etcd_certificates.ts";
import { etcdctl } from "./etcd_operator.ts";
import { EtcdProcess, requireEtcd } from "./etcd_process.ts";
import { freePorts } from "./free_port.ts";

/** Options of {@linkcode EtcdRunner.start}. */
export interface EtcdRunnerOptions {
  /** @default {1} */
  readonly nodes?: 1 | 3 | 5;
  /** More arguments for every node. */
  readonly extraArgs?: readonly string[];
  /** Turns authentication on: `root` has this password, the users may touch their prefix only. */
  readonly auth?: EtcdAuth;
  /** Serves clients over TLS with certificates made on the spot: {@linkcode EtcdRunner.certificates}. */
  readonly tls?: {
    /** Refuse clients without a certificate of ours. @default {false} */
    readonly clientCertificates?: boolean;
    /** Files to use instead of such that are made on the spot. */
    readonly certificates?: Certificates;
  };
  /** Size at which the NOSPACE alarm is raised. @default etcd's own, 2 GiB */
  readonly quotaBytes?: number;
}

/** Who may do what. */
export interface EtcdAuth {
  /** The password of `root`. */
  readonly rootPassword: string;
  readonly users?: readonly {
    readonly name: string;
    readonly password: string;
    /** Keys that the user may read and write. */
    readonly prefix: string;
    /** What the user may do with them. @default {"READWRITE"} */
    readonly permission?: "READ" | "WRITE" | "READWRITE";
  }[];
}

/** How long servers may take to become ready, in milliseconds. */
const READY_MAX_MS = 20_000;
const POLL_MS = 20;
const PORT_ATTEMPTS_MAX = 3;

interface Node {
  readonly name: string;
  readonly url: string;
  readonly peerUrl: string;
  process: EtcdProcess | undefined;
}

/** One or more running etcd servers. */
export class EtcdRunner implements AsyncDisposable {
  /** The client URLs of all nodes, whether they run or not. */
  readonly urls: readonly string[];
  /** PEM files to connect with; undefined without TLS. */
  readonly certificates: Certificates | undefined;
  readonly #folder: string;
  readonly #options: EtcdRunnerOptions;
  readonly #nodes: readonly Node[];
  readonly #http: Deno.HttpClient;

  private constructor(
    folder: string,
    options: EtcdRunnerOptions,
    certificates: Certificates | undefined,
  ) {
    this.#folder = folder;
    this.#options = options;
    this.certificates = certificates;
    this.#nodes = layOutNodes(options);
    this.urls = this.#nodes.map((node) => node.url);
    this.#http = httpClient(certificates);
  }

  /**
   * Starts the servers and waits until every one is healthy.
   *
   * @throws {Error} when etcd is not installed, ends early, or does not become healthy; the message has
   *   the last of its output
   */
  static async start(options: EtcdRunnerOptions = {}): Promise<EtcdRunner> {
    await requireEtcd();
    for (let attempt = 1;; attempt += 1) {
      try {
        return await EtcdRunner.#startOnce(options);
      } catch (error) {
        const portTaken = error instanceof Error && /address already in use/.test(error.message);
        if (!portTaken || attempt === PORT_ATTEMPTS_MAX) throw error;
      }
    }
  }

  static async #startOnce(options: EtcdRunnerOptions): Promise<EtcdRunner> {
    const folder = await makeFolder();
    const certificates = options.tls &&
      (options.tls.certificates ?? await makeCertificates(folder));
    const runner = new EtcdRunner(folder, options, certificates);
    try {
      await runner.#startNodes(runner.#nodes);
      if (options.auth) await runner.#turnOnAuthentication(options.auth);
      return runner;
    } catch (error) {
      await runner[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The first node's URL. */
  get url(): string {
    return this.#node(0).url;
  }

  /** The process ids of the nodes that run, for whoever measures them. */
  get pids(): readonly number[] {
    return this.#nodes.flatMap(({ process }) => process === undefined ? [] : [process.pid]);
  }

  /** Starts a stopped or killed node again, or all of them, on the same ports and data. */
  async start(node?: number): Promise<void> {
    await this.#startNodes(this.#pick(node).filter((one) => one.process === undefined));
  }

  /** Lets a node, or all of them, shut down in order. */
  async stop(node?: number): Promise<void> {
    await this.#end(this.#pick(node), (process) => process.stop());
  }

  /** Ends a node, or all of them, as a power cut would. */
  async kill(node?: number): Promise<void> {
    await this.#end(this.#pick(node), (process) => {
      process.signal("SIGKILL");
      return process.ended();
    });
  }

  /** Makes a node, or all of them, hang: connections stay, answers do not come. */
  async pause(node?: number): Promise<void> {
    await Promise.all(this.#pick(node).map((one) => one.process?.pause()));
  }

  /** Wakes what {@linkcode pause} put to sleep. */
  resume(node?: number): void {
    this.#pick(node).forEach((one) => one.process?.signal("SIGCONT"));
  }

  /** Empties the store: all nodes are killed, and start again as a cluster that knows nothing. */
  async wipe(): Promise<void> {
    await this.#replaceData(() => Promise.resolve());
  }

  /**
   * Does what an operator does with a backup (`EtcdOperator.backUp`): all nodes are killed, and start
   * again as a new cluster with what the backup has. Needs `etcdctl`.
   *
   * @throws {Error} when the backup cannot be restored
   */
  async restore(backup: string): Promise<void> {
    await this.#replaceData((node) =>
      etcdctl([
        ...["snapshot", "restore", backup, `--data-dir=${this.#dataFolder(node)}`],
        ...[`--name=${node.name}`, `--initial-cluster=${this.#cluster}`],
        `--initial-advertise-peer-urls=${node.peerUrl}`,
      ])
    );
  }

  /** The last of what a node said. */
  output(node = 0): string {
    return this.#node(node).process?.output ?? "";
  }

  /**
   * Asks a node through etcd's JSON gateway, for what the store's contract has no word for:
   * compaction, alarms, status. Not for use with authentication on.
   *
   * @param path such as `/v3/kv/compaction`
   * @throws {Error} when etcd answers with anything but 200
   */
  async post(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const request = { method: "POST", body: JSON.stringify(body), client: this.#http };
    const response = await fetch(`${this.url}${path}`, request);
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot post to "${path}": ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.#http.close();
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #replaceData(fill: (node: Node) => Promise<void>): Promise<void> {
    await this.kill();
    for (const node of this.#nodes) {
      await Deno.remove(this.#dataFolder(node), { recursive: true });
      await fill(node);
    }
    await this.start();
  }

  #dataFolder({ name }: Node): string {
    return `${this.#folder}/${name}`;
  }

  get #cluster(): string {
    return this.#nodes.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(",");
  }

  #node(index: number): Node {
    const node = this.#nodes[index];
    if (!node) throw new RangeError(`Cannot use node ${index}: there are ${this.#nodes.length}`);
    return node;
  }

  #pick(index: number | undefined): readonly Node[] {
    return index === undefined ? this.#nodes : [this.#node(index)];
  }

  async #end(nodes: readonly Node[], end: (process: EtcdProcess) => Promise<void>): Promise<void> {
    await Promise.all(nodes.map(async (node) => {
      const process = node.process;
      node.process = undefined;
      if (process) await end(process);
    }));
  }

  async #startNodes(nodes: readonly Node[]): Promise<void> {
    for (const node of nodes) node.process = this.#spawn(node);
    await Promise.all(nodes.map((node) => this.#ready(node)));
  }

  #spawn(node: Node): EtcdProcess {
    return new EtcdProcess(this.#arguments(node), `${this.#folder}/${node.name}.log`);
  }

  async #ready(node: Node): Promise<void> {
    const giveUp = AbortSignal.timeout(READY_MAX_MS);
    while (!await this.#healthy(node)) {
      const { process } = node;
      if (!process || process.exited || giveUp.aborted) {
        const reason = process?.exited ? "it ended" : "it did not become healthy";
        throw new Error(`Cannot start etcd at "${node.url}": ${reason}\n${process?.output ?? ""}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #healthy(node: Node): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(2_000);
      const response = await fetch(`${node.url}/health`, { client: this.#http, signal });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false; // not listening yet: asked again until it is, or until it has ended
    }
  }

  #arguments(node: Node): string[] {
    const { nodes = 1, extraArgs = [], quotaBytes, auth } = this.#options;
    return [
      `--name=${node.name}`,
      `--data-dir=${this.#dataFolder(node)}`,
      `--listen-client-urls=${node.url}`,
      `--advertise-client-urls=${node.url}`,
      `--listen-peer-urls=${node.peerUrl}`,
      `--initial-advertise-peer-urls=${node.peerUrl}`,
      `--initial-cluster=${this.#cluster}`,
      "--logger=zap",
      "--log-outputs=stderr",
      "--log-level=warn",
      ...(nodes === 1 ? ["--heartbeat-interval=20", "--election-timeout=200"] : []),
      ...(quotaBytes === undefined ? [] : [`--quota-backend-bytes=${quotaBytes}`]),
      // Passwords of a test need not be hard to guess, but to hash them must not hold etcd up.
      ...(auth === undefined ? [] : ["--bcrypt-cost=4"]),
      ...this.#tlsArguments(),
      ...extraArgs,
    ];
  }

  #tlsArguments(): string[] {
    if (!this.certificates) return [];
    const { certFile, keyFile, caFile } = this.certificates.server;
    const required = this.#options.tls?.clientCertificates ?? false;
    return [
      `--cert-file=${certFile}`,
      `--key-file=${keyFile}`,
      ...(required ? ["--client-cert-auth", `--trusted-ca-file=${caFile}`] : []),
    ];
  }

  async #turnOnAuthentication(auth: EtcdAuth): Promise<void> {
    await this.#addUser("root", auth.rootPassword);
    for (const { name, password, prefix, permission = "READWRITE" } of auth.users ?? []) {
      await this.#addUser(name, password);
      const end = btoa(prefixEnd(prefix));
      const perm = { permType: permission, key: btoa(prefix), "range_end": end };
      await this.post("/v3/auth/role/grant", { name, perm });
    }
    await this.post("/v3/auth/enable");
  }

  async #addUser(name: string, password: string): Promise<void> {
    await this.post("/v3/auth/user/add", { name, password });
    await this.post("/v3/auth/role/add", { name });
    await this.post("/v3/auth/user/grant", { user: name, role: name });
  }
}

function layOutNodes({ nodes = 1, tls }: EtcdRunnerOptions): Node[] {
  const ports = freePorts(2 * nodes);
  const scheme = tls ? "https" : "http";
  const host = tls ? "localhost" : "127.0.0.1";
  return Array.from({ length: nodes }, (_, index) => ({
    name: `node${index}`,
    url: `${scheme}://${host}:${ports[2 * index]}`,
    peerUrl: `http://127.0.0.1:${ports[2 * index + 1]}`,
    process: undefined,
  }));
}

async function makeFolder(): Promise<string> {
  const prefix = "hm9000_etcd_";
  try {
    return await Deno.makeTempDir({ dir: "/dev/shm", prefix });
  } catch {
    return await Deno.makeTempDir({ prefix }); // no memory file system here: a disk is only slower
  }
}

function httpClient(certificates: Certificates | undefined): Deno.HttpClient {
  if (!certificates) return Deno.createHttpClient({});
  const { caFile, certFile, keyFile } = certificates.client;
  const read = (file: string) => Deno.readTextFileSync(file);
  return Deno.createHttpClient({
    caCerts: [read(caFile)],
    cert: read(certFile),
    key: read(keyFile),
  });
}
