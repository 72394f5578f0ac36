import { expect } from "expect";
import type { LogRecord } from "logtape";
import { createHumanFormatter, formatJsonLine, levelName } from "./log_format.ts";
import { redact } from "./redact.ts";

function record(
  properties: Record<string, unknown> = {},
  more: Partial<LogRecord> = {},
): LogRecord {
  return {
    category: ["analyzer"],
    level: "warning",
    message: ["Store is stale"],
    rawMessage: "Store is stale",
    timestamp: 1_393_632_000_123,
    properties,
    ...more,
  };
}

Deno.test("levelName() has four names for logtape's six levels", () => {
  expect((["trace", "debug", "info", "warning", "error", "fatal"] as const).map(levelName))
    .toEqual(["DEBUG", "DEBUG", "INFO", "WARN", "ERROR", "ERROR"]);
});

Deno.test("formatJsonLine() is one line of JSON with its fields under data [CLI-13]", () => {
  const line = formatJsonLine(record({ dea: "a\nb", count: 3 }));
  expect(line).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(line)).toEqual({
    timestamp: "2014-03-01T00:00:00.123Z",
    level: "WARN",
    source: "vcap.hm9000.analyzer",
    message: "Store is stale",
    data: { dea: "a\nb", count: 3 },
  });
});

Deno.test("createHumanFormatter() is time, level, component, message, and fields", () => {
  const format = createHumanFormatter({ colors: false });
  const line = format(record({ dea: "abc", count: 3, why: "a b", app: { n: 1 }, none: null }));
  expect(line.replace(/ +/g, " ")).toBe(
    '00:00:00.123 WARN analyzer Store is stale dea=abc count=3 why="a b" app={"n":1} none=null\n',
  );
});

Deno.test("createHumanFormatter() aligns its columns and cuts no component's name", () => {
  const format = createHumanFormatter({ colors: false });
  const short = format(record());
  const long = format(record({}, { level: "info", category: ["desired_state_listener"] }));
  expect(long).toContain(" desired_state_listener ");
  expect(short.indexOf("Store")).toBe(long.indexOf("Store"));
});

Deno.test("createHumanFormatter() has colours only when wanted", () => {
  expect(createHumanFormatter({ colors: true })(record())).toContain("\x1b[");
  expect(createHumanFormatter({ colors: false })(record())).not.toContain("\x1b");
});

Deno.test("createHumanFormatter() lets no field break its line or move the cursor", () => {
  const format = createHumanFormatter({ colors: false });
  const line = format(record({ a: "x\ny\x1b[2J\x9b2J\u202e", "b\x1b[2J\n": 1 }));
  // deno-lint-ignore no-control-regex -- these are what must not be there
  expect(line).toMatch(/^[^\x00-\x1f\x7f-\x9f\u202e]*\n$/);
});

Deno.test("createHumanFormatter() describes errors, and adds stacks where there are any", () => {
  const format = createHumanFormatter({ colors: false });
  const error = new Error("Cannot read", { cause: new Error("refused") });
  expect(format(record(redact({ error })))).toMatch(/ error="Cannot read; cause: refused"\n$/);
  const withStack = format(record(redact({ error }, { stacks: true })));
  expect(withStack).toMatch(/ error="Cannot read; cause: refused"\n( {4}at .*\n)+$/);
});
