import { expect } from "expect";
import fc from "fast-check";
import type { LogLevel, LogRecord } from "logtape";
import { formatSyslog } from "./syslog_format.ts";

function record(more: Partial<LogRecord> = {}): LogRecord {
  return {
    category: ["actual_state_listener"],
    level: "info",
    message: ["Heartbeat taken"],
    rawMessage: "Heartbeat taken",
    timestamp: 1_393_632_000_123,
    properties: { dea: "abc" },
    ...more,
  };
}

function format(more: Partial<LogRecord> = {}, hostname = "node-1"): string {
  return new TextDecoder().decode(formatSyslog(record(more), { hostname, processId: 42 }));
}

Deno.test("formatSyslog() is an RFC 5424 message under the component's identity [CLI-13]", () => {
  expect(format()).toBe(
    "<30>1 2014-03-01T00:00:00.123Z node-1 vcap.hm9000.listener 42 - - " +
      '{"message":"Heartbeat taken","data":{"dea":"abc"}}',
  );
});

Deno.test("formatSyslog() tells the level by the severity", () => {
  const priority = (level: LogLevel) => format({ level }).slice(0, 4);
  expect((["debug", "info", "warning", "error"] as const).map(priority))
    .toEqual(["<31>", "<30>", "<28>", "<27>"]);
});

Deno.test("formatSyslog() keeps header values in their place", () => {
  expect(format({}, "a host\n")).toContain(" a_host_ vcap.");
  expect(format({}, "")).toContain("Z - vcap.");
  expect(format({}, "h".repeat(300))).toContain(` ${"h".repeat(255)} vcap.`);
  expect(format({ category: ["c".repeat(60)] })).toContain(` vcap.hm9000.${"c".repeat(36)} 42`);
});

Deno.test("formatSyslog() leaves out fields that do not fit, the last first", () => {
  const text = format({ properties: { dea: "abc", big: "x".repeat(3_000), small: 1 } });
  expect(text.slice(text.indexOf("{")))
    .toBe('{"message":"Heartbeat taken","data":{"dea":"abc"},"truncated":true}');
});

Deno.test("formatSyslog() cuts a message that does not fit", () => {
  const text = format({ message: ["ä".repeat(3_000)] });
  expect(text).toMatch(/- - \{"message":"ä{750}","truncated":true\}$/);
});

Deno.test("formatSyslog() is never longer than 2,048 bytes, and its JSON is always whole", () => {
  // What takes one to six bytes, whole and half.
  const unit = fc.constantFrom("a", '"', "\\", "\n", "\u0001", "ä", "😀", "\ud800");
  const text = (repeatMax: number) =>
    fc.tuple(fc.string({ unit }), fc.nat(repeatMax)).map(([text, times]) => text.repeat(times));
  fc.assert(fc.property(
    text(300),
    fc.dictionary(fc.string({ unit }), text(100)),
    (message, properties) => {
      const bytes = formatSyslog(record({ message: [message], properties }), {
        hostname: "h".repeat(300),
        processId: 42,
      });
      expect(bytes.length).toBeLessThanOrEqual(2_048);
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      expect(JSON.parse(text.slice(text.indexOf("- - ") + 4))).toHaveProperty("message");
    },
  ));
});
