/**
 * A service manager's end of the notification socket, as systemd holds it: a local datagram socket that
 * remembers what it was told.
 *
 * @module
 */

import { RealTimeProvider } from "../lib/helpers/real_time_provider.ts";

/** How long it waits to be told something. */
const PATIENCE_MS = 60_000;

const time = new RealTimeProvider();

/** Hears what a process tells its service manager. */
export class NotifySocketFixture implements AsyncDisposable {
  /** What `NOTIFY_SOCKET` has to say. */
  readonly address: string;
  readonly #socket: Deno.DatagramConn;
  readonly #folder: string;
  readonly #heard: string[] = [];

  private constructor(options: { socket: Deno.DatagramConn; folder: string; address: string }) {
    this.address = options.address;
    this.#socket = options.socket;
    this.#folder = options.folder;
  }

  /** Opens one at a path, or, `abstract`, under a name of Linux's own. */
  static async open(
    kind: "path" | "abstract" = "path",
  ): Promise<NotifySocketFixture> {
    const folder = await Deno.makeTempDir();
    const path = kind === "path" ? `${folder}/notify` : `\0${folder}`;
    const socket = Deno.listenDatagram({ transport: "unixpacket", path });
    return new NotifySocketFixture({ socket, folder, address: path.replace("\0", "@") });
  }

  /**
   * The next thing it is told.
   *
   * @throws {Error} when it is told nothing for a minute
   */
  async next(): Promise<string> {
    const heard = new AbortController();
    const received = this.#socket.receive().finally(() => heard.abort());
    const patience = time.sleep(PATIENCE_MS, { signal: heard.signal });
    const message = await Promise.race([
      received,
      patience.then(() => heard.signal.aborted ? received : undefined),
    ]);
    if (message === undefined) {
      received.catch(() => {}); // it ends when the socket is closed, and nobody waits for it any more
      throw new Error(
        `Cannot hear anything for ${PATIENCE_MS / 1000} s after: ${this.#heard.join(", ")}`,
      );
    }
    const text = new TextDecoder().decode(message[0]);
    this.#heard.push(text);
    return text;
  }

  /** Everything it is told until `last` comes, that included. */
  async until(last: string): Promise<string[]> {
    const from = this.#heard.length;
    while (await this.next() !== last);
    return this.#heard.slice(from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
