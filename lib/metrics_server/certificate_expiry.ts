/**
 * When the certificates of the configured PEM files end, so that somebody can be told in time (S14). The
 * files are read again now and then, for whoever renews a certificate replaces its file.
 *
 * @module
 */

import { X509Certificate } from "node:crypto";
import type { Config, TlsFiles } from "../config/config.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";

/** How long what was read is believed, in milliseconds. */
const READ_EVERY_MS = 60_000;

/** What cannot be read or understood is said to have ended: somebody should look. */
const UNREADABLE = 0;

/** A configured file with a certificate. */
export interface CertificateFile {
  /** What it is for, as the label says it: `etcd_client`. */
  readonly certificate: string;
  readonly path: string;
}

/** The files that a configuration names. */
export function certificateFiles(
  { listener, api, metricsServer, store, messageBus, fetcher }: Pick<
    Config,
    "listener" | "api" | "metricsServer" | "store" | "messageBus" | "fetcher"
  >,
): CertificateFile[] {
  return [
    ...filesOf(listener.tls, { own: "heartbeat_server", authority: "heartbeat_authority" }),
    ...filesOf(api.tls, { own: "api_server", authority: "api_authority" }),
    ...filesOf(metricsServer.tls, { own: "metrics_server", authority: "metrics_authority" }),
    ...filesOf(store.etcdTls, { own: "etcd_client", authority: "etcd_authority" }),
    ...filesOf(messageBus.tls, { own: "nats_client", authority: "nats_authority" }),
    ...filesOf(fetcher.tls, { own: "cc_client", authority: "cc_authority" }),
  ];
}

function filesOf(
  tls: TlsFiles | undefined,
  names: { readonly own: string; readonly authority: string },
): CertificateFile[] {
  return [
    ...(tls?.certFile === undefined ? [] : [{ certificate: names.own, path: tls.certFile }]),
    ...(tls?.caFile === undefined ? [] : [{ certificate: names.authority, path: tls.caFile }]),
  ];
}

/** What a {@linkcode CertificateExpiry} is handed. */
export interface CertificateExpiryDeps {
  readonly files: readonly CertificateFile[];
  readonly time: TimeProvider;
  readonly readTextFile: (path: string) => Promise<string>;
}

/** Knows when certificates end. */
export class CertificateExpiry {
  readonly #deps: CertificateExpiryDeps;
  #known: ReadonlyMap<string, number> = new Map();
  #readAtMs = -Infinity;

  constructor(deps: CertificateExpiryDeps) {
    this.#deps = deps;
  }

  /** Unix seconds by what each certificate is for; 0 for one that cannot be read. */
  async read(): Promise<ReadonlyMap<string, number>> {
    const nowMs = this.#deps.time.monotonicMs();
    if (nowMs - this.#readAtMs < READ_EVERY_MS) return this.#known;
    this.#readAtMs = nowMs;
    const read = this.#deps.files.map(async ({ certificate, path }) =>
      [certificate, await this.#endOf(path)] as const
    );
    this.#known = new Map(await Promise.all(read));
    return this.#known;
  }

  async #endOf(path: string): Promise<number> {
    try {
      const { validTo } = new X509Certificate(await this.#deps.readTextFile(path));
      return Math.floor(Date.parse(validTo) / 1000);
    } catch {
      return UNREADABLE; // Whoever needs the file says why; here it is only a figure.
    }
  }
}
