/**
 * Syntax that the house does without: `private` (a `#private` name holds at run time too), `enum` (a
 * union needs no run-time code and is checked for exhaustiveness), default exports (they have no name to
 * search for) and `export *` (the reader of a door must see what passes it).
 *
 * @module
 */

/** `#private`, not `private` (rule 13). */
export const noPrivateKeyword: Deno.lint.Rule = {
  create(context) {
    const message = "Cannot use `private`: name the member with `#`";
    return {
      PropertyDefinition(node) {
        if (node.accessibility === "private") context.report({ node, message });
      },
      MethodDefinition(node) {
        // A constructor cannot be named with `#`; hiding one is how a class makes itself ready first.
        if (node.kind === "constructor") return;
        if (node.accessibility === "private") context.report({ node, message });
      },
      TSParameterProperty(node) {
        // The linter of Deno 2.9 leaves `accessibility` of a parameter unset; its text tells.
        if (/^private\b/.test(context.sourceCode.getText(node))) context.report({ node, message });
      },
    };
  },
};

/** Unions of literals, not `enum` (rule 11). */
export const noEnum: Deno.lint.Rule = {
  create(context) {
    return {
      TSEnumDeclaration(node) {
        context.report({ node, message: "Cannot use `enum`: write a union of string literals" });
      },
    };
  },
};

/** Named exports only. */
export const noExportDefault: Deno.lint.Rule = {
  create(context) {
    const message = "Cannot export a default: give the export its name";
    return {
      ExportDefaultDeclaration: (node) => context.report({ node, message }),
      ExportSpecifier(node) {
        const { exported } = node;
        if (exported.type === "Identifier" && exported.name === "default") {
          context.report({ node, message });
        }
      },
    };
  },
};

/** A door lists what passes it. */
export const noExportStar: Deno.lint.Rule = {
  create(context) {
    return {
      ExportAllDeclaration(node) {
        context.report({ node, message: "Cannot export everything: list the names" });
      },
    };
  },
};
