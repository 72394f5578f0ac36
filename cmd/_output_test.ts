import { expect } from "expect";

const ROOT = new URL("../", import.meta.url).pathname;

/** Runs hm9000 on a store in one file, next to servers that are not there. */
async function hm9000(...args: string[]) {
  const folder = await Deno.makeTempDir();
  try {
    const config = `${folder}/hm9000.yml`;
    await Deno.writeTextFile(
      config,
      `store_path: s.sqlite
nats: [{ host: 127.0.0.1, port: 9 }]
cc_base_url: http://127.0.0.1:9
cc_auth_user: user
cc_auth_password: password
cc_internal_url: http://retired.example.com
`,
    );
    const named = args.map((arg) => arg.replace("CONFIG", config));
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=component", "cmd/hm9000.ts", ...named],
      cwd: ROOT,
      stdin: "null",
    });
    const { code, stdout, stderr } = await command.output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const withConfig = "--config=CONFIG";

Deno.test("hm9000 TOOL --json prints one object a line, and nothing else on standard output", async () => {
  const cases: readonly (readonly [readonly string[], number])[] = [
    [["version", "--json"], 0],
    [["config", "show", "--json", withConfig], 0],
    [["doctor", "--json", withConfig], 1],
    [["holds", "--json", withConfig], 0],
  ];
  for (const [args, expected] of cases) {
    const { code, stdout, stderr } = await hm9000(...args);
    expect([args, code, stderr]).toEqual([args, expected, stderr]);
    for (const line of stdout.trimEnd().split("\n").filter((line) => line !== "")) {
      expect([args, typeof JSON.parse(line)]).toEqual([args, "object"]);
    }
  }
});

Deno.test("hm9000 dump --json prints one array, an element a line, and says warnings elsewhere", async () => {
  const { stdout, stderr } = await hm9000("dump", "--raw", "--json", withConfig);
  expect(JSON.parse(stdout)).toEqual([]);
  expect(stderr).toContain("cc_internal_url");
});

Deno.test("hm9000 prints nothing on standard output when it has nothing to show", async () => {
  for (const args of [["explain", "no-such-app"], ["explain", "no-such-app", "--json"]]) {
    const { code, stdout, stderr } = await hm9000(...args, withConfig);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("no-such-app");
  }
});

Deno.test("hm9000 hold and resume refuse what cannot be done, and say what is missing [S20]", async () => {
  const hold = ["hold", "starts", withConfig];
  const cases = [
    [hold, 2, "--reason"],
    [[...hold, "--reason=a rack", "--by="], 2, "--by"],
    [[...hold, "--reason=a rack", "--by=ada", "--for=9d"], 2, "hold_max_in_seconds"],
    [["hold", "apps", withConfig, "--reason=a rack"], 2, "starts, stops, all"],
    [["resume", withConfig, "--by=ada"], 1, "nothing is held"],
  ] as const;
  for (const [args, expected, said] of cases) {
    const { code, stdout, stderr } = await hm9000(...args);
    expect([args, code, stdout]).toEqual([args, expected, ""]);
    expect(stderr).toContain(said);
  }
});
