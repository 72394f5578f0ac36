/**
 * How the platform is: what is wrong, the counts, how fresh they are and who leads. Pure.
 *
 * @module
 */
// @ts-check

import { h } from "./dom.js";
import { clock, duration, number } from "./format.js";
import { code, GLYPHS } from "./parts.js";
import { LED } from "./verdict.js";

/** @typedef {import("./dom.js").Child} Child */

/**
 * What is wrong, worst first, or that nothing is.
 *
 * @param {import("./verdict.js").Finding[]} findings
 * @returns {Child[]}
 */
export function verdictView(findings) {
  const mark = { bad: "✕", warn: "!", ok: "✓" };
  return [h(
    "ul",
    { class: "findings" },
    ...findings.map(({ tone, title, text }) =>
      h(
        "li",
        { class: `finding ${tone}` },
        h("span", { class: "mark", "aria-hidden": "true" }, mark[tone]),
        " ",
        h("strong", {}, title),
        " ",
        h("span", { class: "text" }, text),
      )
    ),
  )];
}

/**
 * @param {import("./types.js").Fleet} fleet
 * @param {{ choose: (list: string) => void }} actions
 * @returns {Child[]}
 */
export function countsView(fleet, { choose }) {
  const { desired = 0, ...rest } = fleet.instances;
  const shown = ["running", "starting", "missing", "crashed", "evacuating"];
  return [
    h(
      "p",
      { class: "count" },
      h("span", { class: "figure" }, number(desired)),
      " ",
      h("span", { class: "name" }, "desired"),
    ),
    ...shown.map((name) => {
      const n = rest[name] ?? 0;
      return h(
        "button",
        {
          class: `count ${name}${n === 0 ? " none" : ""}`,
          type: "button",
          onclick: () => choose(name),
        },
        h("span", { class: "figure" }, number(n)),
        " ",
        h(
          "span",
          { class: "name" },
          h("span", { class: "glyph", "aria-hidden": "true" }, GLYPHS[name] ?? ""),
          ` ${name}`,
        ),
      );
    }),
  ];
}

/**
 * @param {import("./types.js").Fleet} fleet @param {number} now
 * @returns {Child[]}
 */
export function knowledgeView({ freshness, leaders }, now) {
  return [
    h("h2", { id: "knowledge-heading" }, "Knowledge and leaders"),
    h(
      "dl",
      {},
      ...fact("Actual state", freshness.actual, now),
      ...fact("Desired state", freshness.desired, now),
      ...(leaders === null
        ? [h("dt", {}, "Leaders"), h("dd", { class: "bad" }, "the store does not say")]
        : LED.flatMap((component) => leadership(component, leaders))),
    ),
  ];
}

/** @param {string} name @param {import("./types.js").Freshness} freshness @param {number} now @returns {Child[]} */
function fact(name, { fresh, since }, now) {
  const age = since === null ? "" : ` since ${clock(since, now)}, ${duration(now - since)}`;
  return [
    h("dt", {}, name),
    h(
      "dd",
      { class: fresh ? "ok" : "bad" },
      h("b", {}, fresh ? "fresh" : "not fresh"),
      fresh ? age : "",
    ),
  ];
}

/**
 * @param {string} component @param {NonNullable<import("./types.js").Fleet["leaders"]>} leaders
 * @returns {Child[]}
 */
function leadership(component, leaders) {
  const leader = leaders.find((each) => each.component === component);
  return [
    h("dt", {}, component),
    leader === undefined ? h("dd", { class: "bad" }, h("b", {}, "nobody leads")) : h(
      "dd",
      {},
      code(leader.id, 13),
      " ",
      h("span", { class: "aside" }, `epoch ${leader.epoch}`),
    ),
  ];
}
