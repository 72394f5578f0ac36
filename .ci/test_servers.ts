/**
 * Makes sure that the programs which tests start are on the machine: NATS and etcd servers, etcdctl for backups, openssl for
 * certificates, and promtool, which knows what Prometheus takes. What is missing is installed from Debian's packages where that needs no password;
 * otherwise the error says what to type.
 *
 * @module
 */

/** A program that tests start, and the Debian package that has it. */
export interface Server {
  readonly program: string;
  readonly debianPackage: string;
}

/** What the tests need. */
export const SERVERS: readonly Server[] = [
  { program: "nats-server", debianPackage: "nats-server" },
  { program: "etcd", debianPackage: "etcd-server" },
  { program: "etcdctl", debianPackage: "etcd-client" },
  { program: "openssl", debianPackage: "openssl" },
  { program: "chromium", debianPackage: "chromium" },
  { program: "promtool", debianPackage: "prometheus" },
];

/** Where Debian puts servers, which is not in everyone's PATH. */
const SERVER_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/** The PATH under which tests run: the caller's, and the folders of servers. */
export function testPath(path: string): string {
  const folders = path.split(":").filter((folder) => folder !== "");
  return [...new Set([...folders, ...SERVER_FOLDERS])].join(":");
}

/**
 * A shell script, to be run by root, that installs Debian packages without asking, and without starting
 * the services in them: tests start their own, on ports of their own.
 */
export function installScript(servers: readonly Server[]): string {
  const packages = servers.map(({ debianPackage }) => debianPackage).join(" ");
  return `set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get update
apt-get install -y --no-install-recommends ${packages}`;
}

/** What an error says when servers are missing and cannot be installed. */
export function missingMessage(servers: readonly Server[], reason: string): string {
  const programs = servers.map(({ program }) => program).join(", ");
  const packages = servers.map(({ debianPackage }) => debianPackage).join(" ");
  return `Cannot run the tests: ${programs} not found, and ${reason}.
On Debian or Ubuntu:  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages}
On macOS:             brew install nats-server etcd openssl chromium prometheus
Elsewhere:            put the programs in a folder of PATH`;
}

/**
 * Installs what is missing.
 *
 * @throws {Error} with what to type, when something is missing and stays so
 */
export async function ensureServers(path: string): Promise<void> {
  const missing = await missingServers(path);
  if (missing.length === 0) return;
  const root = await rootCommand();
  if (root === undefined) {
    throw new Error(missingMessage(missing, "they cannot be installed without a password"));
  }
  if (!await isProgram("apt-get", path)) {
    throw new Error(missingMessage(missing, "there is no apt-get to install them with"));
  }
  console.log(`Installing ${missing.map(({ debianPackage }) => debianPackage).join(", ")}`);
  const [program = "", ...args] = [...root, "sh", "-c", installScript(missing)];
  const { success } = await new Deno.Command(program, { args, stdin: "null" }).spawn().status;
  const still = await missingServers(path);
  if (success && still.length === 0) return;
  throw new Error(missingMessage(still.length > 0 ? still : missing, "installing them failed"));
}

async function missingServers(path: string): Promise<Server[]> {
  const found = await Promise.all(SERVERS.map(({ program }) => isProgram(program, path)));
  return SERVERS.filter((_, i) => !found[i]);
}

async function isProgram(name: string, path: string): Promise<boolean> {
  for (const folder of path.split(":")) {
    const info = await Deno.stat(`${folder}/${name}`).catch(() => undefined); // not here: look on
    if (info?.isFile && ((info.mode ?? 0) & 0o111) !== 0) return true;
  }
  return false;
}

/** What to put before a command to run it as root, or nothing when that needs a password. */
async function rootCommand(): Promise<string[] | undefined> {
  if (Deno.uid() === 0) return [];
  const sudo = new Deno.Command("sudo", { args: ["-n", "true"], stdout: "null", stderr: "null" });
  const success = await sudo.output().then((status) => status.success, () => false); // no sudo at all
  return success ? ["sudo", "-n"] : undefined;
}

if (import.meta.main) {
  try {
    await ensureServers(testPath(Deno.env.get("PATH") ?? ""));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
