/**
 * Holds what the house style says of files and comments: names in snake_case, an opening comment that
 * says what the file is for and why it is so, and no notes of work left undone.
 *
 * @module
 */

import { isTest } from "../import_rules.ts";
import { baseName, sourcePath } from "./source_path.ts";

/** File names are snake_case; `_x.ts` is private to its room (rule 6). */
export const fileName: Deno.lint.Rule = {
  create(context) {
    return {
      Program(node) {
        const name = baseName(sourcePath(context));
        if (/^_?[a-z0-9]+(_[a-z0-9]+)*(\.d)?\.(ts|tsx|js|mjs)$/.test(name)) return;
        context.report({ node, message: `Cannot name a file "${name}": write it in snake_case` });
      },
    };
  },
};

/** A file begins with a `@module` comment (rule 7); a test is described by its tests. */
export const moduleDoc: Deno.lint.Rule = {
  create(context) {
    return {
      Program(node) {
        if (isTest(sourcePath(context))) return;
        const code = context.sourceCode.text.replace(/^#!.*\n/, "").trimStart();
        const opening = /^\/\*\*[^]*?\*\//.exec(code)?.[0] ?? "";
        if (/^\s*\*?\s*@module\b/m.test(opening.slice("/**".length))) return;
        context.report({
          node,
          message: "Cannot tell what this file is for: begin it with a `@module` doc comment",
        });
      },
    };
  },
};

/** Work left undone is an issue in the tracker, not a comment. */
export const noUndoneComments: Deno.lint.Rule = {
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const note = /\b(TODO|FIXME|XXX|HACK)\b/.exec(comment.value)?.[0];
          if (note === undefined) continue;
          context.report({
            range: comment.range,
            message: `Cannot leave a ${note} in the source: do it, or file it as an issue`,
          });
        }
      },
    };
  },
};
