/**
 * The certificates of a server, as TLS is spoken with them: TLS 1.2 at least (S14).
 *
 * @module
 */

import type { TlsFiles } from "../config/config.ts";

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
