import { expect } from "expect";
import { defaultEtcdTransport } from "./default_transport.ts";

Deno.test("defaultEtcdTransport() is gRPC where the runtime is sound enough for it", () => {
  expect(["2.7.11", "2.8.0", "2.9.6", "3.0.0", "1.46.3"].map(defaultEtcdTransport)).toEqual([
    "http",
    "grpc",
    "grpc",
    "grpc",
    "http",
  ]);
});
