import { expect } from "expect";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { openSyslogTransport } from "./syslog_transport.ts";

const datagram = new TextEncoder().encode("<30>1 - - - - - - hello");

Deno.test("openSyslogTransport() sends over UDP", async () => {
  const server = createSocket("udp4");
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const received = once(server, "message");
  const transport = openSyslogTransport({
    kind: "udp",
    host: "127.0.0.1",
    port: server.address().port,
  });
  await transport.send(datagram);
  const [message] = await received;
  expect(new TextDecoder().decode(message)).toBe("<30>1 - - - - - - hello");
  transport.close();
  server.close();
  await once(server, "close");
});

Deno.test("openSyslogTransport() does not mind that nobody listens on UDP", async () => {
  const server = createSocket("udp4");
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  const transport = openSyslogTransport({ kind: "udp", host: "127.0.0.1", port });
  for (let line = 0; line < 3; line += 1) await transport.send(datagram);
  transport.close();
});

Deno.test("openSyslogTransport() rejects what cannot be sent over UDP", async () => {
  const transport = openSyslogTransport({ kind: "udp", host: "127.0.0.1", port: 514 });
  await expect(transport.send(new Uint8Array(70_000))).rejects.toThrow();
  transport.close();
});

/** Local datagram sockets need a flag that this process may not have, so another one sends. */
Deno.test({
  name: "openSyslogTransport() sends to the local socket, and rejects when nobody is there",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const program = `
      const { openSyslogTransport } = await import(${
      JSON.stringify(new URL("./syslog_transport.ts", import.meta.url).href)
    });
      const path = ${JSON.stringify(`${folder}/log`)};
      const server = Deno.listenDatagram({ transport: "unixpacket", path });
      const transport = openSyslogTransport({ kind: "unix", path });
      await transport.send(new TextEncoder().encode("hello"));
      const [message] = await server.receive();
      server.close();
      const refused = await transport.send(message).then(() => "no", (error) => error.name);
      transport.close();
      console.log(new TextDecoder().decode(message), refused);
    `;
    try {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["eval", "--quiet", "--no-lock", "--unstable-net", program],
      }).output();
      expect(new TextDecoder().decode(stderr)).toBe("");
      expect(new TextDecoder().decode(stdout)).toBe("hello ConnectionRefused\n");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
