// A conversation: messages with their days, authors and threads, and where the reader is in it.

import { drawBlocks } from "./blocks.js";
import { el, icon, keep } from "./dom.js";
import { clock, day, mrkdwn, whole } from "./text.js";

const NEAR_END = 60; // pixels
const CLOSE_IN_TIME = 300; // seconds within which messages of one person stand together
const HUES = 6;

// A coloured tile with the first letter; the bot has its mark.
export function avatar(id, scene) {
  if (id === scene.bot) return el("img", { class: "avatar", src: "../static/icon.svg", alt: "" });
  const place = [...scene.people.keys()].indexOf(id);
  const name = scene.people.get(id)?.real_name ?? "?";
  return el("span", { class: `avatar hue-${place % HUES}`, "aria-hidden": "true" }, name[0]);
}

// Fills `list`, which scrolls in `scroll`. `press(where, message, block, element, option, node)`
// is called for what is pressed; `open(where, message)` opens a thread, or is null inside of one.
export class Messages {
  #list;
  #scroll;
  #press;
  #open;
  #drawnFor = "";

  constructor(list, scroll, { press, open = null }) {
    this.#list = list;
    this.#scroll = scroll;
    this.#press = press;
    this.#open = open;
    pin(scroll);
  }

  // `opened` is the ts of the message whose thread is open; inside a thread the first of
  // `messages` is the one that it is about.
  draw(where, messages, opened, scene) {
    const last = this.#list.lastElementChild?.dataset.key;
    const items = messages.map((message, place) => ({
      where,
      me: scene.me,
      open: Boolean(this.#open) && message.ts === opened,
      count: !this.#open && !place ? message.replies.length : 0,
      message: this.#open ? message : { ...message, replies: [] },
      ...standing(messages[place - 1], message, scene.zone),
    }));
    const keyOf = (one) => `${where} ${one.message.ts}`;
    keep(this.#list, items, keyOf, (one) => this.#message(one, scene));
    const news = this.#list.lastElementChild?.dataset.key !== last;
    const drawnFor = `${scene.me} ${where} ${this.#open ? "" : opened}`;
    const moved = drawnFor !== this.#drawnFor;
    this.#drawnFor = drawnFor;
    if (moved || (news && messages.at(-1)?.private)) toEnd(this.#scroll);
  }

  #message({ where, message, date, goesOn, open, count }, scene) {
    const classes = ["message", goesOn && "goes-on", message.private && "private", open && "open"];
    return el(
      "li",
      { class: classes.filter(Boolean).join(" ") },
      date && el("div", { class: "day" }, el("span", {}, date)),
      el(
        "article",
        { "aria-label": `${author(message, scene)}, ${clock(message.ts, scene.zone)}` },
        message.private && [icon("eye"), el("p", { class: "only-you" }, "Only visible to you")],
        el("div", { class: "gutter" }, goesOn ? time(message, scene) : avatar(message.user, scene)),
        el(
          "div",
          { class: "body" },
          !goesOn && heading(message, scene),
          this.#content(where, message, scene),
          this.#open && !message.private && !message.deleted && this.#below(where, message, scene),
        ),
      ),
      count > 0 && el("p", { class: "count-line" }, counted(count)),
    );
  }

  #content(where, message, scene) {
    if (message.deleted) return el("p", { class: "b-text quiet" }, "This message was deleted.");
    if (!message.blocks.length) return el("div", { class: "b-text" }, mrkdwn(message.text, scene));
    const press = (...what) => this.#press(where, message, ...what);
    return el("div", { class: "blocks" }, drawBlocks(message.blocks, scene, press));
  }

  // The way into the thread.
  #below(where, message, scene) {
    const { replies } = message;
    const onclick = () => this.#open(where, message);
    if (!replies.length) {
      return el("button", { type: "button", class: "thread-bar none", onclick }, "Reply in thread");
    }
    const people = [...new Set(replies.map((one) => one.user))].slice(0, 4);
    const latest = clock(replies.at(-1).ts, scene.zone);
    return el(
      "button",
      { type: "button", class: "thread-bar", onclick },
      people.map((id) => avatar(id, scene)),
      el("span", { class: "count" }, counted(replies.length)),
      el("span", { class: "quiet" }, `Last reply ${latest}`),
      icon("right"),
    );
  }
}

const toEnd = (scroll) => (scroll.scrollTop = scroll.scrollHeight);

// Who reads the end goes on reading it, whatever grows or shrinks. Only scrolling up leaves it: news
// may come between a way down and its event.
function pin(scroll) {
  let atEnd = true;
  let before = 0;
  const follow = new ResizeObserver(() => atEnd && toEnd(scroll));
  for (const one of [scroll, ...scroll.children]) follow.observe(one);
  scroll.addEventListener("scroll", () => {
    const near = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
    atEnd = near || (atEnd && scroll.scrollTop >= before);
    before = scroll.scrollTop;
  });
}

// Whether a message begins a day, and whether it goes on where its author just stopped. What has a
// headline stands by itself.
function standing(before, message, zone) {
  const date = day(message.ts, zone);
  if (!before || day(before.ts, zone) !== date) return { date, goesOn: false };
  const goesOn =
    before.user === message.user &&
    before.private === message.private &&
    !before.replies.length &&
    message.blocks[0]?.type !== "header" &&
    message.ts - before.ts < CLOSE_IN_TIME;
  return { date: null, goesOn };
}

const author = (message, scene) => scene.people.get(message.user)?.real_name ?? message.user;
const counted = (replies) => (replies === 1 ? "1 reply" : `${replies} replies`);

function time({ ts }, { zone }) {
  return el("time", { title: whole(ts, zone) }, clock(ts, zone));
}

function heading(message, scene) {
  const from = scene.people.get(message.user)?.team_id;
  return el(
    "header",
    {},
    el("strong", {}, author(message, scene)),
    message.user === scene.bot && el("span", { class: "tag" }, "App"),
    from !== scene.team && el("span", { class: "tag" }, "External"),
    time(message, scene),
    message.edited && !message.blocks.length && el("span", { class: "quiet" }, "(edited)"),
  );
}
