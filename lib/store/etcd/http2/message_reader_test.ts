import { Buffer } from "node:buffer";
import { expect } from "expect";
import fc from "fast-check";
import { framedMessage, MessageReader, MessageTooLargeError } from "./message_reader.ts";

/** The messages that come of these pieces. */
function read(reader: MessageReader, pieces: readonly Uint8Array[]): string[] {
  const messages: string[] = [];
  for (const piece of pieces) {
    reader.read(piece, (message) => messages.push(message.toString("hex")));
  }
  return messages;
}

Deno.test("framedMessage() puts before a message that it is not compressed, and its length", () => {
  const framed = framedMessage(new Uint8Array(0x0102).fill(7));
  expect(Buffer.from(framed.subarray(0, 6)).toString("hex")).toBe("00" + "00000102" + "07");
  expect(framed).toHaveLength(5 + 0x0102);
});

Deno.test("MessageReader reads messages wherever the bytes are split, empty ones too", () => {
  const messages = ["0102", "", "03", ""];
  const bytes = Buffer.concat(messages.map((hex) => framedMessage(Buffer.from(hex, "hex"))));
  for (let at = 0; at <= bytes.length; at += 1) {
    const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
    expect(read(new MessageReader(10), pieces)).toEqual(messages);
  }
});

Deno.test("MessageReader reads back whatever was framed, however it comes", () => {
  const message = fc.uint8Array({ maxLength: 200 });
  const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 30 });
  fc.assert(fc.property(fc.array(message, { maxLength: 20 }), lengths, (messages, cuts) => {
    const bytes = Buffer.concat(messages.map(framedMessage));
    const pieces: Buffer[] = [];
    let at = 0;
    for (const length of [...cuts, Infinity]) {
      pieces.push(bytes.subarray(at, at + length));
      at += length;
    }
    const hex = messages.map((one) => Buffer.from(one).toString("hex"));
    expect(read(new MessageReader(200), pieces)).toEqual(hex);
  }));
});

Deno.test("MessageReader hands on messages that later bytes do not change", () => {
  const bytes = framedMessage(Buffer.from("0102", "hex"));
  const kept: Buffer[] = [];
  new MessageReader(10).read(bytes, (message) => kept.push(message));
  bytes.fill(0xff);
  expect(kept[0]?.toString("hex")).toBe("0102");
});

Deno.test("MessageReader takes a message as long as allowed, and refuses a longer one by its head alone", () => {
  expect(read(new MessageReader(2), [framedMessage(new Uint8Array(2))])).toEqual(["0000"]);
  for (const head of ["0000000003", "00ffffffff"]) {
    const pieces = [Buffer.from(head, "hex")];
    expect(() => read(new MessageReader(2), pieces)).toThrow(MessageTooLargeError);
    expect(() => read(new MessageReader(2), pieces)).toThrow("message larger than max (2 bytes)");
  }
});

Deno.test("MessageReader refuses a compressed message", () => {
  const pieces = [Buffer.from("010000000101", "hex")];
  expect(() => read(new MessageReader(2), pieces)).toThrow("it is compressed");
});
