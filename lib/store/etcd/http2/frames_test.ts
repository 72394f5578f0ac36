import { Buffer } from "node:buffer";
import { expect } from "expect";
import fc from "fast-check";
import {
  checkFrame,
  contentOf,
  Flag,
  type Frame,
  frame,
  FRAME_BYTES_MAX,
  FRAME_HEAD_BYTES,
  FrameReader,
  FrameType,
  numberFrame,
  PREFACE,
  readSettings,
  settingsFrame,
} from "./frames.ts";

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** A frame that outlives the next bytes. */
function kept({ type, flags, stream, payload }: Frame) {
  return { type, flags, stream, payload: hex(payload) };
}

/** Gives the reader the bytes in pieces of these lengths, then the rest; the frames that came of it. */
function readAll(reader: FrameReader, bytes: Uint8Array, lengths: readonly number[] = []) {
  const frames: ReturnType<typeof kept>[] = [];
  const pending = [...lengths];
  for (let at = 0; at < bytes.length;) {
    const { room } = reader;
    const piece = bytes.subarray(at, at + Math.min(pending.shift() ?? Infinity, room.length));
    room.set(piece);
    reader.filled(piece.length);
    at += piece.length;
    for (let next = reader.next(); next !== undefined; next = reader.next()) {
      frames.push(kept(next));
    }
  }
  return frames;
}

Deno.test("PREFACE is what RFC 9113, 3.4 says", () => {
  expect(hex(PREFACE)).toBe("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a");
});

Deno.test("frame() puts length, kind, flags and stream before a payload", () => {
  const head = { type: FrameType.data, flags: Flag.endStream, stream: 0x12345678 };
  expect(hex(frame(head, Uint8Array.of(7, 8)))).toBe("000002" + "00" + "01" + "12345678" + "0708");
  const long = frame({ ...head, flags: 0 }, new Uint8Array(0x030201));
  expect(hex(long.subarray(0, 5))).toBe("030201" + "00" + "00");
});

Deno.test("settingsFrame() writes what readSettings() reads", () => {
  const written = settingsFrame([[3, 0xffffffff], [4, 65_535]]);
  expect(hex(written)).toBe("00000c" + "04" + "00" + "00000000" + "0003ffffffff" + "00040000ffff");
  expect(readSettings(written.subarray(FRAME_HEAD_BYTES))).toEqual([[3, 0xffffffff], [4, 65_535]]);
  expect(readSettings(Buffer.from("abcd01020304", "hex"))).toEqual([[0xabcd, 0x01020304]]);
});

Deno.test("numberFrame() writes room for more, and why a stream ends", () => {
  expect(hex(numberFrame({ type: FrameType.windowUpdate, stream: 1 }, 0x7fffffff)))
    .toBe("000004" + "08" + "00" + "00000001" + "7fffffff");
});

Deno.test("FrameReader reads frames wherever the bytes are split", () => {
  const bytes = Buffer.concat([
    frame({ type: FrameType.data, flags: 0, stream: 3 }, Buffer.from("payload")),
    frame({ type: FrameType.settings, flags: Flag.ack, stream: 0 }, new Uint8Array()),
    frame({ type: 0xfa, flags: 0xff, stream: 0x7fffffff }, Buffer.from("x")),
  ]);
  const frames = [
    { type: 0, flags: 0, stream: 3, payload: hex(Buffer.from("payload")) },
    { type: 4, flags: 1, stream: 0, payload: "" },
    { type: 0xfa, flags: 0xff, stream: 0x7fffffff, payload: "78" },
  ];
  for (let at = 0; at <= bytes.length; at += 1) {
    expect(readAll(new FrameReader(0), bytes, [at])).toEqual(frames);
  }
  expect(readAll(new FrameReader(0), bytes, Array(bytes.length).fill(1))).toEqual(frames);
});

Deno.test("FrameReader passes over the bit before a stream's number, which means nothing", () => {
  const bytes = frame({ type: FrameType.data, flags: 0, stream: 5 }, new Uint8Array());
  bytes[5] = 0x80;
  expect(readAll(new FrameReader(0), bytes)[0]?.stream).toBe(5);
});

Deno.test("FrameReader takes frames as long as agreed, and refuses longer ones by their head alone", () => {
  const head = { type: FrameType.data, flags: 0, stream: 1 };
  const longest = frame(head, new Uint8Array(FRAME_BYTES_MAX));
  expect(readAll(new FrameReader(0), Buffer.concat([longest, longest]))).toHaveLength(2);
  const longer = frame(head, new Uint8Array(FRAME_BYTES_MAX + 1)).subarray(0, FRAME_HEAD_BYTES);
  expect(() => readAll(new FrameReader(0), longer)).toThrow("Cannot read a frame of 16385 bytes");
});

Deno.test("FrameReader asks of an answer of HTTP/1 whether it is HTTP/2 at all", () => {
  const answer = Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n");
  expect(() => readAll(new FrameReader(0), answer)).toThrow("is it HTTP/2 at all?");
});

const anyFrame = fc.record({
  type: fc.nat(255),
  flags: fc.nat(255),
  stream: fc.nat(0x7fffffff),
  payload: fc.uint8Array({ maxLength: 3_000 }),
});

Deno.test("FrameReader loses and invents nothing, however the bytes come and however small its buffer is", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 100 });
  fc.assert(fc.property(fc.array(anyFrame, { maxLength: 20 }), lengths, (frames, pieces) => {
    const bytes = Buffer.concat(frames.map((one) => frame(one, one.payload)));
    expect(readAll(new FrameReader(0), bytes, pieces)).toEqual(frames.map(kept));
  }));
});

const { data, headers } = FrameType;
const CONTENTS:
  readonly (readonly [what: string, head: [number, number], bytes: string, hex: string])[] = [
    ["data as it is", [data, 0], "0203", "0203"],
    ["data without its padding", [data, Flag.padded], "02" + "aabb" + "0000", "aabb"],
    ["data that is padding alone", [data, Flag.padded], "02" + "0000", ""],
    ["data with padding of no bytes", [data, Flag.padded], "00" + "aabb", "aabb"],
    ["data with a flag that only headers have", [data, Flag.priority], "0203040506", "0203040506"],
    ["headers without their priority", [headers, Flag.priority], "8000000110" + "82", "82"],
    [
      "headers without padding and priority",
      [headers, Flag.padded + Flag.priority],
      "01" + "8000000110" + "82" + "00",
      "82",
    ],
  ];
for (const [what, [type, flags], bytes, content] of CONTENTS) {
  Deno.test(`contentOf() gives ${what}`, () => {
    expect(hex(contentOf({ type, flags, stream: 1, payload: Buffer.from(bytes, "hex") }))).toBe(
      content,
    );
  });
}

const CUT_SHORT: readonly (readonly [what: string, head: [number, number], bytes: string])[] = [
  ["padding without its length", [data, Flag.padded], ""],
  ["padding that is as long as the payload", [data, Flag.padded], "02" + "00"],
  ["priority that is cut short", [headers, Flag.priority], "80000001"],
  ["padding that reaches into the priority", [headers, 0x28], "01" + "8000000110"],
];
for (const [what, [type, flags], bytes] of CUT_SHORT) {
  Deno.test(`contentOf() refuses ${what}`, () => {
    const payload = Buffer.from(bytes, "hex");
    expect(() => contentOf({ type, flags, stream: 1, payload })).toThrow(
      "shorter than its padding",
    );
  });
}

interface Shape {
  readonly type: number;
  readonly stream: number;
  readonly length: number;
  readonly flags?: number;
}

function shaped({ type, stream, length, flags = 0 }: Shape): Frame {
  return { type, stream, flags, payload: new Uint8Array(length) };
}

const WELL_FORMED: readonly Shape[] = [
  { type: FrameType.data, stream: 1, length: 0 },
  { type: FrameType.reset, stream: 1, length: 4 },
  { type: FrameType.settings, stream: 0, length: 0 },
  { type: FrameType.settings, stream: 0, length: 0, flags: Flag.ack },
  { type: FrameType.settings, stream: 0, length: 12 },
  { type: FrameType.ping, stream: 0, length: 8 },
  { type: FrameType.goAway, stream: 0, length: 8 },
  { type: FrameType.goAway, stream: 0, length: 20 },
  { type: FrameType.windowUpdate, stream: 0, length: 4 },
  { type: FrameType.windowUpdate, stream: 1, length: 4 },
  { type: 0x0b, stream: 9, length: 3 },
];
Deno.test("checkFrame() lets pass what RFC 9113 allows, and kinds that it does not know", () => {
  for (const shape of WELL_FORMED) checkFrame(shaped(shape));
});

const MALFORMED: readonly Shape[] = [
  { type: FrameType.data, stream: 0, length: 1 },
  { type: FrameType.headers, stream: 0, length: 1 },
  { type: FrameType.continuation, stream: 0, length: 1 },
  { type: FrameType.reset, stream: 0, length: 4 },
  { type: FrameType.reset, stream: 1, length: 5 },
  { type: FrameType.settings, stream: 1, length: 0 },
  { type: FrameType.settings, stream: 0, length: 7 },
  { type: FrameType.settings, stream: 0, length: 6, flags: Flag.ack },
  { type: FrameType.ping, stream: 0, length: 16_384 },
  { type: FrameType.ping, stream: 1, length: 8 },
  { type: FrameType.goAway, stream: 0, length: 7 },
  { type: FrameType.goAway, stream: 1, length: 8 },
  { type: FrameType.windowUpdate, stream: 0, length: 3 },
];
for (const shape of MALFORMED) {
  const { type, stream, length, flags = 0 } = shape;
  Deno.test(`checkFrame() refuses kind ${type} on stream ${stream} of ${length} bytes, flags ${flags}`, () => {
    expect(() => checkFrame(shaped(shape))).toThrow(RangeError);
  });
}
