/**
 * The status page: asks for what it shows, again whenever hm9000 tells that something changed, and every
 * few seconds in any case; draws it; and says so when it does not know any more.
 *
 * @module
 */
// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import { appsView, explanationView, LISTS } from "./app_views.js";
import { byId, draw } from "./dom.js";
import { countsView, knowledgeView, verdictView } from "./fleet_views.js";
import { clock, duration } from "./format.js";
import { deasView, queueView, timelineView } from "./list_views.js";
import { askAll, failureOf } from "./questions.js";
import { after, every, monotonicMs, nowSeconds } from "./real_time.js";
import { now, state } from "./types.js";
import { findings, isLost } from "./verdict.js";

/** @typedef {import("./types.js").Fleet} Fleet */

/** From one round of questions to the next, in milliseconds: at least; told of changes; not told; hidden. */
const PACE_MS = Object.freeze({ least: 1_000, live: 5_000, polling: 3_000, hidden: 10_000 });
/** How long to wait before events are asked for again, in milliseconds. */
const EVENTS_RETRY_MS = 10_000;
/** More indices that one press shows. */
const INDICES_MORE = 200;

let lastAskedMs = -Infinity;
let isAsking = false;
let isWanted = true;
let announced = "";

/** The list of apps that is shown: what was chosen, or what needs attention most. */
function shownList() {
  const apps = state.fleet?.apps ?? {};
  const urgent = LISTS.slice(0, 5).find(([name = ""]) => (apps[name] ?? 0) > 0);
  return state.list ?? urgent?.[0] ?? "all";
}

/** Asks for everything that is shown, and draws it. */
async function refresh() {
  isAsking = true;
  isWanted = false;
  lastAskedMs = monotonicMs();
  try {
    await askAll(shownList);
    state.failure = undefined;
  } catch (error) {
    state.failure = failureOf(error);
  }
  isAsking = false;
  redraw();
}

/** Asks as soon as that is not too often. */
function want() {
  isWanted = true;
  turn();
}

/** Asks if it is time to. */
function turn() {
  const sinceMs = monotonicMs() - lastAskedMs;
  const regularMs = document.hidden
    ? PACE_MS.hidden
    : state.isLive
    ? PACE_MS.live
    : PACE_MS.polling;
  const isDue = sinceMs >= regularMs || (isWanted && !document.hidden && sinceMs >= PACE_MS.least);
  if (isDue && !isAsking) void refresh();
}

/** Follows what hm9000 tells, for ever. */
function follow() {
  const events = new EventSource("v1/events");
  events.onopen = () => {
    state.isLive = true;
    want();
  };
  events.onerror = () => {
    state.isLive = false;
    // It connects again by itself, unless it was refused.
    if (events.readyState === EventSource.CLOSED) after(EVENTS_RETRY_MS, follow);
    redraw();
  };
  for (const name of ["fleet", "holds", "decision", "reset"]) {
    events.addEventListener(name, want);
  }
}

function redraw() {
  const { fleet, heardAt, failure } = state;
  const known = { fleet, heardAt: heardAt === 0 ? 0 : heardAt + state.ahead, failure, now: now() };
  const found = findings(known);
  draw(byId("verdict"), verdictView(found));
  announce(found);
  drawLink(isLost(known));
  byId("main").classList.toggle("lost", isLost(known));
  byId("main").setAttribute("aria-busy", String(fleet === undefined));
  if (fleet !== undefined) drawFleet(fleet);
  drawExplanation();
}

/** @param {Fleet} fleet */
function drawFleet(fleet) {
  const at = now();
  draw(byId("counts"), countsView(fleet, { choose }));
  const list = shownList();
  const page = state.appsOf === list ? state.apps : undefined;
  draw(byId("apps"), appsView({ fleet, list, page }, { choose, turn: turnApps }));
  draw(byId("queue"), queueView({ fleet, page: state.messages, now: at }, { turn: turnMessages }));
  draw(byId("knowledge"), knowledgeView(fleet, at));
  draw(byId("timeline"), timelineView(state.decisions, at));
  draw(byId("deas"), deasView({ page: state.deas, now: at }, { turn: turnDeas }));
}

function drawExplanation() {
  const section = byId("explanation");
  section.hidden = state.guid === "";
  if (state.guid === "") return draw(section, []);
  const more = () => {
    state.indicesShown += INDICES_MORE;
    redraw();
  };
  draw(section, explanationView(state, { close, more }));
}

/** @param {boolean} lost */
function drawLink(lost) {
  const link = byId("link");
  const { heardAt, isLive } = state;
  const ago = heardAt === 0 ? "" : `, ${duration(nowSeconds() - heardAt)} ago`;
  link.className = `link ${lost ? "bad" : isLive ? "ok" : "warn"}`;
  link.textContent = lost
    ? `lost since ${heardAt === 0 ? "the beginning" : clock(heardAt, nowSeconds())}`
    : `${isLive ? "live" : "polling"}${ago}`;
}

/** Tells screen readers of what is new, and not of every figure that changes. @param {{ title: string }[]} found */
function announce(found) {
  const titles = found.map(({ title }) => title).join(", ");
  if (titles === announced) return;
  announced = titles;
  byId("announce").textContent = titles;
  document.title = `${titles} · hm9000`;
}

/** @param {string} list */
function choose(list) {
  state.list = list;
  turnApps(1);
}

/** @param {number} page */
function turnApps(page) {
  state.appsPage = page;
  redraw();
  void refresh();
}

/** @param {number} page */
function turnMessages(page) {
  state.messagesPage = page;
  void refresh();
}

/** @param {number} page */
function turnDeas(page) {
  state.deasPage = page;
  void refresh();
}

function close() {
  location.hash = "";
  byId("guid").focus();
}

/** The address says which app is explained, so that it can be sent to somebody. */
function readAddress() {
  const guid = new URLSearchParams(location.hash.slice(1)).get("app") ?? "";
  if (guid === state.guid) return;
  state.guid = guid;
  state.explained = undefined;
  state.indicesShown = 50;
  redraw();
  if (guid === "") return;
  byId("explanation-heading").focus();
  void refresh();
}

function listen() {
  byId("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const guid = /** @type {HTMLInputElement} */ (byId("guid")).value.trim();
    if (guid !== "") location.hash = new URLSearchParams({ "app": guid }).toString();
  });
  addEventListener("hashchange", readAddress);
  document.addEventListener("visibilitychange", want);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      byId("guid").focus();
    }
    if (event.key === "Escape" && state.guid !== "") close();
  });
  byId("theme").addEventListener("click", nextTheme);
}

function nextTheme() {
  const { dataset } = document.documentElement;
  const next = { auto: "dark", dark: "light", light: "auto" }[dataset["theme"] ?? "auto"] ?? "auto";
  if (next === "auto") delete dataset["theme"];
  else dataset["theme"] = next;
  localStorage.setItem("hm9000-theme", next);
  nameTheme();
}

function nameTheme() {
  byId("theme").textContent = `Theme: ${document.documentElement.dataset["theme"] ?? "auto"}`;
}

nameTheme();
listen();
follow();
readAddress();
every(1_000, () => {
  turn();
  redraw();
});
turn();
