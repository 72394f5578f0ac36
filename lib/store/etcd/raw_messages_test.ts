import { expect } from "expect";
import fc from "fast-check";
import { ProtoReader } from "./proto_reader.ts";
import {
  decodeRangeResponse,
  decodeTxnResponse,
  encodeRangeRequest,
  encodeTxnRequest,
} from "./raw_messages.ts";
import { ProtoWriter } from "./proto_writer.ts";
import type { TxnRequest, WireChange, WireCompare } from "./wire.ts";

type Fields = [field: number, value: unknown][];

/** A message as its fields say; `shape` names those that hold messages, keys (bytes) or text. */
interface Shape {
  readonly [field: number]: "key" | "text" | "number" | Shape;
}

function read(reader: ProtoReader, shape: Shape): Fields {
  const fields: Fields = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    const kind = shape[field];
    if (kind === "key") fields.push([field, reader.latin1()]);
    else if (kind === "text") fields.push([field, reader.text()]);
    else if (kind === "number") fields.push([field, reader.number()]);
    else if (kind !== undefined) fields.push([field, read(reader.message(), kind)]);
    else throw new TypeError(`Cannot read field ${field}: it is not expected`);
  }
  return fields;
}

const RANGE: Shape = { 1: "key", 2: "key", 3: "number", 4: "number", 8: "number" };
const TXN: Shape = {
  1: { 1: "number", 2: "number", 3: "key", 5: "number", 6: "number" },
  2: { 2: { 1: "key", 2: "text", 3: "number" }, 3: { 1: "key", 2: "key" } },
  3: { 1: RANGE },
};

function some<T>(...fields: [number, T, T][]): Fields {
  return fields.filter(([, value, zero]) => value !== zero).map(([field, value]) => [field, value]);
}

/** What etcd's `rpc.proto` makes of a request. */
function expected({ compares, changes, elseRead }: TxnRequest): Fields {
  return [
    ...compares.map(({ key, target, result, revision }): [number, unknown] => [1, [
      ...some([1, result === "equal" ? 0 : 1, 0]),
      [2, target === "create" ? 1 : 2],
      [3, key],
      [target === "create" ? 5 : 6, revision],
    ]]),
    ...changes.map((change): [number, unknown] => [2, [
      change.kind === "put"
        ? [2, [
          [1, change.key || "\0"],
          ...some<string | number>([2, change.value, ""], [3, change.lease, 0]),
        ]]
        : [3, [[1, change.key || "\0"], ...some([2, change.end, undefined])]],
    ]]),
    ...elseRead.map((key): [number, unknown] => [3, [[1, [[1, key || "\0"], [8, 1]]]]]),
  ];
}

const key = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)),
  maxLength: 300,
});
const revision = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const compare: fc.Arbitrary<WireCompare> = fc.record({
  key: key.filter((text) => text !== ""),
  target: fc.constantFrom("create", "mod"),
  result: fc.constantFrom("equal", "greater"),
  revision,
});
const change: fc.Arbitrary<WireChange> = fc.oneof(
  fc.record({
    kind: fc.constant("put" as const),
    key,
    value: fc.string({ unit: "binary", maxLength: 300 }),
    lease: revision,
  }),
  fc.record({ kind: fc.constant("delete" as const), key }),
  fc.record({ kind: fc.constant("delete" as const), key, end: key }),
);

Deno.test("encodeTxnRequest() writes any transaction as etcd's definition has it", () => {
  const request = fc.record({
    compares: fc.array(compare, { maxLength: 4 }),
    changes: fc.array(change, { maxLength: 6 }),
    elseRead: fc.array(key, { maxLength: 4 }),
  });
  fc.assert(fc.property(request, (txn) => {
    expect(read(new ProtoReader(encodeTxnRequest(txn)), TXN)).toEqual(expected(txn));
  }));
});

Deno.test("encodeRangeRequest() leaves out what is not asked for", () => {
  const fields = (request: Parameters<typeof encodeRangeRequest>[0]) =>
    read(new ProtoReader(encodeRangeRequest(request)), RANGE);
  expect(fields({ key: "a" })).toEqual([[1, "a"]]);
  expect(fields({ key: "", end: "\0", limit: 5, revision: 7, keysOnly: true }))
    .toEqual([[1, "\0"], [2, "\0"], [3, 5], [4, 7], [8, 1]]);
});

/** A writer's message as a field of another. */
function nest(writer: ProtoWriter, field: number, write: (inner: ProtoWriter) => void): void {
  const inner = new ProtoWriter(1_000);
  write(inner);
  writer.latin1(field, inner.bytes.toString("latin1"));
}

function range(writer: ProtoWriter, ...keys: string[]): void {
  nest(writer, 1, (header) => {
    header.number(1, 77);
    header.number(2, 5);
    header.number(3, 42);
  });
  for (const key of keys) {
    nest(writer, 2, (entry) => {
      entry.latin1(1, key);
      entry.number(2, 3);
      entry.number(3, 4);
      entry.number(4, 2);
      entry.text(5, "é");
      entry.number(6, 99);
    });
  }
}

Deno.test("decodeRangeResponse() reads entries, and what it does not know", () => {
  const writer = new ProtoWriter(2_000);
  range(writer, "a", "b\xff");
  writer.number(3, 1);
  writer.number(4, 2);
  writer.number(15, 1);
  const entry = { value: "é", createRevision: 3, modRevision: 4, lease: 99 };
  expect(decodeRangeResponse(writer.bytes)).toEqual({
    header: { clusterId: "77", revision: 42 },
    entries: [{ key: "a", ...entry }, { key: "b\xff", ...entry }],
    more: true,
  });
});

Deno.test("decodeTxnResponse() tells what the other branch read, absent keys too", () => {
  const writer = new ProtoWriter(4_000);
  nest(writer, 1, (header) => header.number(3, 8));
  nest(writer, 3, (operation) => nest(operation, 1, (inner) => range(inner, "a")));
  nest(writer, 3, (operation) => nest(operation, 1, (inner) => range(inner)));
  const { header, succeeded, read } = decodeTxnResponse(writer.bytes);
  expect([header.revision, succeeded, read.map((one) => one?.key)]).toEqual([8, false, [
    "a",
    undefined,
  ]]);
});
