/**
 * The keys that say which store is used and how it is reached (CFG-17).
 *
 * @module
 */

import { z } from "zod";
import { filePath, flag, httpUrl, oneOf, secretKeys, text, wholeNumber } from "./field_types.ts";

/** Keys of the three PEM files of a TLS connection; `whose` ends their descriptions. */
export function tlsFileKeys(whose: string) {
  return z.strictObject({
    "key_file": filePath().default("").describe(`PEM file of the private key ${whose}`),
    "cert_file": filePath().default("").describe(`PEM file of the certificate ${whose}`),
    "ca_file": filePath().default("").describe(`PEM file of the authority trusted ${whose}`),
  }).prefault({}).meta({ needs: "a mapping of key_file, cert_file and ca_file" });
}

/** Keys of the store, with their defaults. */
export const storeKeys = {
  "store_type": oneOf(["etcd", "sqlite", "memory"]).optional().describe(
    "Which store: etcd when store_urls is given, otherwise sqlite, unless this says otherwise; " +
      "memory is for `all` and `demo` only",
  ),
  "store_schema_version": wholeNumber(0).default(1).describe(
    "Version in the root of the store, /hm/v<version>",
  ),
  "store_path": z.string().regex(/^(?!:memory:$)[^\0]+$/).default("hm9000.sqlite").describe(
    "sqlite only: the database file. A relative path starts at the folder of the configuration " +
      "file, so that all components that share the file share the store, wherever they are started",
  ).meta({ needs: "the path of a file (for a store in memory set store_type: memory)" }),
  "store_urls": z.array(httpUrl()).default([]).describe(
    "etcd only: the URLs of its members",
  ).meta({ needs: "a list of URLs" }),
  "store_max_concurrent_requests": wholeNumber().default(30).describe(
    "Most requests to the store at one time",
  ),
  "decision_log_max_decisions": wholeNumber(0).default(5_000).describe(
    "How many decisions of each component are kept in the store, for those who ask afterwards; " +
      "0: none are recorded",
  ),
  "decision_log_max_age_in_seconds": wholeNumber().default(86_400).describe(
    "How long decisions are kept in the store, in seconds",
  ),
  "etcd_transport": oneOf(["grpc", "etcd3", "http"]).default("grpc").describe(
    "etcd only: how it is spoken to. grpc: by hm9000's own client; etcd3: by npm's; " +
      "http: over etcd's JSON gateway",
  ),
  "etcd_max_txn_ops": wholeNumber().default(128).describe(
    "etcd only: the --max-txn-ops that its members were started with",
  ),
  "etcd_user": text().default("").describe("etcd only: user, when authentication is enabled"),
  ...secretKeys("etcd_password", "etcd only: password of etcd_user"),
  "etcd_require_ssl": flag().default(false).describe(
    "etcd only: refuse store_urls that are not https",
  ),
  "etcd": tlsFileKeys("towards etcd").describe("etcd only: TLS files"),
};
