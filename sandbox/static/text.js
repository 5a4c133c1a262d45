// Slack's mark-up and Slack's dates, as nodes.
//
// `scene` says who reads: {me, people, channels, groups, zone}, the first an id, the next three
// Maps by id.

import { el } from "./dom.js";

const DAY = 86_400_000;

// The sandbox's clock is ahead of this machine's by what people let go by.
let ahead = 0;
export const setAhead = (seconds) => (ahead = seconds * 1000);
export const now = () => Date.now() + ahead;

// Times are each reader's own, as in Slack.
export function clock(seconds, zone) {
  return said(seconds, zone, { hour: "2-digit", minute: "2-digit" });
}

export function whole(seconds, zone) {
  return said(seconds, zone, { dateStyle: "full", timeStyle: "long" });
}

export function day(seconds, zone) {
  const near = nearby(seconds, zone);
  if (near) return near[0].toUpperCase() + near.slice(1);
  return said(seconds, zone, { weekday: "long", day: "numeric", month: "long" });
}

function said(seconds, zone, options) {
  return new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone }).format(seconds * 1000);
}

function nearby(seconds, zone) {
  const names = { "-1": "yesterday", 0: "today", 1: "tomorrow" };
  const apart = (midnight(seconds * 1000, zone) - midnight(now(), zone)) / DAY;
  return names[Math.round(apart)];
}

// The day of a moment in a zone, as the UTC midnight of the same name.
function midnight(ms, zone) {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone };
  return Date.parse(new Intl.DateTimeFormat("en-CA", parts).format(ms));
}

const DATES = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

export function date(seconds, format, scene) {
  const tell = () =>
    format.replace(/\{(\w+)\}/g, (token, name) => {
      if (name === "ago") return ago(seconds);
      const options = DATES[name.replace("_pretty", "")];
      if (!options) return token;
      const near = name.endsWith("_pretty") && nearby(seconds, scene.zone);
      return near || said(seconds, scene.zone, options);
    });
  const counting = format.includes("{ago}") && {
    class: "counting",
    "aria-live": "off", // or a screen reader would count along
    tell,
  };
  return el("time", { title: whole(seconds, scene.zone), ...counting }, tell());
}

const UNITS = { day: 86_400, hour: 3_600, minute: 60, second: 1 };

// In the largest unit that has passed, as of now.
function ago(seconds) {
  const passed = Math.min(0, seconds - now() / 1000);
  const [unit, size] = Object.entries(UNITS).find(([, size]) => -passed >= size) ?? ["second", 1];
  const units = Math.ceil(passed / size) || -0; // by its sign, even nothing is "ago"
  return new Intl.RelativeTimeFormat("en-GB").format(units, unit);
}

// Say again how long ago things were, as Slack's clients do by themselves.
export function countOn() {
  for (const node of document.querySelectorAll(".counting")) node.textContent = node.tell();
}

export function mention(id, scene) {
  const name = scene.people.get(id)?.real_name ?? id;
  return el("span", { class: id === scene.me ? "mention me" : "mention" }, `@${name}`);
}

export function channel(id, scene) {
  return el("span", { class: "mention" }, `#${scene.channels.get(id)?.name ?? id}`);
}

export function group(id, scene) {
  return el("span", { class: "mention" }, `@${scene.groups.get(id)?.handle ?? id}`);
}

export function link(url, words) {
  const harmless = /^(https?:|mailto:)/i.test(url);
  if (!harmless) return words || url;
  const message = PERMALINK.exec(url);
  if (message) return el("a", { href: url, onclick: (event) => goTo(event, message) }, words || url);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, words || url);
}

const PERMALINK = /^https:\/\/sandbox\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})$/;

// To a message of this workspace, where the page shows it: there is no such address outside.
function goTo(event, [, where, seconds, micros]) {
  event.preventDefault();
  const found = document.querySelector(`[data-key="${where} ${seconds}.${micros}"]`);
  found?.scrollIntoView({ block: "center" });
  found?.animate([{ background: "var(--mention-me)" }, {}], 2000);
}

const BEFORE = "(?<![\\p{L}\\p{N}])";
const AFTER = "(?![\\p{L}\\p{N}])";
const between = (mark, name) =>
  `${BEFORE}[${mark}](?<${name}>(?!\\s)[^${mark}\\n]*[^${mark}\\s])[${mark}]${AFTER}`;
const MARKS = new RegExp(
  [
    "```(?<pre>[^]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<special>[^<>]+)>",
    between("*", "strong"),
    between("_", "em"),
    between("~", "s"),
  ].join("|"),
  "u",
);

// Slack's mrkdwn as nodes.
export function mrkdwn(text, scene) {
  const nodes = [];
  for (let rest = text; rest;) {
    const found = MARKS.exec(rest);
    nodes.push(unescaped(found ? rest.slice(0, found.index) : rest));
    if (!found) break;
    nodes.push(marked(found.groups, scene));
    rest = rest.slice(found.index + found[0].length);
  }
  return nodes;
}

function marked(groups, scene) {
  const [[tag, inner]] = Object.entries(groups).filter(([, value]) => value !== undefined);
  if (tag === "special") return special(inner, scene);
  if (tag === "code" || tag === "pre") return el(tag, {}, unescaped(inner));
  return el(tag, {}, mrkdwn(inner, scene));
}

function special(inner, scene) {
  const [what, words] = inner.split(/\|(.*)/s);
  if (what.startsWith("@")) return mention(what.slice(1), scene);
  if (what.startsWith("#")) return channel(what.slice(1), scene);
  if (what.startsWith("!date^")) {
    const [, seconds, format] = what.split("^");
    return date(Number(seconds), unescaped(format), scene);
  }
  if (what.startsWith("!subteam^")) return group(what.split("^")[1], scene);
  if (what.startsWith("!")) return el("span", { class: "mention me" }, `@${what.slice(1)}`);
  return link(unescaped(what), words && unescaped(words));
}

// What a person typed, as Slack's clients send it.
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
