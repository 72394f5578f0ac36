import { expect } from "expect";
import { type DuplexStream, readStream } from "./grpc_stream.ts";
import { ReaderBehindError } from "./message_inbox.ts";

/** A stream that emits what the test says. */
class FakeStream implements DuplexStream<string> {
  cancelled = false;
  readonly #listeners = new Map<string, (value: never) => void>();

  on(event: string, listener: (value: never) => void): this {
    this.#listeners.set(event, listener);
    return this;
  }

  emit(event: "data" | "end" | "error", value?: unknown): void {
    this.#listeners.get(event)?.(value as never);
  }

  write(): boolean {
    return true;
  }

  end(): void {}

  cancel(): void {
    this.cancelled = true;
  }
}

const signal = new AbortController().signal;

Deno.test("readStream() hands on what has come, in order, to its end", async () => {
  const stream = new FakeStream();
  const received = readStream(stream, { signal });
  for (const message of ["a", "b"]) stream.emit("data", message);
  stream.emit("end");
  expect(await Array.fromAsync(received)).toEqual(["a", "b"]);
  expect(stream.cancelled).toBe(true);
});

Deno.test("readStream() lets as much wait as it is told, and gives up beyond [F12] [I17]", async () => {
  const stream = new FakeStream();
  const sizeOf = (message: string) => message.length;
  const received = readStream(stream, { signal, sizeOf, waitingMax: 4 })[Symbol.asyncIterator]();
  stream.emit("data", "aa");
  stream.emit("data", "bb");
  expect(await received.next()).toEqual({ done: false, value: "aa" });
  stream.emit("data", "cc");
  expect(await received.next()).toEqual({ done: false, value: "bb" });
  stream.emit("data", "ddd");
  await expect(received.next()).rejects.toBeInstanceOf(ReaderBehindError);
  expect(stream.cancelled).toBe(true);
});

Deno.test("readStream() ends with the first error, and with its signal", async () => {
  const stream = new FakeStream();
  const received = readStream(stream, { signal })[Symbol.asyncIterator]();
  stream.emit("error", new Error("first"));
  stream.emit("error", new Error("second"));
  await expect(received.next()).rejects.toThrow("first");

  const other = new FakeStream();
  const ended = new AbortController();
  const waiting = readStream(other, { signal: ended.signal })[Symbol.asyncIterator]().next();
  ended.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(other.cancelled).toBe(true);
});
