/**
 * `deno task audit`: asks the registry what is known against the packages in deno.lock. Ends with 1 when
 * something is high or critical. Where the registry's end point for this cannot be reached, as behind a
 * mirror that has none, nothing is known and that is said aloud; with `--require` it ends with 1 then too,
 * as whoever releases wants it.
 *
 * `NPM_CONFIG_REGISTRY`, or `--registry=URL`, names another registry than npm's own.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { askAdvisories, NotAuditedError } from "./audit/advisories.ts";
import { lockedPackages } from "./audit/locked.ts";

const ROOT = new URL("../", import.meta.url);
const NPM = "https://registry.npmjs.org/";
const GRAVE: readonly string[] = ["high", "critical"];

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      require: { type: "boolean", default: false },
      registry: { type: "string", default: Deno.env.get("NPM_CONFIG_REGISTRY") ?? NPM },
    },
  });
  const packages = lockedPackages(await Deno.readTextFile(new URL("deno.lock", ROOT)));
  try {
    const found = await askAdvisories(packages, values);
    for (const { name, severity, title, versions, url } of found) {
      console.log(`${severity}  ${name} ${versions}: ${title} (${url})`);
    }
    const grave = found.filter(({ severity }) => GRAVE.includes(severity)).length;
    const asked = Object.keys(packages).length;
    console.log(`${asked} packages: ${found.length} advisories, ${grave} of them high or critical`);
    return grave > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof NotAuditedError)) throw error;
    console.log(
      `NOT AUDITED: ${error.message}. Run deno task audit --require where it can be asked`,
    );
    return values.require ? 1 : 0;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
