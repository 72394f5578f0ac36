/**
 * The house's own lint rules: what the house style marks as held by the gate and Deno's own linter does
 * not know. Rules that are not checked are wishes. The rules stand in `lint_rules/`, one idea a file.
 *
 * @module
 */

import { exportedFunctionStyle, functionLength, maxParams } from "./lint_rules/functions.ts";
import { importAlias, importDirection, noDynamicPackage } from "./lint_rules/imports.ts";
import { noAmbient } from "./lint_rules/no_ambient.ts";
import { noEnum, noExportDefault, noExportStar, noPrivateKeyword } from "./lint_rules/syntax.ts";
import { fileName, moduleDoc, noUndoneComments } from "./lint_rules/text.ts";

/** The plugin as `deno lint` loads it. */
export const house: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "import-direction": importDirection,
    "import-alias": importAlias,
    "no-dynamic-package": noDynamicPackage,
    "function-length": functionLength,
    "max-params": maxParams,
    "exported-function-style": exportedFunctionStyle,
    "no-private-keyword": noPrivateKeyword,
    "no-enum": noEnum,
    "no-export-default": noExportDefault,
    "no-export-star": noExportStar,
    "no-ambient": noAmbient,
    "file-name": fileName,
    "module-doc": moduleDoc,
    "no-undone-comments": noUndoneComments,
  },
};

// deno-lint-ignore house/no-export-default -- a plugin is loaded by its default export
export default house;
