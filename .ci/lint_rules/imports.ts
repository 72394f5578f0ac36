/**
 * Holds rule 2 of the house style where the import is written: which room may import which, and
 * third-party packages by their alias only. `check_imports.ts` sees the same borders across files.
 *
 * @module
 */

import { directionProblem, importedPath, isTest, specifierProblem } from "../import_rules.ts";
import { sourcePath } from "./source_path.ts";

type Check = (specifier: string) => string | undefined;

/** Imports go one way between the rooms. */
export const importDirection: Deno.lint.Rule = {
  create(context) {
    const from = sourcePath(context);
    return visitImports(context, (specifier) => {
      const to = importedPath(from, specifier);
      return to === undefined ? undefined : directionProblem(from, to);
    });
  },
};

/** Packages are named in deno.json alone. */
export const importAlias: Deno.lint.Rule = {
  create(context) {
    return visitImports(context, specifierProblem);
  },
};

/**
 * A package is never imported dynamically: when the executables are bundled, the names that a CommonJS
 * package exports are lost. A file of ours that imports the package may be.
 */
export const noDynamicPackage: Deno.lint.Rule = {
  create(context) {
    if (isTest(sourcePath(context))) return {};
    return {
      ImportExpression({ source }) {
        const specifier = literal(source) ?? "./computed";
        if (/^(\.{1,2}\/|node:)/.test(specifier)) return;
        context.report({
          node: source,
          message: `Cannot import package "${specifier}" dynamically: it has no names once bundled`,
          hint: "Import a file of ours dynamically that imports the package statically",
        });
      },
    };
  },
};

/** Puts every way to name another module (static, re-export, dynamic, type) to one check. */
function visitImports(context: Deno.lint.RuleContext, check: Check): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node | null) => {
    const specifier = literal(node);
    const message = specifier === undefined ? undefined : check(specifier);
    if (node !== null && message !== undefined) context.report({ node, message });
  };
  return {
    ImportDeclaration: (node) => report(node.source),
    ExportNamedDeclaration: (node) => report(node.source),
    ExportAllDeclaration: (node) => report(node.source),
    ImportExpression: (node) => report(node.source),
    TSImportType: (node) => report(node.argument),
  };
}

function literal(node: Deno.lint.Node | null): string | undefined {
  if (node?.type === "TSLiteralType") return literal(node.literal);
  if (node?.type !== "Literal") return undefined;
  return typeof node.value === "string" ? node.value : undefined;
}
