/**
 * Holds rule 8 of the house style: functions that fit on a screen, whose calls can be read without
 * looking them up, and that are written `function` where they are exported.
 *
 * @module
 */

/** The most lines a function may have, first and last included. */
const LINES_MAX = 70;

/** The most parameters that are told apart by their position alone. */
const POSITIONAL_MAX = 2;

type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** A function has at most 70 lines. */
export const functionLength: Deno.lint.Rule = {
  create(context) {
    const check = (node: FunctionNode) => {
      const lines = context.sourceCode.getText(node).split("\n").length;
      if (lines <= LINES_MAX) return;
      context.report({
        node,
        message: `Cannot keep a function of ${lines} lines: at most ${LINES_MAX} fit on a screen`,
        hint: "Keep the ifs in it and move the leaves into functions of their own",
      });
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
    };
  },
};

/** An exported function has at most two positional parameters; a third is an object of named options. */
export const maxParams: Deno.lint.Rule = {
  create(context) {
    return {
      Program(program) {
        for (const node of exportedFunctions(program)) {
          const rest = node.params.slice(POSITIONAL_MAX);
          if (rest.length === 0 || (rest.length === 1 && rest.every(isOptions))) continue;
          context.report({
            node,
            message: `Cannot export a function of ${node.params.length} positional parameters: ` +
              `at most ${POSITIONAL_MAX}, then one options object`,
          });
        }
      },
    };
  },
};

/** Exported functions at the top level are declared with `function`. */
export const exportedFunctionStyle: Deno.lint.Rule = {
  create(context) {
    return {
      Program(program) {
        for (const node of exportedFunctions(program)) {
          if (node.type === "FunctionDeclaration") continue;
          context.report({
            node,
            message: "Cannot export a function held in a constant: declare it with `function`",
          });
        }
      },
    };
  },
};

/** The functions that a file exports, whether where they are declared or in a list at its end. */
function exportedFunctions(program: Deno.lint.Program): FunctionNode[] {
  const listed = new Set(program.body.flatMap(listedNames));
  return program.body.flatMap((statement) => {
    if (statement.type === "ExportNamedDeclaration") return functionsIn(statement.declaration);
    return functionsIn(statement).filter((_, i) => listed.has(namesIn(statement)[i] ?? ""));
  });
}

function listedNames(statement: Deno.lint.Statement): string[] {
  if (statement.type !== "ExportNamedDeclaration" || statement.source !== null) return [];
  return statement.specifiers.flatMap(({ local }) =>
    local.type === "Identifier" ? [local.name] : []
  );
}

function functionsIn(node: Deno.lint.Node | null): FunctionNode[] {
  if (node?.type === "FunctionDeclaration") return [node];
  return functionConstants(node).map(([, value]) => value);
}

/** The names of what `functionsIn` gives, in the same order. */
function namesIn(node: Deno.lint.Node): string[] {
  if (node.type === "FunctionDeclaration") return [node.id?.name ?? ""];
  return functionConstants(node).map(([name]) => name);
}

function functionConstants(node: Deno.lint.Node | null): [name: string, value: FunctionNode][] {
  if (node?.type !== "VariableDeclaration") return [];
  return node.declarations.flatMap(({ id, init }): [string, FunctionNode][] => {
    const isFunction = init?.type === "ArrowFunctionExpression" ||
      init?.type === "FunctionExpression";
    return id.type === "Identifier" && isFunction ? [[id.name, init]] : [];
  });
}

/** Whether a parameter names its parts at the call: taken apart, of an object type, or called options. */
function isOptions(parameter: Deno.lint.Parameter): boolean {
  if (parameter.type === "AssignmentPattern") {
    return isOptions(parameter.left as Deno.lint.Parameter);
  }
  if (parameter.type === "ObjectPattern") return true;
  if (parameter.type !== "Identifier") return false;
  return parameter.typeAnnotation?.typeAnnotation.type === "TSTypeLiteral" ||
    /^_?(options|deps)$|(Options|Deps)$/.test(parameter.name);
}
