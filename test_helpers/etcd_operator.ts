/**
 * What an operator does to an etcd cluster by hand: asks who leads, moves the leadership, compacts, backs
 * up, and, when the alarm for full space has been raised, makes room and takes it back. Through the JSON
 * gateway of whichever member answers, and `etcdctl` for backups. Not for use with authentication on.
 *
 * @module
 */

/** How long one member may take to answer, in milliseconds. */
const REQUEST_MAX_MS = 5_000;
/** Filling goes on in values of this size, below etcd's limit for a request. */
const FILLER_BYTES = 1_000_000;
const FILLER_PREFIX = "/filler/";

/** What a member says of itself and its cluster. */
interface Status {
  readonly header: { readonly "member_id": string; readonly revision?: string };
  readonly leader?: string;
}

/** Somebody with access to all members. */
export class EtcdOperator {
  readonly #urls: readonly string[];

  /** @param urls the members' client URLs */
  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  /** Which member leads, by its place in the list of URLs; undefined when none does. */
  async leader(): Promise<number | undefined> {
    const all = await this.#statuses();
    const index = all.findIndex((status) =>
      status?.leader !== undefined && status.leader === status.header.member_id
    );
    return index === -1 ? undefined : index;
  }

  /**
   * Has another member lead.
   *
   * @throws {Error} when none leads, or nobody else is there
   */
  async moveLeader(): Promise<void> {
    const all = await this.#statuses();
    const from = await this.leader();
    const other = all.find((status, index) => status !== undefined && index !== from);
    if (from === undefined || other === undefined) {
      throw new Error("Cannot move the leadership: no member leads, or no other one answers");
    }
    const targetID = other.header.member_id;
    await this.#ask(from, "/v3/maintenance/transfer-leadership", { targetID });
  }

  /** Forgets everything before the revision that the store is at. */
  async compact(): Promise<void> {
    const { header: { revision = "0" } } = await this.#askAny("/v3/maintenance/status") as Status;
    await this.#askAny("/v3/kv/compaction", { revision, physical: true });
  }

  /** Writes until no more is taken, and the alarm stands. */
  async fill(): Promise<void> {
    const value = btoa("x".repeat(FILLER_BYTES));
    for (let index = 0;; index += 1) {
      const key = btoa(`${FILLER_PREFIX}${index}`);
      try {
        await this.#askAny("/v3/kv/put", { key, value });
      } catch (error) {
        if (error instanceof Error && /space exceeded/.test(error.message)) return;
        throw error;
      }
    }
  }

  /** Makes room again, as etcd's handbook says: removes, compacts, defragments, disarms. */
  async makeRoom(): Promise<void> {
    const end = `${FILLER_PREFIX.slice(0, -1)}0`; // "0" follows "/"
    await this.#askAny("/v3/kv/deleterange", { key: btoa(FILLER_PREFIX), "range_end": btoa(end) });
    await this.compact();
    for (const index of this.#urls.keys()) await this.#ask(index, "/v3/maintenance/defragment");
    const alarms = await this.#askAny("/v3/maintenance/alarm", { action: "GET" }) as Alarms;
    for (const { memberID = "0", alarm = "NONE" } of alarms.alarms ?? []) {
      await this.#askAny("/v3/maintenance/alarm", { action: "DEACTIVATE", memberID, alarm });
    }
  }

  /**
   * Writes a backup of everything to a file; `EtcdRunner.restore` takes it. Needs `etcdctl`.
   *
   * @throws {Error} when it cannot be made
   */
  async backUp(file: string): Promise<void> {
    const index = (await this.#statuses()).findIndex((status) => status?.leader !== undefined);
    await etcdctl([`--endpoints=${this.#urls[index]}`, "snapshot", "save", file]);
  }

  /** What each member says; undefined of one that does not answer. */
  async #statuses(): Promise<readonly (Status | undefined)[]> {
    return await Promise.all(
      this.#urls.map(async (_, index) => {
        try {
          return await this.#ask(index, "/v3/maintenance/status") as Status;
        } catch {
          return undefined; // It does not run, or hangs: somebody else knows.
        }
      }),
    );
  }

  async #askAny(path: string, body: Question = {}): Promise<unknown> {
    const failures: unknown[] = [];
    for (const index of this.#urls.keys()) {
      try {
        return await this.#ask(index, path, body);
      } catch (error) {
        failures.push(error);
      }
    }
    throw failures[0];
  }

  async #ask(index: number, path: string, body: Question = {}): Promise<unknown> {
    const signal = AbortSignal.timeout(REQUEST_MAX_MS);
    const request = { method: "POST", body: JSON.stringify(body), signal };
    const response = await fetch(`${this.#urls[index]}${path}`, request);
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot post to "${path}": ${response.status} ${text}`);
    return JSON.parse(text);
  }
}

type Question = Readonly<Record<string, unknown>>;

interface Alarms {
  readonly alarms?: readonly { readonly memberID?: string; readonly alarm?: string }[];
}

/**
 * Runs `etcdctl`.
 *
 * @throws {Error} with what it said, when it fails; with what to install, when it is not there
 */
export async function etcdctl(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("etcdctl", {
    args: [...args],
    env: { "ETCDCTL_API": "3" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output().catch((cause) => {
    const remedy = "install it with 'apt-get install etcd-client'";
    throw new Error(`Cannot run etcdctl: it is not on the PATH, ${remedy}`, { cause });
  });
  if (!success) {
    throw new Error(`Cannot run etcdctl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  }
}
