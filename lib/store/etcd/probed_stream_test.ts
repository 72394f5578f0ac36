import { expect } from "expect";
import { aborted } from "../../helpers/aborted.ts";
import { probedStream } from "./probed_stream.ts";

/** One value, then silence until it is ended. */
async function* silent(signal: AbortSignal): AsyncGenerator<string> {
  yield "first";
  await aborted(signal);
}

Deno.test("probedStream() ends a silent stream with the error of a probe that fails", async () => {
  const { signal } = new AbortController();
  const probe = () => Promise.reject(new Error("gone"));
  const stream = probedStream(silent, { intervalMs: 1, probe, signal });
  expect((await stream.next()).value).toBe("first");
  await expect(stream.next()).rejects.toThrow("gone");
});

Deno.test("probedStream() believes a silence as long as probes are answered", async () => {
  const cancel = new AbortController();
  let probes = 0;
  const probe = () => {
    probes += 1;
    if (probes === 3) cancel.abort();
    return Promise.resolve();
  };
  const stream = probedStream(silent, { intervalMs: 1, probe, signal: cancel.signal });
  expect(await Array.fromAsync(stream)).toEqual(["first"]);
  expect(probes).toBe(3);
});
