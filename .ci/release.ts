/**
 * `deno task release [--target=TARGET|all] [NAME...]`: compiles, and makes under `dist/release/` an archive
 * for each target with the executables and the licences, a CycloneDX bill of what is in them, and the
 * checksums of all of it. The same executables make the same archives.
 *
 * @module
 */

import { readBuildInfo } from "./build_info.ts";
import { buildAll } from "./compile.ts";
import { entrypoints } from "./entrypoints.ts";
import { hexOf } from "./release/hex.ts";
import { renderLicences, renderSbom } from "./release/sbom.ts";
import { executablePath, parseBuildArgs } from "./targets.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const DIST = `${ROOT}dist`;
const RELEASE = `${DIST}/release`;

/** One archive to make. */
interface Archive {
  readonly path: string;
  readonly time: string;
  /** Files to copy, and texts to write, by their names in the archive. */
  readonly copies: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
}

async function makeArchive({ path, time, copies, texts }: Archive): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "hm9000-release-" });
  try {
    for (const [name, from] of Object.entries(copies)) {
      await Deno.copyFile(from, `${folder}/${name}`);
    }
    for (const [name, text] of Object.entries(texts)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", `--mtime=${time}`];
    const args = ["--create", "--file", path, "--use-compress-program=gzip -n", ...same];
    const command = new Deno.Command("tar", { args: [...args, "--directory", folder, "."] });
    const { success, stderr } = await command.output();
    if (!success) throw new Error(`Cannot run tar: ${new TextDecoder().decode(stderr)}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function checksums(names: readonly string[]): Promise<string> {
  const lines = await Promise.all(names.map(async (name) => {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${RELEASE}/${name}`));
    return `${hexOf(new Uint8Array(digest))}  ${name}\n`;
  }));
  return lines.join("");
}

async function main(args: readonly string[]): Promise<void> {
  const native = Deno.build.target;
  const request = parseBuildArgs(args, native);
  const info = await readBuildInfo();
  await buildAll(request, info);
  await Deno.mkdir(RELEASE, { recursive: true });
  const bill = `hm9000-${info.version}.cdx.json`;
  const billText = `${JSON.stringify(renderSbom(info), null, 2)}\n`;
  await Deno.writeTextFile(`${RELEASE}/${bill}`, billText);
  const names = request.names.length === 0 ? await entrypoints() : request.names;
  const made = [bill];
  for (const target of request.targets) {
    const archive = `hm9000-${info.version}-${target}.tar.gz`;
    const paths = names.map((name) => executablePath(name, { target, native }));
    await makeArchive({
      path: `${RELEASE}/${archive}`,
      time: info.time,
      copies: {
        ...Object.fromEntries(paths.map((path) => [path.split("/").at(-1), `${DIST}/${path}`])),
        LICENSE: `${ROOT}LICENSE`,
      },
      texts: { "THIRD_PARTY_LICENSES": renderLicences(info.packages), [bill]: billText },
    });
    made.push(archive);
  }
  await Deno.writeTextFile(`${RELEASE}/SHA256SUMS`, await checksums(made));
  for (const name of [...made, "SHA256SUMS"]) console.log(`dist/release/${name}`);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
