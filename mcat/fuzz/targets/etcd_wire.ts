/**
 * What an etcd server may send, or whoever sits where one should be: HTTP/2, headers, gRPC's messages,
 * protobuf.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  checkFrame,
  contentOf,
  Flag,
  frame,
  FrameReader,
  FrameType,
  readSettings,
  settingsFrame,
} from "../../../lib/store/etcd/http2/frames.ts";
import {
  encodeHeaders,
  HeaderDecoder,
  HEADERS_BYTES_MAX,
} from "../../../lib/store/etcd/http2/headers.ts";
import { decodeHuffman } from "../../../lib/store/etcd/http2/huffman.ts";
import {
  framedMessage,
  MessageReader,
  MessageTooLargeError,
} from "../../../lib/store/etcd/http2/message_reader.ts";
import { decodeRareResponse } from "../../../lib/store/etcd/rare_messages.ts";
import { decodeRangeResponse, decodeTxnResponse } from "../../../lib/store/etcd/raw_messages.ts";
import { decodeWatchResponse } from "../../../lib/store/etcd/raw_watch.ts";
import { BINARY_WORDS } from "../dictionary.ts";
import { readOrRefused } from "../expectations.ts";
import { bytesOf, type FuzzTarget, FuzzViolation, type Verdict } from "../target.ts";

const MESSAGE_BYTES_MAX = 4_096;
const HEADERS = [[":status", "200"], ["content-type", "application/grpc"], ["grpc-status", "0"]];

/** However frames are cut, each is whole, and what is in it is no more than it has. */
function checkFrames(input: Uint8Array): Verdict {
  const reader = new FrameReader(0);
  let frames = 0;
  for (let at = 0; at < input.length;) {
    const { room } = reader;
    if (room.length === 0) {
      throw new FuzzViolation("There is no room for more: it would wait for ever");
    }
    const part = input.subarray(at, at + Math.min(room.length, 1_000));
    room.set(part);
    reader.filled(part.length);
    at += part.length;
    const took = readOrRefused(() => takeFrames(reader), [RangeError]);
    if (took === undefined) return "refused";
    frames += took.value;
  }
  return frames > 0 ? "accepted" : "refused";
}

function takeFrames(reader: FrameReader): number {
  let frames = 0;
  for (let next = reader.next(); next !== undefined; next = reader.next()) {
    checkFrame(next);
    const content = contentOf(next);
    if (content.length > next.payload.length) {
      throw new FuzzViolation("A frame has more than it has");
    }
    if (next.type === FrameType.settings) readSettings(next.payload);
    frames += 1;
  }
  return frames;
}

/** Headers never come to more than was agreed, and what one block leaves behind does not break the next. */
function checkHeaders(input: Uint8Array): Verdict {
  const decoder = new HeaderDecoder();
  const read = () => [...decoder.decode(input), ...decoder.decode(input)];
  const headers = readOrRefused(read, [RangeError]);
  if (headers === undefined) return "refused";
  const bytes = headers.value.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > 2 * HEADERS_BYTES_MAX) throw new FuzzViolation(`Headers of ${bytes} bytes were read`);
  return "accepted";
}

/** No message is larger than it may be, and none is handed out twice. */
function checkMessages(input: Uint8Array): Verdict {
  const reader = new MessageReader(MESSAGE_BYTES_MAX);
  let bytes = 0;
  const take = (message: Buffer) => {
    bytes += message.length;
    if (message.length > MESSAGE_BYTES_MAX) throw new FuzzViolation("A message is too large");
  };
  const read = () => {
    for (let at = 0; at < input.length; at += 100) reader.read(input.subarray(at, at + 100), take);
  };
  const whole = readOrRefused(read, [RangeError, MessageTooLargeError]);
  if (bytes > input.length) throw new FuzzViolation("More came out than went in");
  return whole === undefined ? "refused" : "accepted";
}

/** A decoder of protobuf: it refuses what ends too early, and ends itself. */
function protobuf(
  name: string,
  { seed, decode }: {
    readonly seed: readonly number[];
    readonly decode: (bytes: Buffer) => unknown;
  },
): FuzzTarget {
  const check = (input: Uint8Array): Verdict =>
    readOrRefused(() => decode(Buffer.from(input)), [RangeError]) ? "accepted" : "refused";
  return { name, seeds: [Uint8Array.from(seed)], dictionary: BINARY_WORDS, check };
}

/** A field that holds bytes, shorter than 128 of them. */
function field(number: number, bytes: readonly number[]): number[] {
  return [number * 8 + 2, bytes.length, ...bytes];
}

const HEADER = field(1, [0x08, 0x81, 0x01, 0x10, 0x02, 0x18, 0x2a]);
const ENTRY = [
  ...field(1, [0x6b]),
  0x10,
  0x05,
  0x18,
  0x06,
  0x20,
  0x01,
  ...field(5, [0x76]),
  0x30,
  0x07,
];
const RANGE = [...HEADER, ...field(2, ENTRY), 0x18, 0x01];

const SETTINGS = settingsFrame([[4, 65_535]]);
const DATA = frame({ type: FrameType.data, flags: Flag.endStream, stream: 1 }, bytesOf("data"));

/** Targets of etcd's protocol. */
export const ETCD_TARGETS: readonly FuzzTarget[] = [
  {
    name: "http2-frames",
    seeds: [SETTINGS, DATA, Uint8Array.from([...SETTINGS, ...DATA])],
    dictionary: BINARY_WORDS,
    check: checkFrames,
  },
  {
    name: "http2-headers",
    seeds: [encodeHeaders(HEADERS.map(([name = "", value = ""]) => [name, value]))],
    dictionary: [...BINARY_WORDS, "\u0020", "\u003f\u00e1\u001f", "\u00be", "\u0040"],
    check: checkHeaders,
  },
  {
    name: "huffman",
    seeds: [
      Uint8Array.from([0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff]),
    ],
    dictionary: BINARY_WORDS,
    check: (input) =>
      readOrRefused(() => decodeHuffman(input), [RangeError]) ? "accepted" : "refused",
  },
  {
    name: "grpc-messages",
    seeds: [framedMessage(bytesOf("one")), framedMessage(new Uint8Array(300))],
    dictionary: BINARY_WORDS,
    check: checkMessages,
  },
  protobuf("etcd-range", { seed: RANGE, decode: decodeRangeResponse }),
  protobuf("etcd-txn", {
    seed: [...HEADER, 0x10, 0x01, ...field(3, field(1, RANGE))],
    decode: decodeTxnResponse,
  }),
  protobuf("etcd-watch", {
    seed: [
      ...HEADER,
      0x18,
      0x01,
      ...field(11, [0x08, 0x01, ...field(2, ENTRY)]),
      ...field(6, [0x78]),
    ],
    decode: decodeWatchResponse,
  }),
  protobuf("etcd-lease", {
    seed: [...HEADER, 0x10, 0x05, 0x18, 0x1e],
    decode: (bytes) => decodeRareResponse("leaseGrant", bytes),
  }),
];
