import { expect } from "expect";
import { describeError } from "./describe_error.ts";

Deno.test("describeError() tells an error and its causes on one line", () => {
  const root = new Error("Connection refused\n  at port 4001");
  const middle = new Error("Cannot read the store", { cause: root });
  expect(describeError(new Error("Cannot analyze", { cause: middle }))).toBe(
    "Cannot analyze; cause: Cannot read the store; cause: Connection refused at port 4001",
  );
});

Deno.test("describeError() does not repeat a cause the message tells already", () => {
  const cause = new Error("refused");
  expect(describeError(new Error("Cannot connect: refused", { cause })))
    .toBe("Cannot connect: refused");
});

Deno.test("describeError() tells what else was thrown", () => {
  expect(describeError("text")).toBe("text");
  expect(describeError(undefined)).toBe("undefined");
  expect(describeError(null)).toBe("null");
  expect(describeError({ a: 1 })).toBe('{"a":1}');
  expect(describeError({ a: 1n })).toBe("[object Object]");
  expect(describeError(new Error("Outer", { cause: "inner" }))).toBe("Outer; cause: inner");
});

Deno.test("describeError() finds something to say about an error without a message", () => {
  expect(describeError(new TypeError())).toBe("TypeError");
  expect(describeError(Object.assign(new Error(), { code: "ECONNREFUSED" }))).toBe("ECONNREFUSED");
  const errors = [new Error("refused by ::1"), new Error("refused by 127.0.0.1")];
  expect(describeError(new AggregateError(errors))).toBe("refused by ::1, refused by 127.0.0.1");
});

Deno.test("describeError() ends at circles and long chains", () => {
  const error: Error = new Error("Circle");
  error.cause = error;
  expect(describeError(error)).toBe("Circle");
  const chain = Array.from({ length: 100 }, (_, i) => i)
    .reduceRight((cause: unknown, i) => new Error(`e${i}.`, { cause }), undefined);
  expect(describeError(chain)).toMatch(/^e0\.; .*; cause: e9\.$/);
});

Deno.test("describeError() tells no secret", () => {
  expect(describeError(new Error("Cannot reach nats://u:canary@host"))).toBe(
    "Cannot reach nats://***@host",
  );
});
