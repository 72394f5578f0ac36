/**
 * The software bill of materials, in CycloneDX 1.5, and the licences' texts. The same sources make the
 * same bytes: the time is the commit's, and there is no serial number.
 *
 * @module
 */

import { encodeHex } from "./hex.ts";
import type { ShippedPackage } from "./packages.ts";

/** What the bill is of. */
export interface Shipped {
  readonly version: string;
  readonly commit: string;
  /** ISO 8601. */
  readonly time: string;
  readonly packages: ReadonlyMap<string, ShippedPackage>;
}

/** The bill as a value. */
export function renderSbom({ version, commit, time, packages }: Shipped) {
  const root = `pkg:generic/hm9000@${version}?vcs_commit=${commit}`;
  const all = [...packages.values()];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      timestamp: time,
      component: {
        "bom-ref": root,
        type: "application",
        name: "hm9000",
        version,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    },
    components: all.map(component),
    dependencies: [
      { ref: root, dependsOn: topLevel(packages).map(purl) },
      ...all.map((shipped) => ({
        ref: purl(shipped),
        dependsOn: shipped.dependencies.flatMap((key) => {
          const dependency = packages.get(key);
          return dependency === undefined ? [] : purl(dependency);
        }),
      })),
    ],
  };
}

/** The licences of all packages, one after the other. */
export function renderLicences(packages: ReadonlyMap<string, ShippedPackage>): string {
  return [...packages.values()].map(({ name, version, licence, text }) =>
    `${"=".repeat(80)}\n${name} ${version}: ${licence || "no licence named"}\n\n${text.trim()}\n`
  ).join("\n");
}

function component(shipped: ShippedPackage) {
  const { name, version, licence, integrity } = shipped;
  const [algorithm, digest = ""] = integrity.split("-");
  return {
    "bom-ref": purl(shipped),
    type: "library",
    name,
    version,
    purl: purl(shipped),
    ...(licence === "" ? {} : { licenses: [{ expression: licence }] }),
    ...(algorithm === "sha512" ? { hashes: [{ alg: "SHA-512", content: encodeHex(digest) }] } : {}),
  };
}

/** Packages that no other package brings along. */
function topLevel(packages: ReadonlyMap<string, ShippedPackage>): readonly ShippedPackage[] {
  const brought = new Set([...packages.values()].flatMap(({ dependencies }) => dependencies));
  return [...packages].filter(([key]) => !brought.has(key)).map(([, shipped]) => shipped);
}

function purl({ name, version }: ShippedPackage): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
