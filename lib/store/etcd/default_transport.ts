/**
 * Which etcd transport to use when none is configured: gRPC, except on runtimes whose HTTP/2 client is not
 * sound enough for it (Deno before 2.8, as executables may carry), where connections hang now and then.
 *
 * @module
 */

/** `grpc`, or `http` on a Deno older than 2.8. */
export function defaultEtcdTransport(denoVersion: string): "grpc" | "http" {
  const [major = 0, minor = 0] = denoVersion.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 8) ? "grpc" : "http";
}
