/**
 * What the figures were measured on: processor, memory, kernel, the versions of what took part, and the
 * commit. A figure without these says nothing.
 *
 * @module
 */

/** The machine and what ran on it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMib: number;
  readonly kernel: string;
  readonly deno: string;
  readonly nats: string;
  readonly etcd: string;
  /** Commit of the sources, with `+` when they were changed since. */
  readonly commit: string;
  /** Where etcd keeps its data: what a flush to disk costs depends on it. */
  readonly etcdData: string;
}

const UNKNOWN = "unknown";

/** Looks at the machine. What cannot be found out is "unknown". */
export async function describeMachine(): Promise<Machine> {
  const cpuinfo = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  return {
    cpu: /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1] ?? UNKNOWN,
    cores: navigator.hardwareConcurrency,
    memoryMib: Math.round(Deno.systemMemoryInfo().total / 2 ** 20),
    kernel: `${Deno.build.os} ${Deno.osRelease()}`,
    deno: Deno.version.deno,
    nats: versionIn(await output("nats-server", ["--version"])),
    etcd: versionIn(await output("etcd", ["--version"])),
    commit: await commit(),
    etcdData: await etcdData(),
  };
}

/** Memory that could be used now, in MiB. */
export function availableMemoryMib(): number {
  return Math.round(Deno.systemMemoryInfo().available / 2 ** 20);
}

function versionIn(text: string): string {
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? UNKNOWN;
}

async function commit(): Promise<string> {
  const head = (await output("git", ["rev-parse", "--short", "HEAD"])).trim();
  const changed = (await output("git", ["status", "--porcelain", "--untracked-files=no"])).trim();
  return head === "" ? UNKNOWN : changed === "" ? head : `${head}+`;
}

/** `EtcdRunner` prefers memory. */
async function etcdData(): Promise<string> {
  const inMemory = await Deno.stat("/dev/shm").then(() => true, () => false);
  return inMemory ? "memory (/dev/shm): flushing is free" : "disk";
}

async function output(command: string, args: readonly string[]): Promise<string> {
  try {
    const cwd = new URL("../../", import.meta.url);
    const { stdout } = await new Deno.Command(command, { args: [...args], cwd, stderr: "null" })
      .output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
