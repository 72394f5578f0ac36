/**
 * Holds rule 18 of the house style: time, timers and chance come in through `TimeProvider` and `Random`,
 * so that a test or a simulation can hold them still. Only the real implementations, the status page's
 * among them, and the test helpers that look after real processes or measure them, ask the runtime.
 *
 * @module
 */

import { baseName, sourcePath } from "./source_path.ts";

/** Globals that may not be named at all. */
const TIMERS = new Set(["setTimeout", "setInterval"]);

/** Members of globals that may not be named; `globalThis.` may stand before any of them. */
const MEMBERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["Date", new Set(["now"])],
  ["Math", new Set(["random"])],
  ["crypto", new Set(["randomUUID", "getRandomValues"])],
  ["performance", new Set(["now"])],
  ["Temporal", new Set(["Now"])],
  ["globalThis", TIMERS],
  ["self", TIMERS],
]);

/** Names that may not be imported from the modules that offer the same by another way. */
const IMPORTS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["node:timers", TIMERS],
  ["node:timers/promises", new Set([...TIMERS, "scheduler"])],
  ["node:perf_hooks", new Set(["performance"])],
  ["node:crypto", new Set(["randomUUID", "randomBytes", "randomInt", "getRandomValues"])],
]);

/** Nothing but the real implementations asks for the time, a timer or a random number. */
export const noAmbient: Deno.lint.Rule = {
  create(context) {
    if (mayAsk(sourcePath(context))) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `Cannot use \`${what}\`: take a TimeProvider or a Random`,
        hint: "Only lib/helpers/real_*.ts and helpers that look after processes ask the runtime",
      });
    return {
      Identifier(node) {
        if (TIMERS.has(node.name) && isReference(node)) report(node, node.name);
      },
      Property(node) {
        const { key, parent } = node;
        if (!node.shorthand || parent.type !== "ObjectExpression") return;
        if (key.type === "Identifier" && TIMERS.has(key.name)) report(node, key.name);
      },
      MemberExpression(node) {
        const name = memberName(node);
        if (MEMBERS.get(globalName(node.object))?.has(name)) {
          report(node, `${globalName(node.object)}.${name}`);
        }
      },
      VariableDeclarator(node) {
        for (const name of destructured(node)) report(node, `${globalName(node.init)}.${name}`);
      },
      NewExpression(node) {
        if (globalName(node.callee) === "Date" && node.arguments.length === 0) {
          report(node, "new Date()");
        }
      },
      CallExpression(node) {
        if (globalName(node.callee) === "Date") report(node, "Date()");
      },
      ImportSpecifier(node) {
        const from = node.parent.source?.value ?? "";
        const name = node.imported.type === "Identifier" ? node.imported.name : node.imported.value;
        if (IMPORTS.get(from)?.has(name)) report(node, name);
      },
    };
  },
};

function mayAsk(path: string): boolean {
  const name = baseName(path);
  if (path.startsWith("lib/")) {
    return /^lib\/(helpers\/real_[^/]*|api\/page\/assets\/real_time\.js)$/.test(path);
  }
  if (path.startsWith("mcat/phd/")) return true;
  if (!/^(test_helpers|mcat)\//.test(path)) return false;
  return /^real_|^process|_(runner|process)(_test)?\.ts$/.test(name);
}

/** The name of a global, also when reached by `globalThis.`; empty for any other expression. */
function globalName(node: Deno.lint.Node | null | undefined): string {
  if (node?.type === "Identifier") return node.name;
  if (node?.type !== "MemberExpression" || node.object.type !== "Identifier") return "";
  return ["globalThis", "self"].includes(node.object.name) ? memberName(node) : "";
}

function memberName(node: Deno.lint.MemberExpression): string {
  const { property } = node;
  if (property.type === "Literal") return String(property.value);
  return property.type === "Identifier" && !node.computed ? property.name : "";
}

/** The forbidden members that `const { now } = Date` and its like take out. */
function destructured({ id, init }: Deno.lint.VariableDeclarator): string[] {
  const forbidden = MEMBERS.get(globalName(init));
  if (forbidden === undefined || id.type !== "ObjectPattern") return [];
  return id.properties.flatMap((property) => {
    if (property.type !== "Property" || property.key.type !== "Identifier") return [];
    return forbidden.has(property.key.name) ? [property.key.name] : [];
  });
}

/** Whether an identifier stands for the global, not for a member, key, parameter or type of that name. */
function isReference(node: Deno.lint.Identifier): boolean {
  const parent = node.parent;
  const isHere = (other: Deno.lint.Node | null | undefined) =>
    other?.range[0] === node.range[0] && other.range[1] === node.range[1];
  switch (parent.type) {
    case "MemberExpression":
      return parent.computed || isHere(parent.object);
    case "Property":
      return !parent.shorthand && parent.parent.type === "ObjectExpression" &&
        isHere(parent.value);
    case "CallExpression":
    case "NewExpression":
    case "AssignmentExpression":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "ArrayExpression":
    case "ReturnStatement":
      return true;
    case "VariableDeclarator":
      return isHere(parent.init);
    default:
      return false;
  }
}
