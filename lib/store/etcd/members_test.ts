import { expect } from "expect";
import { Members } from "./members.ts";
import type { EtcdWire } from "./wire.ts";
import { WireCode, WireError } from "./wire_error.ts";

interface Failure {
  readonly code: number;
  readonly message?: string;
  readonly unsent?: boolean;
}

/** Members of which the first fails; the call says which members were asked. */
function membersThatFail({ code, message = "", unsent }: Failure) {
  const asked: string[] = [];
  const wires = ["a", "b", "c"].map((url) => ({ url }) as EtcdWire);
  const call = ({ url }: EtcdWire) => {
    asked.push(url);
    const error = new WireError(code, message, { url, unsent });
    return url === "a" ? Promise.reject(error) : Promise.resolve(url);
  };
  return { members: new Members(wires, 0), call, asked };
}

Deno.test("Members.repeatable() asks the next member, and goes on asking that one", async () => {
  const { members, call, asked } = membersThatFail({ code: WireCode.unavailable });
  expect(await members.repeatable(call)).toBe("b");
  expect(await members.repeatable(call)).toBe("b");
  expect(asked).toEqual(["a", "b", "b"]);
});

Deno.test("Members.repeatable() asks each member once and then gives up", async () => {
  const { members, asked } = membersThatFail({ code: WireCode.unavailable });
  const down = (wire: EtcdWire) => {
    asked.push(wire.url);
    return Promise.reject(new WireError(WireCode.unavailable, "", { url: wire.url }));
  };
  await expect(members.repeatable(down)).rejects.toBeInstanceOf(WireError);
  expect(asked).toEqual(["a", "b", "c"]);
});

Deno.test("Members.once() asks nobody else once a member may have done it", async () => {
  for (const code of [WireCode.unavailable, WireCode.deadlineExceeded, WireCode.cancelled]) {
    const { members, call, asked } = membersThatFail({ code });
    await expect(members.once(call)).rejects.toBeInstanceOf(WireError);
    expect(asked).toEqual(["a"]);
    expect(await members.once(call)).toBe("b");
  }
});

Deno.test("Members.once() asks the next member when the first cannot have done it", async () => {
  const unsent = membersThatFail({ code: WireCode.unavailable, unsent: true });
  expect(await unsent.members.once(unsent.call)).toBe("b");
  const message = "etcdserver: no leader";
  const leaderless = membersThatFail({ code: WireCode.unavailable, message });
  expect(await leaderless.members.once(leaderless.call)).toBe("b");
});

Deno.test("Members ask nobody else when a member answers that the request is wrong", async () => {
  const { members, call, asked } = membersThatFail({ code: WireCode.invalidArgument });
  await expect(members.repeatable(call)).rejects.toBeInstanceOf(WireError);
  expect(asked).toEqual(["a"]);
});
