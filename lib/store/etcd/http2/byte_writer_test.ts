import { Buffer } from "node:buffer";
import { expect } from "expect";
import fc from "fast-check";
import { ByteWriter } from "./byte_writer.ts";

/** What is written to, in as small parts as the test says, and when it says. */
class FakeSink {
  readonly calls: string[] = [];
  /** Bytes taken by each call in turn; then all. */
  takes: number[] = [];
  failure: Error | undefined;
  #gate = Promise.resolve();

  /** The next calls wait until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gate = promise;
    return resolve;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#gate;
    if (this.failure) throw this.failure;
    const taken = Math.min(bytes.length, this.takes.shift() ?? Infinity);
    this.calls.push(Buffer.from(bytes.subarray(0, taken)).toString());
    return taken;
  }
}

function ignore(): void {}

/** Lets go on what waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

Deno.test("ByteWriter writes what is said in one turn in one call", async () => {
  const sink = new FakeSink();
  const writer = new ByteWriter(sink, ignore);
  for (const text of ["a", "b", "c"]) writer.write(Buffer.from(text));
  await turns();
  writer.write(Buffer.from("d"));
  await turns();
  expect(sink.calls).toEqual(["abc", "d"]);
});

Deno.test("ByteWriter puts together what is said while it writes", async () => {
  const sink = new FakeSink();
  const release = sink.hold();
  const writer = new ByteWriter(sink, ignore);
  writer.write(Buffer.from("a"));
  await turns();
  for (const text of ["b", "c"]) writer.write(Buffer.from(text));
  release();
  await turns();
  expect(sink.calls).toEqual(["a", "bc"]);
});

Deno.test("ByteWriter does not copy what is large", async () => {
  const written: Uint8Array[] = [];
  const write = (bytes: Uint8Array) => Promise.resolve(written.push(bytes) && bytes.length);
  const writer = new ByteWriter({ write }, ignore);
  const large = [new Uint8Array(200_000), new Uint8Array(200_000)];
  for (const bytes of large) writer.write(bytes);
  await turns();
  expect(written.map((bytes, index) => bytes === large[index])).toEqual([true, true]);
});

Deno.test("ByteWriter goes on after a write that took only a part", async () => {
  const parts = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 });
  const texts = fc.array(fc.string({ unit: "binary-ascii", maxLength: 20 }), { maxLength: 10 });
  await fc.assert(fc.asyncProperty(texts, parts, async (pieces, takes) => {
    const sink = new FakeSink();
    sink.takes = [...takes];
    const writer = new ByteWriter(sink, ignore);
    for (const piece of pieces) writer.write(Buffer.from(piece));
    for (let turn = 0; turn < 30; turn += 1) await turns();
    expect(sink.calls.join("")).toBe(pieces.join(""));
  }));
});

Deno.test("ByteWriter says once that nothing can be written, and writes nothing after", async () => {
  const sink = new FakeSink();
  const failures: unknown[] = [];
  const writer = new ByteWriter(sink, (error) => failures.push(error));
  sink.failure = new Error("broken pipe");
  writer.write(Buffer.from("a"));
  await turns();
  const { failure } = sink;
  sink.failure = undefined;
  writer.write(Buffer.from("b"));
  await turns();
  expect([failures, sink.calls]).toEqual([[failure], []]);
});
