/**
 * Runs `promtool`, which knows what Prometheus takes: it comes with Prometheus, and no server is started.
 *
 * @module
 */

/** What promtool said. */
export interface PromtoolResult {
  readonly success: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * Runs promtool with `args`, in `folder` if given, and hands it `input`.
 *
 * @throws {Error} when it is not installed
 */
export async function promtool(
  args: readonly string[],
  options: { readonly input?: string; readonly folder?: string } = {},
): Promise<PromtoolResult> {
  const process = spawn(args, options.folder);
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(options.input ?? ""));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, output: text(stdout) + text(stderr) };
}

function spawn(args: readonly string[], folder: string | undefined): Deno.ChildProcess {
  const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  try {
    const options = { args: [...args], ...piped, ...(folder !== undefined && { cwd: folder }) };
    return new Deno.Command("promtool", options).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const remedy = "install Debian's package prometheus, or let deno task test do it";
    throw new Error(`Cannot check what Prometheus takes: there is no promtool, ${remedy}`, {
      cause: error,
    });
  }
}
