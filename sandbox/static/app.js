// The page: asks the server what one person sees, draws it, and posts what that person does.
//
// Where one is stands in the address, as #person/channel/thread, so that reloading, going back and
// links work. All else is the server's.

import { Audit } from "./audit.js";
import { CCPayment } from "./ccpayment.js";
import { Composer } from "./composer.js";
import { confirmed, placeMenus, toast } from "./controls.js";
import { byId, el, fill, focus, icon, keep, minding } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Messages } from "./messages.js";
import { Modals } from "./modal.js";
import { Rail, named } from "./rail.js";
import { countOn, escaped, setAhead } from "./text.js";
import { drawTime } from "./time.js";
import { Tour } from "./tour.js";

const AGAIN_AFTER = 1000; // milliseconds, when the server did not answer
const COMMAND = /^\/(\S*)\s*([^]*)$/;

let state = null;
let asking = new AbortController();

// Where one is.

function here() {
  const [person, place, thread] = location.hash.slice(1).split("/");
  return { me: person || state?.slack.me.id || "", place, thread: thread || "" };
}

function go(person, place = "", thread = "") {
  location.hash = [person, place, thread].join("/").replace(/\/+$/, "");
}

function channel() {
  const { channels } = state.slack;
  return channels.find((one) => one.id === here().place) ?? channels[0];
}

// The way into it takes the focus back.
function closeThread() {
  const way = document.querySelector(".message.open .thread-bar");
  go(here().me, channel().id);
  if (byId("thread").contains(document.activeElement)) focus(way);
}

addEventListener("hashchange", () => {
  if (!state) return;
  if (here().me === state.slack.me.id) return draw();
  state.version = "";
  asking.abort();
});

// To and from the server.

async function act(name, body) {
  try {
    const answer = await fetch(`api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: here().me, ...body }),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return await answer.json();
  } catch (error) {
    return { error: `The sandbox did not take it (${error.message}).` };
  }
}

async function press(element, option, node, name, body) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  node.ariaBusy = "true";
  const pressed = { action: element.action_id, option: option?.value ?? null };
  const { error } = await act(name, { ...body, ...pressed });
  node.ariaBusy = "false";
  if (error) toast(error);
}

async function follow() {
  for (;;) {
    asking = new AbortController();
    const asked = new URLSearchParams({ as: here().me, seen: state?.version ?? "" });
    try {
      const answer = await fetch(`api/state?${asked}`, { signal: asking.signal });
      byId("offline").hidden = true;
      if (answer.status === 404) go("");
      else if (answer.status === 200) take(await answer.json());
    } catch (error) {
      if (error.name === "AbortError") continue;
      if (state) state.version = "";
      byId("offline").hidden = false;
      await new Promise((done) => setTimeout(done, AGAIN_AFTER));
    }
  }
}

function take(news) {
  if (here().me && here().me !== news.slack.me.id) return;
  state = news;
  draw();
}

// What is on the page.

const rail = new Rail({
  open: (place) => go(here().me, place),
  become: (person) => go(person, here().place),
});
const pressed = (where, message, block, element, option, node) =>
  press(element, option, node, "click", {
    in: where,
    ts: message.ts,
    block: block.block_id,
    version: message.versions - 1,
  });
const messages = new Messages(byId("messages"), byId("scroll"), {
  press: pressed,
  open: (where, message) => go(here().me, where, message.ts),
});
const replies = new Messages(byId("replies"), byId("thread-scroll"), { press: pressed });
const composer = new Composer(byId("composer"), { send, examples: true });
const replier = new Composer(byId("thread-composer"), { send: reply });
const drawer = new Drawer({ redraw: () => state && draw(), closeThread });
const ccpayment = new CCPayment(byId("panel-ccpayment"), act);
const audit = new Audit(byId("panel-audit"), act);
const pass = async (seconds, node) => {
  node.ariaBusy = "true";
  const { error } = await act("pass", { seconds });
  node.ariaBusy = "false";
  if (error) toast(error);
};
new Tour(byId("tour"), location.pathname, {
  become: (person) => go(person, here().place),
  write: (text) => composer.fill(text),
  fault: async (switched) => {
    const { error } = await act("switch", switched);
    if (error) toast(error);
  },
  pass,
  look: (tab) => drawer.open(tab),
});
const modals = new Modals({
  submit: (view, values) => act("submit", { view: view.id, values }),
  close: (view) => act("close", { view: view.id }),
  suggest: (view, block, element, typed) =>
    act("suggest", { view: view.id, block: block.block_id, action: element.action_id, typed }),
  press: (view, block, element, option, node) =>
    press(element, option, node, "click_view", { view: view.id, block: block.block_id }),
});

function scene() {
  const { slack, roles } = state;
  return {
    me: slack.me.id,
    zone: slack.me.tz,
    bot: slack.app.user_id,
    team: slack.team.id,
    people: new Map(slack.people.map((one) => [one.id, one])),
    channels: new Map(slack.channels.map((one) => [one.id, one])),
    groups: new Map(slack.groups.map((one) => [one.id, one])),
    roles,
  };
}

// Whatever is being done on the page goes on: nothing loses its focus, and no half-typed text is lost.
function draw() {
  minding(drawAll);
  placeMenus();
}

function drawAll() {
  const { api } = state.ccpayment;
  setAhead(state.ahead);
  const where = channel();
  const shown = scene();
  const { thread } = here();
  rail.draw(state.slack.channels, where, shown, here().me);
  drawApis(state.apis, api, where);
  drawTop(where, api);
  drawTime(shown.zone, pass);
  messages.draw(where.id, where.messages, thread, shown);
  const inThread = drawThread(where, thread, shown);
  ccpayment.draw(state.ccpayment, shown.zone);
  audit.draw(state.audit, shown.zone);
  drawer.draw({
    thread: inThread,
    faulty: state.ccpayment.mode.names.length > 0,
    lines: state.audit[0]?.number ?? 0,
  });
  modals.draw(state.slack.views, shown);
}

// Each API has a page of its own; one stays the same person in the same place.
function drawApis(apis, current, where) {
  const link = (api) =>
    el(
      "a",
      {
        class: "segment",
        href: `../${api}/#${here().me}/${where.id}`,
        title: "Its own Slack, account and ledger",
        "aria-current": api === current && "page",
      },
      api,
    );
  keep(
    byId("apis"),
    apis.map((api) => [api, here().me, where.id]),
    ([api]) => api,
    ([api]) => link(api),
  );
  byId("account").textContent = `CCPayment speaks its API ${current} here.`;
}

function drawTop(where, api) {
  const name = named(where);
  document.title = `${name} – Countersign sandbox, API ${api}`;
  fill(byId("title"), [...(where.person ? [] : [icon("hash")]), document.createTextNode(name)]);
  byId("topic").textContent = topic(where);
  byId("intro").hidden = Boolean(where.person);
  composer.draw(where.person ? `Message ${name}` : `Message #${name}`);
}

function topic(where) {
  if (where.person) return "Your direct messages with the bot";
  if (where.is_member) return "Payouts are asked for and decided here";
  return "Countersign is not in here, but its command is";
}

function drawThread(where, thread, shown) {
  const parent = where.messages.find((one) => one.ts === thread);
  byId("thread").hidden = !parent;
  if (!parent) return false;
  byId("thread-place").textContent = where.person ? named(where) : `#${named(where)}`;
  replies.draw(where.id, [parent, ...parent.replies], thread, shown);
  replier.draw("Reply…");
  return true;
}

byId("close-thread").append(icon("close"));
byId("close-thread").addEventListener("click", closeThread);

byId("intro").append(
  el("h3", {}, "Ask for a payout, then let somebody else approve it"),
  el(
    "p",
    {},
    "This Slack, its people and CCPayment are pretended and stay on this machine. ",
    "The bot between them is the real one. ",
    el("span", { id: "account" }),
  ),
);

// What is typed.

async function send(typed) {
  const [, name, text] = COMMAND.exec(typed) ?? [];
  const where = channel().id;
  if (name === undefined) return act("say", { in: where, text: escaped(typed) });
  if (name === "payout") return act("command", { in: where, text });
  return { error: `/${name} is not a command here. Only /payout is.` };
}

async function reply(typed) {
  if (typed.startsWith("/")) {
    return { error: "Slack takes no commands in threads. Type it in the channel." };
  }
  return act("say", { in: channel().id, text: escaped(typed), thread: here().thread });
}

setInterval(countOn, 1000);
follow();
