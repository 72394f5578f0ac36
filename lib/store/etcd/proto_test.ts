import { Buffer } from "node:buffer";
import { expect } from "expect";
import { ProtoReader } from "./proto_reader.ts";
import { bytesSize, numberSize, ProtoWriter, textLength } from "./proto_writer.ts";

/** What the protobuf documentation gives as examples, and where lengths grow by a byte. */
const NUMBERS: [number, string][] = [
  [1, "0801"],
  [127, "087f"],
  [128, "088001"],
  [150, "089601"],
  [2 ** 32, "088080808010"],
  [2 ** 53 - 1, "08ffffffffffffff0f"],
];
for (const [number, hex] of NUMBERS) {
  Deno.test(`ProtoWriter writes ${number} as ${hex}, and ProtoReader reads it`, () => {
    const writer = new ProtoWriter(16);
    writer.number(1, number);
    expect(writer.bytes.toString("hex")).toBe(hex);
    expect(numberSize(number)).toBe(writer.bytes.length);
    const reader = new ProtoReader(writer.bytes);
    expect([reader.next(), reader.number(), reader.next()]).toEqual([1, number, 0]);
  });
}

for (const text of ["testing", "é", "€ 𝄞", "x".repeat(127), "x".repeat(128), "é".repeat(10_000)]) {
  Deno.test(`ProtoWriter writes text of ${text.length} as UTF-8 (${text.slice(0, 8)})`, () => {
    const writer = new ProtoWriter(3 * text.length + 8);
    writer.text(2, text);
    expect(writer.bytes.subarray(-Buffer.byteLength(text)).toString()).toBe(text);
    expect(writer.bytes.length).toBe(bytesSize(textLength(text)));
    const reader = new ProtoReader(writer.bytes);
    expect([reader.next(), reader.text(), reader.next()]).toEqual([2, text, 0]);
  });
}

Deno.test("ProtoWriter leaves out what is zero or empty, unless it must be there", () => {
  const writer = new ProtoWriter(8);
  writer.number(1, 0);
  writer.text(2, "");
  writer.numberOrZero(3, 0);
  expect(writer.bytes.toString("hex")).toBe("1800");
});

Deno.test("ProtoReader keeps bytes that are no UTF-8, one character each", () => {
  const writer = new ProtoWriter(8);
  writer.latin1(1, "\xff\x00\x80");
  const reader = new ProtoReader(writer.bytes);
  expect([reader.next(), reader.latin1()]).toEqual([1, "\xff\x00\x80"]);
});

Deno.test("ProtoReader reads a number of any size", () => {
  const reader = new ProtoReader(Buffer.from("08ffffffffffffffffff01", "hex"));
  expect([reader.next(), reader.decimal()]).toEqual([1, "18446744073709551615"]);
});

Deno.test("ProtoReader passes over fields of every kind", () => {
  const bytes = Buffer.from(
    "089601" + "09" + "00".repeat(8) + "1203616263" + "0d00000000" + "1805",
    "hex",
  );
  const reader = new ProtoReader(bytes);
  const fields: number[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    fields.push(field);
    reader.skip();
  }
  expect(fields).toEqual([1, 1, 2, 1, 3]);
});

for (const hex of ["08", "0880", "1203", "12036162"]) {
  Deno.test(`ProtoReader refuses a message that ends within a field (${hex})`, () => {
    const reader = new ProtoReader(Buffer.from(hex, "hex"));
    reader.next();
    expect(() => reader.skip()).toThrow(RangeError);
  });
}

Deno.test("ProtoReader reads numbers of ten bytes, and none that goes on and on", () => {
  const number = (bytes: number) => Buffer.from([...new Array(bytes - 1).fill(0xff), 0x01]);
  expect(new ProtoReader(number(10)).decimal()).toBe(String(2n ** 64n - 1n));
  expect(new ProtoReader(number(10)).number()).toBe(2 ** 64);
  expect(() => new ProtoReader(number(11)).number()).toThrow("more than 10 bytes");
  expect(() => new ProtoReader(number(100_000)).decimal()).toThrow("more than 10 bytes");
});
