/**
 * The texts of configured TLS files, as `node:tls` and `node:https` take them. Whoever reads them anew for
 * each connection needs no restart when they change (S14).
 *
 * @module
 */

/** Where they are; undefined: not configured. */
export interface TlsFilePaths {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Reads what is configured; rejects when a file cannot be read. */
export async function readTlsFiles({ caFile, certFile, keyFile }: TlsFilePaths = {}) {
  return {
    ...(caFile !== undefined && { ca: await Deno.readTextFile(caFile) }),
    ...(certFile !== undefined && { cert: await Deno.readTextFile(certFile) }),
    ...(keyFile !== undefined && { key: await Deno.readTextFile(keyFile) }),
  };
}
