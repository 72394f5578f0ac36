import { expect } from "expect";
import { licenceOf, type ModuleGraph, reachablePackages, type ShippedPackage } from "./packages.ts";
import { renderLicences, renderSbom } from "./sbom.ts";

const npm = (name: string, ...dependencies: string[]) => ({
  name,
  version: "1.0.0",
  dependencies,
  localPath: `/cache/${name}`,
});

const graph: ModuleGraph = {
  modules: [{ kind: "esm" }, { kind: "npm", npmPackage: "@a/b@1.0.0" }],
  npmPackages: {
    "@a/b@1.0.0": npm("@a/b", "c@1.0.0"),
    "c@1.0.0": npm("c", "@a/b@1.0.0"),
    "only-in-tests@1.0.0": npm("only-in-tests"),
  },
};

const shipped = (name: string, more: Partial<ShippedPackage> = {}): ShippedPackage => ({
  name,
  version: "1.0.0",
  licence: "MIT",
  integrity: "sha512-AQL/",
  text: `Copyright ${name}`,
  dependencies: [],
  ...more,
});

const packages = new Map([
  ["@a/b@1.0.0", shipped("@a/b", { dependencies: ["c@1.0.0"] })],
  ["c@1.0.0", shipped("c", { licence: "", integrity: "" })],
]);

Deno.test("reachablePackages() follows dependencies, around circles, and leaves out the rest", () => {
  expect(reachablePackages(graph)).toEqual(["@a/b@1.0.0", "c@1.0.0"]);
});

Deno.test("reachablePackages() does not pass over a package that it does not know", () => {
  expect(() => reachablePackages({ ...graph, npmPackages: {} })).toThrow('"@a/b@1.0.0"');
});

Deno.test("licenceOf() reads old manifests too", () => {
  expect(licenceOf({ license: "MIT" })).toBe("MIT");
  expect(licenceOf({ license: { type: "BSD" } })).toBe("BSD");
  expect(licenceOf({})).toBe("");
});

Deno.test("renderSbom() names every package, its licence, its digest and what it depends on", () => {
  const bill = renderSbom({
    version: "2.0.0",
    commit: "abc",
    time: "2026-01-01T00:00:00Z",
    packages,
  });
  expect(bill.components[0]).toEqual({
    "bom-ref": "pkg:npm/%40a/b@1.0.0",
    type: "library",
    name: "@a/b",
    version: "1.0.0",
    purl: "pkg:npm/%40a/b@1.0.0",
    licenses: [{ expression: "MIT" }],
    hashes: [{ alg: "SHA-512", content: "0102ff" }],
  });
  expect(Object.keys(bill.components[1] ?? {})).not.toContain("hashes");
  expect(bill.dependencies).toEqual([
    { ref: "pkg:generic/hm9000@2.0.0?vcs_commit=abc", dependsOn: ["pkg:npm/%40a/b@1.0.0"] },
    { ref: "pkg:npm/%40a/b@1.0.0", dependsOn: ["pkg:npm/c@1.0.0"] },
    { ref: "pkg:npm/c@1.0.0", dependsOn: [] },
  ]);
});

Deno.test("renderLicences() has every text, and says which package names no licence", () => {
  expect(renderLicences(packages)).toContain("@a/b 1.0.0: MIT\n\nCopyright @a/b\n");
  expect(renderLicences(packages)).toContain("c 1.0.0: no licence named");
});
