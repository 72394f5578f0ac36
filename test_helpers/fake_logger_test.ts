import { expect } from "expect";
import { FakeLogger } from "./fake_logger.ts";

Deno.test("FakeLogger remembers every line in order, with its level and fields", () => {
  const log = new FakeLogger();
  log.debug("a", { n: 1 });
  log.info("b");
  log.warn("c");
  log.error("d");
  expect(log.lines).toEqual([
    { level: "debug", message: "a", fields: { n: 1 } },
    { level: "info", message: "b", fields: {} },
    { level: "warn", message: "c", fields: {} },
    { level: "error", message: "d", fields: {} },
  ]);
});

Deno.test("FakeLogger.messages() picks the messages of one level", () => {
  const log = new FakeLogger();
  log.warn("a");
  log.info("b");
  log.warn("c");
  expect(log.messages("warn")).toEqual(["a", "c"]);
});
