import { expect } from "expect";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import { type SyslogFailure, SyslogSink } from "./syslog_sink.ts";

const datagram = new Uint8Array([1]);

function setUp(send: () => Promise<void>, open?: () => never) {
  const time = new FakeTimeProvider();
  const failures: SyslogFailure[] = [];
  const state = { sent: 0, closed: 0 };
  const sink = new SyslogSink({
    time,
    report: (failure) => failures.push(failure),
    open: () => {
      open?.();
      return {
        send: () => {
          state.sent += 1;
          return send();
        },
        close: () => void (state.closed += 1),
      };
    },
  });
  return { time, failures, state, sink };
}

Deno.test("SyslogSink.close() waits for what is under way, and closes the socket once", async () => {
  const sent = Promise.withResolvers<void>();
  const { sink, state, failures, time } = setUp(() => sent.promise);
  sink.write(datagram);
  const closing = sink.close();
  await Promise.resolve();
  expect(state).toEqual({ sent: 1, closed: 0 });
  sent.resolve();
  await closing;
  await sink.close();
  expect(state).toEqual({ sent: 1, closed: 1 });
  expect(failures).toEqual([]);
  expect(time.sleepers).toBe(0);
});

Deno.test("SyslogSink.close() does not wait for ever", async () => {
  const { sink, time, state } = setUp(() => new Promise(() => {}));
  sink.write(datagram);
  const closing = sink.close();
  await time.waitForSleeper();
  time.advance(1_000);
  await closing;
  expect(state.closed).toBe(1);
});

Deno.test("SyslogSink.write() counts what fails, and says it once a minute", async () => {
  const error = new Error("Nobody there");
  const { sink, time, failures } = setUp(() => Promise.reject(error));
  const settle = () => Promise.resolve().then(() => {}).then(() => {}).then(() => {});
  for (let line = 0; line < 3; line += 1) sink.write(datagram);
  await settle();
  expect(failures).toEqual([{ error, lost: 1 }]);
  time.advance(60_000);
  sink.write(datagram);
  await settle();
  expect(failures).toEqual([{ error, lost: 1 }, { error, lost: 4 }]);
  await sink.close();
  expect(sink.lost).toBe(4);
});

Deno.test("SyslogSink.write() survives a socket that cannot be opened, and tries again", async () => {
  let attempts = 0;
  const { sink, failures, state } = setUp(() => Promise.resolve(), () => {
    attempts += 1;
    throw new Error("No sockets here");
  });
  sink.write(datagram);
  sink.write(datagram);
  await sink.close();
  expect([attempts, sink.lost, failures.length, state.closed]).toEqual([2, 2, 1, 0]);
});

Deno.test("SyslogSink.write() lets only so many pile up", async () => {
  const sent = Promise.withResolvers<void>();
  const { sink, state, failures } = setUp(() => sent.promise);
  for (let line = 0; line < 1_003; line += 1) sink.write(datagram);
  sent.resolve();
  await sink.close();
  expect([state.sent, sink.lost]).toEqual([1_000, 3]);
  expect(String(failures[0]?.error)).toContain("1000 messages are under way");
});

Deno.test("SyslogSink.write() does nothing once closed", async () => {
  const { sink, state } = setUp(() => Promise.resolve());
  await sink.close();
  sink.write(datagram);
  expect(state).toEqual({ sent: 0, closed: 0 });
});
