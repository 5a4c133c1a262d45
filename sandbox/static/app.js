// The page: asks the server what one person sees, draws it, and posts what that person does.
//
// Where one is stands in the address, as #person/channel/thread, so that reloading, going back and
// links work. All else is the server's.

import { Audit } from "./audit.js";
import { drawBlocks } from "./blocks.js";
import { CCPayment } from "./ccpayment.js";
import { Composer } from "./composer.js";
import { confirmed, toast } from "./controls.js";
import { byId, el, icon, keep } from "./dom.js";
import { Modals } from "./modal.js";
import { clock, day, escaped, mrkdwn, whole } from "./text.js";

const AGAIN_AFTER = 1000; // milliseconds, when the server did not answer
const NEAR_END = 60; // pixels
const CLOSE_IN_TIME = 300; // seconds within which messages of one person stand together
const BOTH_FIT = matchMedia("(min-width: 1500px)"); // a thread beside the drawer

let state = null;
let seen = "";
let asking = new AbortController();
const read = new Map(); // person/channel → ts of the newest message seen

// Where one is.

const here = () => location.hash.slice(1).split("/");
const me = () => here()[0] || state?.slack.me.id || "";
const thread = () => here()[2] || "";

function channel() {
  const { channels } = state.slack;
  return channels.find((one) => one.id === here()[1]) ?? channels[0];
}

function go(person, place = "", ts = "") {
  location.hash = [person, place, ts].join("/").replace(/\/+$/, "");
}

addEventListener("hashchange", () => {
  if (state && me() !== state.slack.me.id) {
    seen = "";
    asking.abort();
  } else if (state) draw();
});

// To and from the server.

async function act(name, body) {
  try {
    const answer = await fetch(`api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: me(), ...body }),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return await answer.json();
  } catch (error) {
    return { error: `The sandbox did not take it (${error.message}).` };
  }
}

async function doing(node, name, body) {
  node.ariaBusy = "true";
  const answer = await act(name, body);
  node.ariaBusy = "false";
  if (answer.error) toast(answer.error);
  return answer;
}

async function follow() {
  for (;;) {
    asking = new AbortController();
    try {
      const asked = new URLSearchParams({ as: me(), seen });
      const answer = await fetch(`api/state?${asked}`, { signal: asking.signal });
      byId("offline").hidden = true;
      if (answer.status === 404) go("");
      else if (answer.status === 200) take(await answer.json());
    } catch (error) {
      if (error.name === "AbortError") continue;
      seen = "";
      byId("offline").hidden = false;
      await new Promise((done) => setTimeout(done, AGAIN_AFTER));
    }
  }
}

function take(news) {
  if (me() && me() !== news.slack.me.id) return;
  state = news;
  seen = news.version;
  draw();
}

// Drawing.

const composer = new Composer(byId("composer"), { send: sendFromChannel, examples: true });
const threadComposer = new Composer(byId("thread-composer"), { send: sendFromThread });
const ccpayment = new CCPayment(byId("panel-ccpayment"), act);
const audit = new Audit(byId("panel-audit"), act);
const modals = new Modals({
  submit: (view, values) => act("submit", { view: view.id, values }),
  close: (view) => act("close", { view: view.id }),
  suggest: (view, block, element, typed) =>
    act("suggest", { view: view.id, block: block.block_id, action: element.action_id, typed }),
  press: (view, block, element, option, node) =>
    press(element, option, node, "click_view", { view: view.id, block: block.block_id }),
});

function scene() {
  const { slack } = state;
  return {
    me: slack.me.id,
    zone: slack.me.tz,
    people: new Map(slack.people.map((one) => [one.id, one])),
    channels: new Map(slack.channels.map((one) => [one.id, one])),
  };
}

function draw() {
  const where = channel();
  const shown = scene();
  document.title = `${named(where)} – Countersign sandbox`;
  markRead(where);
  drawRail(where);
  drawTop(where);
  drawMessages(byId("messages"), byId("scroll"), where, where.messages, shown);
  composer.draw(where.person ? "Message Countersign" : `Message #${where.name}`);
  drawThread(where, shown);
  ccpayment.draw(state.ccpayment, shown.zone);
  audit.draw(state.audit, shown.zone);
  drawTools();
  modals.draw(state.slack.views, shown);
}

const named = (place) => (place.person ? "Countersign" : `#${place.name}`);

function drawRail(where) {
  const { channels, people } = state.slack;
  const place = (one) => ({ ...brief(one), current: one.id === where.id, news: unread(one) });
  keep(byId("channels"), channels.filter((one) => !one.person).map(place), (one) => one.id, drawPlace);
  const directs = channels.filter((one) => one.person);
  byId("direct-messages").hidden = !directs.length;
  keep(byId("directs"), directs.map(place), (one) => one.id, drawPlace);
  const chosen = people.filter((one) => one.id !== state.slack.app.user_id);
  const person = (one) => ({ ...one, role: state.roles[one.id], current: one.id === me() });
  keep(byId("people"), chosen.map(person), (one) => one.id, drawPerson);
}

const brief = ({ id, name, person }) => ({ id, name, person });

function drawPlace({ id, name, person, current, news }) {
  const button = el(
    "button",
    {
      type: "button",
      class: `place ${news && !current ? "unread" : ""}`,
      "aria-current": current && "page",
      onclick: () => go(me(), id),
    },
    person ? avatar(state.slack.app.user_id) : icon("hash"),
    el("span", { class: "name" }, person ? "Countersign" : name),
    news && !current ? el("span", { class: "badge", "aria-label": `${news} new` }, String(news)) : null,
  );
  return el("li", {}, button);
}

function drawPerson({ id, real_name, role, current }, old) {
  const radio = el("input", {
    type: "radio",
    name: "person",
    value: id,
    checked: current,
    onchange: () => go(id, here()[1], ""),
  });
  const node = el(
    "label",
    { class: "person" },
    radio,
    avatar(id),
    el("span", { class: "who" }, real_name, el("small", {}, role)),
  );
  if (old?.contains(document.activeElement)) queueMicrotask(() => radio.focus());
  return node;
}

// A coloured tile with the first letter; the bot has its mark.
function avatar(id) {
  if (id === state.slack.app.user_id) {
    return el("img", { class: "avatar", src: "static/icon.svg", alt: "" });
  }
  const place = state.slack.people.findIndex((one) => one.id === id);
  const name = state.slack.people[place]?.real_name ?? "?";
  return el("span", { class: `avatar hue-${place % 6}`, "aria-hidden": "true" }, name[0]);
}

function drawTop(where) {
  byId("title").replaceChildren(...(where.person ? [] : [icon("hash")]), where.person ? "Countersign" : where.name);
  byId("topic").textContent = where.person
    ? "Your direct messages with the bot"
    : where.is_member
      ? "Payouts are asked for and decided here"
      : "Countersign was not invited here; the command works anyway";
  byId("intro").hidden = Boolean(where.person);
}

// What is unread.

const readKey = (place) => `${me()}/${place.id}`;

function markRead(where) {
  read.set(readKey(where), where.messages.at(-1)?.ts ?? "");
}

function unread(place) {
  const since = read.get(readKey(place)) ?? "";
  return place.messages.filter((one) => one.ts > since && one.user !== me()).length;
}

// Messages.

function drawMessages(list, scroll, where, messages, shown, inThread = false) {
  const drawnFor = `${shown.me} ${where.id} ${inThread ? thread() : ""}`;
  const moved = scroll.dataset.for !== drawnFor;
  const last = list.lastElementChild?.dataset.key;
  scroll.dataset.for = drawnFor;
  const items = messages.map((message, place) => ({
    where: where.id,
    me: shown.me,
    inThread,
    open: !inThread && message.ts === thread(),
    count: inThread && !place ? message.replies.length : 0,
    message: inThread ? { ...message, replies: [] } : message,
    ...standing(messages[place - 1], message, shown.zone),
  }));
  keep(list, items, (one) => `${one.where} ${one.message.ts}`, (one) => drawMessage(one, shown));
  const answered = list.lastElementChild?.dataset.key !== last && messages.at(-1)?.private;
  if (moved || answered) toEnd(scroll);
}

const toEnd = (scroll) => (scroll.scrollTop = scroll.scrollHeight);

// Who reads the end goes on reading it, whatever grows or shrinks.
function pin(scroll) {
  let atEnd = true;
  const follow = new ResizeObserver(() => atEnd && toEnd(scroll));
  for (const one of [scroll, ...scroll.children]) follow.observe(one);
  scroll.addEventListener("scroll", () => {
    atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
  });
}
pin(byId("scroll"));
pin(byId("thread-scroll"));

// Whether a message begins a day, and whether it goes on where its author just stopped.
function standing(before, message, zone) {
  const date = day(message.ts, zone);
  const starts = !before || day(before.ts, zone) !== date;
  const goesOn =
    !starts &&
    before.user === message.user &&
    before.private === message.private &&
    !before.replies.length &&
    message.ts - before.ts < CLOSE_IN_TIME;
  return { date: starts ? date : null, goesOn };
}

function drawMessage({ where, message, date, goesOn, open, inThread, count }, shown) {
  const author = shown.people.get(message.user);
  const bot = message.user === state.slack.app.user_id;
  const time = el("time", { title: whole(message.ts, shown.zone) }, clock(message.ts, shown.zone));
  const classes = ["message", goesOn && "goes-on", message.private && "private", open && "open"];
  return el(
    "li",
    { class: classes.filter(Boolean).join(" ") },
    date && el("div", { class: "day" }, el("span", {}, date)),
    el(
      "article",
      { "aria-label": `${author?.real_name ?? message.user}, ${clock(message.ts, shown.zone)}` },
      message.private && [icon("eye"), el("p", { class: "only-you" }, "Only visible to you")],
      el("div", { class: "gutter" }, goesOn ? time.cloneNode(true) : avatar(message.user)),
      el(
        "div",
        { class: "body" },
        !goesOn &&
          el(
            "header",
            {},
            el("strong", {}, author?.real_name ?? message.user),
            bot && el("span", { class: "app" }, "App"),
            author && author.team_id !== state.slack.team.id && el("span", { class: "app" }, "External"),
            time,
          ),
        content(message, where, shown),
        message.edited && !message.blocks.length && el("span", { class: "quiet" }, " (edited)"),
        !inThread && below(message, where),
      ),
    ),
    count > 0 && el("p", { class: "count-line" }, counted(count)),
  );
}

function content(message, where, shown) {
  if (message.deleted) return el("p", { class: "b-text quiet" }, "This message was deleted.");
  if (!message.blocks.length) return el("div", { class: "b-text" }, mrkdwn(message.text, shown));
  return el(
    "div",
    { class: "blocks" },
    drawBlocks(message.blocks, shown, (block, element, option, node) =>
      press(element, option, node, "click", {
        in: where,
        ts: message.ts,
        block: block.block_id,
        version: message.versions - 1,
      }),
    ),
  );
}

const counted = (replies) => (replies === 1 ? "1 reply" : `${replies} replies`);

// The way into the thread.
function below(message, where) {
  if (message.private || message.deleted) return null;
  const { replies } = message;
  const people = [...new Set(replies.map((one) => one.user))].slice(0, 4);
  return el(
    "button",
    {
      type: "button",
      class: replies.length ? "thread-bar" : "thread-bar none",
      onclick: () => go(me(), where, message.ts),
    },
    replies.length ? people.map(avatar) : null,
    el("span", { class: "count" }, replies.length ? counted(replies.length) : "Reply in thread"),
    replies.length
      ? el("span", { class: "quiet" }, `Last reply ${clock(replies.at(-1).ts, state.slack.me.tz)}`)
      : null,
    icon("right"),
  );
}

async function press(element, option, node, name, body) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  await doing(node, name, { ...body, action: element.action_id, option: option?.value ?? null });
}

// The thread.

function drawThread(where, shown) {
  const parent = where.messages.find((one) => one.ts === thread());
  byId("thread").hidden = !parent;
  if (!parent) return;
  byId("thread-place").textContent = named(where);
  const all = [parent, ...parent.replies];
  drawMessages(byId("replies"), byId("thread-scroll"), where, all, shown, true);
  threadComposer.draw("Reply…");
}


const closeThread = () => go(me(), channel().id);

// The drawer.

let wanted = matchMedia("(min-width: 1200px)").matches ? "ccpayment" : "";

const tab = () => (BOTH_FIT.matches || !thread() ? wanted : "");

function openDrawer(name) {
  wanted = name;
  if (name && !tab()) closeThread();
  drawTools();
}

function drawTools() {
  byId("drawer").hidden = !tab();
  const faults = state.ccpayment.mode.names.length;
  const tools = {
    ccpayment: [icon("bank"), "CCPayment", faults ? mark("fault in force") : null],
    audit: [icon("book"), "Audit log", el("span", { class: "number" }, String(state.audit[0]?.number ?? 0))],
  };
  for (const [name, children] of Object.entries(tools)) {
    const tool = byId(`open-${name}`);
    tool.replaceChildren(...children.filter(Boolean));
    tool.setAttribute("aria-pressed", tab() === name);
    byId(`tab-${name}`).setAttribute("aria-selected", tab() === name);
    byId(`tab-${name}`).tabIndex = tab() === name ? 0 : -1;
    byId(`panel-${name}`).hidden = tab() !== name;
  }
}

function mark(what) {
  return el("span", { class: "alarm", role: "img", "aria-label": what });
}

for (const button of document.querySelectorAll(".tool")) {
  button.addEventListener("click", () => openDrawer(tab() === button.dataset.tab ? "" : button.dataset.tab));
}
for (const button of document.querySelectorAll("[role=tab]")) {
  button.addEventListener("click", () => openDrawer(button.dataset.tab));
  button.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    openDrawer(tab() === "audit" ? "ccpayment" : "audit");
    byId(`tab-${tab()}`).focus();
  });
}
BOTH_FIT.addEventListener("change", () => state && draw());
byId("close-drawer").append(icon("close"));
byId("close-drawer").addEventListener("click", () => openDrawer(""));
byId("close-thread").append(icon("close"));
byId("close-thread").addEventListener("click", closeThread);

// What is typed.

const COMMAND = /^\/(\S*)\s*([^]*)$/;

async function sendFromChannel(typed) {
  const [, name, text] = COMMAND.exec(typed) ?? [];
  const where = channel().id;
  if (name === undefined) return act("say", { in: where, text: escaped(typed) });
  if (name === "payout") return act("command", { in: where, text });
  return { error: `/${name} is not a command here. Only /payout is.` };
}

async function sendFromThread(typed) {
  if (typed.startsWith("/")) return { error: "Slack takes no commands in threads. Type it in the channel." };
  return act("say", { in: channel().id, text: escaped(typed), thread: thread() });
}

byId("intro").append(
  el("h3", {}, "Ask for a payout, then let somebody else approve it"),
  el(
    "p",
    {},
    "This Slack, its people and CCPayment are pretended and stay on this machine. The bot between them is the real one.",
  ),
  el(
    "ol",
    {},
    el("li", {}, "As ", el("strong", {}, "Rita"), ", choose an example below and press Enter."),
    el("li", {}, "Become ", el("strong", {}, "Dana"), " at the lower left and approve it."),
    el("li", {}, "Open the thread for order_id and network_fee; then let CCPayment go wrong and try again."),
  ),
);

follow();
