/**
 * Who fails to log in too often has to wait (S12): so many failures of one peer in a minute, then nothing
 * from it is looked at until that minute is over, right or wrong. Peers are told apart by address, of IPv6
 * by its network, since one machine has as many addresses there as it likes. The table is bounded: when it
 * is full, the peer that failed longest ago is forgotten (I17).
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";

/** Failures are counted for so long. */
const WINDOW_MS = 60_000;
/** Peers that are remembered. */
const PEERS_MAX = 10_000;

/** What {@linkcode FailedLogins} goes by. */
export interface FailedLoginsOptions {
  readonly time: TimeProvider;
  /** Failures of one peer in a minute; 0 for no limit. */
  readonly failuresMax: number;
}

/** Counts failures by peer. */
export class FailedLogins {
  readonly #options: FailedLoginsOptions;
  /** In the order in which their windows began, so that the first is the first to be forgotten. */
  readonly #peers = new Map<string, { failures: number; readonly sinceMs: number }>();

  constructor(options: FailedLoginsOptions) {
    this.#options = options;
  }

  /** How many peers are remembered. */
  get peers(): number {
    return this.#peers.size;
  }

  /** Seconds for which nothing from this peer is looked at; 0 when it may try. */
  waitSeconds(peer: string): number {
    const { failuresMax } = this.#options;
    const known = this.#known(networkOf(peer));
    if (known === undefined || failuresMax === 0 || known.failures < failuresMax) return 0;
    return (known.sinceMs + WINDOW_MS - this.#nowMs()) / 1000;
  }

  /** A login of this peer failed. */
  note(peer: string): void {
    const network = networkOf(peer);
    const known = this.#known(network);
    if (known !== undefined) {
      known.failures += 1;
      return;
    }
    this.#peers.set(network, { failures: 1, sinceMs: this.#nowMs() });
    if (this.#peers.size <= PEERS_MAX) return;
    const [oldest] = this.#peers.keys();
    if (oldest !== undefined) this.#peers.delete(oldest);
  }

  #known(network: string) {
    const known = this.#peers.get(network);
    if (known === undefined || this.#nowMs() - known.sinceMs < WINDOW_MS) return known;
    this.#peers.delete(network);
    return undefined;
  }

  #nowMs(): number {
    return this.#options.time.monotonicMs();
  }
}

/** The first four groups of an IPv6 address; an IPv4 address as it is, also when it is written as IPv6. */
function networkOf(peer: string): string {
  if (!peer.includes(":")) return peer;
  if (peer.includes(".")) return peer.slice(peer.lastIndexOf(":") + 1);
  const [head = "", tail] = peer.split("::");
  const before = head.split(":").filter((group) => group !== "");
  const after = (tail ?? "").split(":").filter((group) => group !== "");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups.slice(0, 4).join(":");
}
