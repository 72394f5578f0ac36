import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { PassFailureLog } from "./pass_failure_log.ts";

function failureLog() {
  const time = new FakeTimeProvider();
  const log = new FakeLogger();
  const isExpected = (error: unknown) => error instanceof RangeError;
  return { time, log, failures: new PassFailureLog({ name: "sender", time, log, isExpected }) };
}

Deno.test("PassFailureLog says the first failure of a kind at once, then once a minute [DMN-04] [REG-28]", () => {
  const { time, log, failures } = failureLog();
  failures.failed(new TypeError("1"));
  failures.failed(new TypeError("2"));
  failures.failed(new SyntaxError("3"));
  time.advance(60_000);
  failures.failed(new TypeError("4"));
  expect(log.messages("error")).toHaveLength(3);
  expect(log.lines.at(-1)?.fields).toMatchObject({ component: "sender", suppressed: 1 });
});

Deno.test("PassFailureLog says once that passes succeed again, and after how many failures", () => {
  const { log, failures } = failureLog();
  failures.succeeded();
  failures.failed(new TypeError("1"));
  failures.failed(new TypeError("2"));
  failures.succeeded();
  failures.succeeded();
  failures.failed(new TypeError("3"));
  expect(log.lines.map(({ message }) => message)).toEqual([
    "A pass failed",
    "Passes succeed again",
    "A pass failed",
  ]);
  expect(log.lines[1]?.fields).toMatchObject({ failures: 2 });
});

Deno.test("PassFailureLog says what was to be expected as information", () => {
  const { log, failures } = failureLog();
  failures.failed(new RangeError("not fresh"));
  expect(log.messages("info")).toEqual(["A pass had to be left out"]);
  expect(log.messages("error")).toEqual([]);
});
