import { expect } from "expect";
import { ProtoReader } from "./proto_reader.ts";
import { ProtoWriter } from "./proto_writer.ts";
import { decodeWatchResponse, encodeWatchRequest } from "./raw_watch.ts";

function nest(writer: ProtoWriter, field: number, write: (inner: ProtoWriter) => void): void {
  const inner = new ProtoWriter(1_000);
  write(inner);
  writer.latin1(field, inner.bytes.toString("latin1"));
}

Deno.test("encodeWatchRequest() asks for a range from a revision on, in fragments if need be", () => {
  const reader = new ProtoReader(encodeWatchRequest({ key: "/a", end: "/b", fromRevision: 300 }));
  expect(reader.next()).toBe(1);
  const create = reader.message();
  expect([create.next(), create.latin1()]).toEqual([1, "/a"]);
  expect([create.next(), create.latin1()]).toEqual([2, "/b"]);
  expect([create.next(), create.number()]).toEqual([3, 300]);
  expect([create.next(), create.number()]).toEqual([8, 1]);
  expect([create.next(), reader.next()]).toEqual([0, 0]);
});

Deno.test("decodeWatchResponse() reads puts and deletes, and passes over what it does not know", () => {
  const writer = new ProtoWriter(4_000);
  nest(writer, 1, (header) => {
    header.number(1, 77);
    header.number(3, 9);
  });
  writer.number(2, 5);
  writer.number(7, 1);
  nest(writer, 11, (event) =>
    nest(event, 2, (entry) => {
      entry.latin1(1, "/a\xff");
      entry.number(2, 3);
      entry.number(3, 8);
      entry.text(5, "é");
      entry.number(6, 4);
    }));
  nest(writer, 11, (event) => {
    event.number(1, 1);
    nest(event, 2, (entry) => {
      entry.latin1(1, "/b");
      entry.number(3, 9);
    });
    nest(event, 3, (previous) => previous.latin1(1, "/b"));
  });
  const entry = { key: "/a\xff", value: "é", createRevision: 3, modRevision: 8, lease: 4 };
  expect(decodeWatchResponse(writer.bytes)).toEqual({
    header: { clusterId: "77", revision: 9 },
    created: false,
    canceled: undefined,
    compactRevision: 0,
    fragment: true,
    events: [{ kind: "put", entry }, { kind: "delete", key: "/b", revision: 9 }],
  });
});

Deno.test("decodeWatchResponse() tells why a watch was cancelled", () => {
  const writer = new ProtoWriter(100);
  writer.number(3, 1);
  writer.number(4, 1);
  writer.number(5, 12);
  writer.text(6, "compacted");
  const { created, canceled, compactRevision } = decodeWatchResponse(writer.bytes);
  expect([created, canceled, compactRevision]).toEqual([true, "compacted", 12]);
});
