/**
 * One page of the queue, one of the DEAs, and what was started and stopped last. Pure.
 *
 * @module
 */
// @ts-check

import { h } from "./dom.js";
import { clock, count, duration, number, short } from "./format.js";
import { appLink, code, kind, pager, spaced, table } from "./parts.js";

/** @typedef {import("./dom.js").Child} Child */

/**
 * @param {{
 *   fleet: import("./types.js").Fleet, page: import("./types.js").MessagesPage | undefined, now: number,
 * }} known
 * @param {{ turn: (page: number) => void }} actions
 * @returns {Child[]}
 */
export function queueView({ fleet, page, now }, { turn }) {
  const { starts, stops } = fleet.queue;
  return [
    h(
      "h2",
      { id: "queue-heading" },
      "Queue ",
      h("span", { class: "aside" }, `${count(starts, "start")}, ${count(stops, "stop")}`),
    ),
    page !== undefined && page.messages.length === 0 &&
    h("p", { class: "empty" }, "Nothing waits to be sent."),
    page !== undefined && page.messages.length > 0 && table(
      ["What", "App", "Reason", "When"],
      { name: "queue", rows: page.messages.map((message) => messageRow(message, { fleet, now })) },
    ),
    page !== undefined && pager(page, { what: "queue", turn }),
  ];
}

/**
 * @param {import("./types.js").Message} message
 * @param {{ fleet: import("./types.js").Fleet, now: number }} known
 * @returns {Child[]}
 */
function messageRow(message, { fleet, now }) {
  const { index, instance } = message;
  const where = index === null ? short(instance ?? "", 20) : `index ${index}`;
  return [
    kind(message.kind),
    h("span", {}, ...spaced(appLink(message.droplet), h("span", { class: "aside" }, where))),
    message.reason,
    when(message, { now, isHeld: isHeld(message, fleet.holds) }),
  ];
}

/** @param {import("./types.js").Message} message @param {import("./types.js").Hold[]} holds */
function isHeld({ kind }, holds) {
  return holds.some((hold) => hold.holds === "all" || hold.holds === `${kind}s`);
}

/**
 * @param {import("./types.js").Message} message
 * @param {{ now: number, isHeld: boolean }} options
 */
function when(message, { now, isHeld }) {
  const { sent_on: sentOn, send_on: sendOn, judged_again_on: judgedOn } = message;
  if (sentOn !== null) {
    const left = (judgedOn ?? 0) - now;
    return `sent ${duration(now - sentOn)} ago, ${
      left > 0 ? `judged again in ${duration(left)}` : "judged again now"
    }`;
  }
  if (sendOn > now) return `in ${duration(sendOn - now)}`;
  return `${isHeld ? "held, " : ""}due for ${duration(now - sendOn)}`;
}

/**
 * @param {{ page: import("./types.js").DeasPage | undefined, now: number }} known
 * @param {{ turn: (page: number) => void }} actions
 * @returns {Child[]}
 */
export function deasView({ page, now }, { turn }) {
  return [
    h(
      "h2",
      { id: "deas-heading" },
      "DEAs ",
      page !== undefined && h("span", { class: "aside" }, `${number(page.total)} present`),
    ),
    page !== undefined && page.deas.length === 0 &&
    h("p", { class: "empty" }, "No DEA is present."),
    page !== undefined && page.deas.length > 0 && table(
      ["DEA", "Instances", "Last heartbeat"],
      {
        name: "deas",
        rows: page.deas.map(({ guid, instances, renewed_at: renewedAt }) => [
          code(guid, 26),
          number(instances),
          renewedAt === null ? "none seen yet" : `${duration(now - renewedAt)} ago`,
        ]),
      },
    ),
    page !== undefined && pager(page, { what: "DEAs", turn }),
  ];
}

/**
 * @param {import("./types.js").Decision[] | undefined} decisions @param {number} now
 * @returns {Child[]}
 */
export function timelineView(decisions, now) {
  return [
    h("h2", { id: "timeline-heading" }, "Starts and stops"),
    (decisions === undefined || decisions.length === 0) &&
    h("p", { class: "empty" }, "None of late."),
    h(
      "ol",
      { class: "timeline", "aria-live": "off" },
      ...(decisions ?? []).map((decision) =>
        h(
          "li",
          {},
          ...spaced(
            h("time", {}, clock(decision.at, now)),
            kind(decision.kind),
            decision.droplet !== "" && appLink(decision.droplet),
            decision.index !== undefined &&
              h("span", { class: "aside" }, `index ${decision.index}`),
            h("span", { class: "why" }, decision.why === "" ? decision.reason : decision.why),
          ),
        )
      ),
    ),
  ];
}
