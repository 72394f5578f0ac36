import { expect } from "expect";
import { parseSyslogTarget } from "./syslog_target.ts";

Deno.test("parseSyslogTarget() reads UDP servers", () => {
  expect(parseSyslogTarget("udp://logs.example.com:5140"))
    .toEqual({ kind: "udp", host: "logs.example.com", port: 5140 });
  expect(parseSyslogTarget("udp://10.0.0.1")).toEqual({ kind: "udp", host: "10.0.0.1", port: 514 });
  expect(parseSyslogTarget("udp://[::1]:99")).toEqual({ kind: "udp", host: "::1", port: 99 });
});

Deno.test("parseSyslogTarget() reads local sockets", () => {
  expect(parseSyslogTarget("unix:///dev/log")).toEqual({ kind: "unix", path: "/dev/log" });
  expect(parseSyslogTarget("unix:///a%20b")).toEqual({ kind: "unix", path: "/a b" });
});

Deno.test("parseSyslogTarget() refuses anything else, and says what is needed", () => {
  for (
    const text of ["", "/dev/log", "unix://dev/log", "unix:///", "tcp://h:1", "udp://", "udp://u@h"]
  ) {
    expect(() => parseSyslogTarget(text)).toThrow(TypeError);
    expect(() => parseSyslogTarget(text)).toThrow('needed is "udp://host:port"');
  }
  expect(() => parseSyslogTarget("tcp://u:canary@h")).toThrow("tcp://***@h");
});
