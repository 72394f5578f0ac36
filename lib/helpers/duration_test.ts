import { expect } from "expect";
import { formatDuration, parseDuration } from "./duration.ts";

Deno.test("parseDuration() reads what people type", () => {
  const read = ["90s", "30m", "2h", "1d", "1h30m", "1d2h3m4s"].map(parseDuration);
  expect(read).toEqual([90, 1_800, 7_200, 86_400, 5_400, 93_784]);
});

for (const text of ["", "30", "0s", "0h0m", "m", "-5m", "1.5h", "30 m", "5m1h", "1w", "9999999m"]) {
  Deno.test(`parseDuration() does not read ${text || "nothing"}`, () => {
    expect(parseDuration(text)).toBeUndefined();
  });
}

Deno.test("formatDuration() says the two largest units", () => {
  expect([0, 45, 60, 5_400, 93_784, -3].map(formatDuration))
    .toEqual(["0s", "45s", "1m", "1h 30m", "1d 2h", "0s"]);
});
