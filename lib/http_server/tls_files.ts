/**
 * The certificates of a server: read when it starts, and again when the files have changed, so that new
 * certificates need no restart (S14). Files that do not fit together are left alone until they do: whoever
 * replaces them writes one after the other.
 *
 * @module
 */

import { createPrivateKey, X509Certificate } from "node:crypto";
import type { TlsFiles } from "../config/config.ts";
import type { Logger } from "../helpers/logger.ts";
import type { TimeProvider } from "../helpers/time_provider.ts";

/** From one look at the files to the next, in milliseconds. */
const LOOK_MS = 30_000;

/** What TLS is spoken with. */
export interface TlsContext {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
  readonly minVersion: "TLSv1.2";
}

/**
 * Reads the files.
 *
 * @throws {TypeError} when the key or the certificate is not configured
 * @throws {Error} when a file cannot be read
 */
export async function readTlsContext(tls: TlsFiles): Promise<TlsContext> {
  if (tls.keyFile === undefined || tls.certFile === undefined) {
    throw new TypeError("Cannot serve over TLS: needed are a key file and a certificate file");
  }
  const [key, cert] = await Promise.all([
    Deno.readTextFile(tls.keyFile),
    Deno.readTextFile(tls.certFile),
  ]);
  const common = { key, cert, minVersion: "TLSv1.2" } as const;
  if (tls.caFile === undefined) return common;
  return { ...common, ca: await Deno.readTextFile(tls.caFile) };
}

/** What watching the files takes. */
export interface TlsWatch {
  readonly tls: TlsFiles;
  /** What is in use already. */
  readonly context: TlsContext;
  /** Takes what is to be used from now on. */
  readonly use: (context: TlsContext) => void;
  readonly time: TimeProvider;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Looks at the files until `signal` aborts. */
export async function watchTlsFiles(watch: TlsWatch): Promise<void> {
  const { tls, use, time, log, signal } = watch;
  let used = JSON.stringify(watch.context);
  while (true) {
    await time.sleep(LOOK_MS, { signal });
    if (signal.aborted) return;
    try {
      const context = await readTlsContext(tls);
      if (JSON.stringify(context) === used) continue;
      requireFitting(context);
      use(context);
      used = JSON.stringify(context);
      log.info("Serving with new certificates", { certFile: tls.certFile });
    } catch (error) {
      log.warn("Cannot use the certificates as they are now; the old ones stay", { error });
    }
  }
}

function requireFitting({ key, cert }: TlsContext): void {
  if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return;
  throw new Error("Cannot serve with these files: the key is not that of the certificate");
}
