/**
 * The texts of configured TLS files, as `node:https` takes them.
 *
 * @module
 */

import type { TlsFiles } from "../config/config.ts";

/** Reads what is configured; rejects when a file cannot be read. */
export async function readTlsFiles({ caFile, certFile, keyFile }: TlsFiles = {}) {
  return {
    ...(caFile !== undefined && { ca: await Deno.readTextFile(caFile) }),
    ...(certFile !== undefined && { cert: await Deno.readTextFile(certFile) }),
    ...(keyFile !== undefined && { key: await Deno.readTextFile(keyFile) }),
  };
}
