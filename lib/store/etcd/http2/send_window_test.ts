import { Buffer } from "node:buffer";
import { expect } from "expect";
import fc from "fast-check";
import { Flag, FRAME_BYTES_MAX, FRAME_HEAD_BYTES, FrameType } from "./frames.ts";
import { SendWindow, WINDOW_BYTES } from "./send_window.ts";

interface Sent {
  readonly stream: number;
  readonly data: Buffer;
  readonly last: boolean;
}

/** A window, and the frames that it has let pass. */
function windowed(onSent: (sent: Sent) => void = () => {}) {
  const sent: Sent[] = [];
  const window = new SendWindow((bytes) => {
    for (const one of dataFrames(Buffer.from(bytes))) {
      sent.push(one);
      onSent(one);
    }
  });
  const lengths = () => sent.map(({ stream, data, last }) => [stream, data.length, last]);
  return { window, lengths, sent };
}

/** Frames of data of any length. */
function* dataFrames(bytes: Buffer): Generator<Sent> {
  for (let at = 0; at < bytes.length;) {
    const data = at + FRAME_HEAD_BYTES;
    const end = data + bytes.readUIntBE(at, 3);
    expect(bytes[at + 3]).toBe(FrameType.data);
    const last = bytes[at + 4] === Flag.endStream;
    yield { stream: bytes.readUInt32BE(at + 5), data: bytes.subarray(data, end), last };
    at = end;
  }
}

Deno.test("SendWindow sends at once what may be sent, in frames as long as agreed", () => {
  const { window, lengths } = windowed();
  window.open(1);
  window.write(1, new Uint8Array(FRAME_BYTES_MAX * 2 + 1), false);
  window.write(1, new Uint8Array(), true);
  expect(lengths()).toEqual([
    [1, FRAME_BYTES_MAX, false],
    [1, FRAME_BYTES_MAX, false],
    [1, 1, false],
    [1, 0, true],
  ]);
});

Deno.test("SendWindow sends the rest when a stream is granted more", () => {
  const { window, lengths } = windowed();
  window.setInitial(3);
  window.open(1);
  window.write(1, new Uint8Array(8), true);
  window.grant(1, 4);
  window.grant(1, 4);
  expect(lengths()).toEqual([[1, 3, false], [1, 4, false], [1, 1, true]]);
});

Deno.test("SendWindow sends no more on all streams than the connection is granted", () => {
  const { window, lengths } = windowed();
  window.setFrameBytesMax(1024 * 1024);
  for (const stream of [1, 3]) {
    window.open(stream);
    window.write(stream, new Uint8Array(40_000), true);
  }
  expect(lengths()).toEqual([[1, 40_000, true], [3, WINDOW_BYTES - 40_000, false]]);
  window.grant(3, 100_000);
  expect(lengths()).toHaveLength(2);
  window.grant(0, 100_000);
  expect(lengths()[2]).toEqual([3, 80_000 - WINDOW_BYTES, true]);
});

Deno.test("SendWindow ends a stream without data although nothing may be sent", () => {
  const { window, lengths } = windowed();
  window.setInitial(0);
  window.open(1);
  window.write(1, new Uint8Array(), true);
  expect(lengths()).toEqual([[1, 0, true]]);
});

Deno.test("SendWindow bears a window that goes below nothing, and waits until it is above", () => {
  const { window, lengths } = windowed();
  window.open(1);
  window.write(1, new Uint8Array(1_000), false);
  window.setInitial(100);
  window.write(1, new Uint8Array(5), false);
  window.grant(1, 900);
  expect(lengths()).toEqual([[1, 1_000, false]]);
  window.grant(1, 3);
  expect(lengths()[1]).toEqual([1, 3, false]);
  window.setInitial(102);
  expect(lengths()[2]).toEqual([1, 2, false]);
});

Deno.test("SendWindow sends nothing more of a stream that has ended, nor of one that was never there", () => {
  const { window, lengths } = windowed();
  window.setInitial(1);
  window.open(1);
  window.write(1, new Uint8Array(2), true);
  window.close(1);
  window.grant(1, 100);
  window.write(1, new Uint8Array(1), true);
  window.write(3, new Uint8Array(1), true);
  expect(lengths()).toEqual([[1, 1, false]]);
});

const REFUSED: readonly (readonly [what: string, ask: (window: SendWindow) => void])[] = [
  ["a stream's window beyond 2^31 - 1", (window) => window.grant(1, 0x7fffffff)],
  ["a connection's window beyond 2^31 - 1", (window) => window.grant(0, 0x7fffffff)],
  ["a first window beyond 2^31 - 1", (window) => window.setInitial(0x80000000)],
  ["a first window that takes one beyond", (window) => {
    window.grant(1, 0x7fffffff - WINDOW_BYTES);
    window.setInitial(WINDOW_BYTES + 1);
  }],
  ["a grant of nothing", (window) => window.grant(1, 0)],
  ["frames shorter than any may be", (window) => window.setFrameBytesMax(16_383)],
  ["frames longer than can be said", (window) => window.setFrameBytesMax(0x1000000)],
];
for (const [what, ask] of REFUSED) {
  Deno.test(`SendWindow refuses ${what}`, () => {
    const { window } = windowed();
    window.open(1);
    expect(() => ask(window)).toThrow(RangeError);
  });
}

const STREAMS = [1, 3, 5];
const stream = fc.constantFrom(...STREAMS);
const step = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), stream, length: fc.nat(60_000) }),
  fc.record({
    kind: fc.constant("grant" as const),
    stream: fc.constantFrom(0, ...STREAMS),
    length: fc.integer({ min: 1, max: 60_000 }),
  }),
  fc.record({ kind: fc.constant("initial" as const), length: fc.nat(100_000) }),
  fc.record({
    kind: fc.constant("frames" as const),
    length: fc.integer({ min: FRAME_BYTES_MAX, max: 50_000 }),
  }),
);

/** What each side may know: what was to be sent, what was sent and what had been granted. */
class Model {
  readonly granted = new Map([[0, WINDOW_BYTES], ...STREAMS.map((id) => [id, 0] as const)]);
  readonly written = new Map(STREAMS.map((id) => [id, [] as Buffer[]]));
  readonly arrived = new Map(STREAMS.map((id) => [id, [] as Buffer[]]));
  readonly ended = new Set<number>();
  initial = WINDOW_BYTES;
  frameBytesMax = FRAME_BYTES_MAX;
  #next = 0;

  grant(id: number, bytes: number): void {
    this.granted.set(id, (this.granted.get(id) ?? 0) + bytes);
  }

  /** Bytes that can be told from any others. */
  write(id: number, length: number): Buffer {
    const data = Buffer.alloc(length);
    for (let at = 0; at < length; at += 1) data[at] = (this.#next + at) % 251;
    this.#next += length;
    this.written.get(id)?.push(data);
    return data;
  }

  arrive({ stream: id, data, last }: Sent): void {
    expect(this.ended.has(id)).toBe(false);
    expect(data.length).toBeLessThanOrEqual(this.frameBytesMax);
    this.arrived.get(id)?.push(Buffer.from(data));
    if (last) this.ended.add(id);
    if (data.length === 0) return;
    expect(this.sentOn(id)).toBeLessThanOrEqual(this.initial + (this.granted.get(id) ?? 0));
    const all = STREAMS.reduce((sum, one) => sum + this.sentOn(one), 0);
    expect(all).toBeLessThanOrEqual(this.granted.get(0) ?? 0);
  }

  sentOn(id: number): number {
    return Buffer.concat(this.arrived.get(id) ?? []).length;
  }
}

Deno.test("SendWindow sends all, in order, and never more than was granted, whatever is granted when", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const model = new Model();
      const { window } = windowed((sent) => model.arrive(sent));
      for (const id of STREAMS) window.open(id);
      for (const one of steps) {
        if (one.kind === "write") {
          window.write(one.stream, model.write(one.stream, one.length), false);
        } else if (one.kind === "grant") {
          model.grant(one.stream, one.length);
          window.grant(one.stream, one.length);
        } else if (one.kind === "initial") {
          model.initial = one.length;
          window.setInitial(one.length);
        } else {
          model.frameBytesMax = one.length;
          window.setFrameBytesMax(one.length);
        }
      }
      for (const id of STREAMS) window.write(id, model.write(id, 1), true);
      for (const id of [0, ...STREAMS]) {
        model.grant(id, 3_000_000);
        window.grant(id, 3_000_000);
      }
      for (const id of STREAMS) {
        const [written, arrived] = [model.written, model.arrived].map((all) =>
          Buffer.concat(all.get(id) ?? [])
        );
        expect(arrived?.equals(written ?? Buffer.alloc(0))).toBe(true);
      }
      expect(model.ended.size).toBe(STREAMS.length);
    }),
    { numRuns: 60 },
  );
});
