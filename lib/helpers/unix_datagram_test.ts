import { expect } from "expect";
import { NotifySocketFixture } from "../../test_helpers/notify_socket.ts";
import { openUnixDatagram } from "./unix_datagram.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test({
  name: "openUnixDatagram() sends to a path and to an abstract name, and leaves no file behind",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const before = [...Deno.readDirSync(".")].length;
    const socket = openUnixDatagram();
    try {
      for (const kind of ["path", "abstract"] as const) {
        await using server = await NotifySocketFixture.open(kind);
        await socket.send(bytes(kind), server.address.replace("@", "\0"));
        expect(await server.next()).toBe(kind);
      }
    } finally {
      socket.close();
    }
    expect([...Deno.readDirSync(".")].length).toBe(before);
  },
});

Deno.test({
  name: "openUnixDatagram() rejects what nobody receives",
  ignore: Deno.build.os === "windows",
  async fn() {
    const socket = openUnixDatagram();
    await expect(socket.send(bytes("x"), "/nowhere/socket")).rejects.toThrow(Deno.errors.NotFound);
    socket.close();
  },
});
