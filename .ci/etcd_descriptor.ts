/**
 * Reads, when executables are built, the protocol description that etcd3 would read when it is loaded.
 *
 * @module
 */

import { createRequire } from "node:module";

interface Protobuf {
  readonly Root: new () => {
    loadSync(path: string, options: { readonly keepCase: boolean }): { toJSON(): unknown };
  };
}

/**
 * The description of etcd's services as JSON text, as the loader's `fromJSON` takes it. The parser is the
 * one that etcd3 itself came with, so that no package is added for it.
 */
export function etcdDescriptor(): string {
  const etcd = createRequire(import.meta.url).resolve("etcd3");
  const loader = createRequire(etcd).resolve("@grpc/proto-loader");
  const protobuf: Protobuf = createRequire(loader)("protobufjs");
  const path = new URL("../proto/rpc.proto", `file://${etcd}`).pathname;
  return JSON.stringify(new protobuf.Root().loadSync(path, { keepCase: true }).toJSON());
}
