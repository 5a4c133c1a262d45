// Block Kit, drawn: what stands in messages and, but for inputs, in modals. Of the elements, buttons
// and overflow menus; the others stand in modals (inputs.js).
//
// `scene` is that of text.js; `press(block, element, option, node)` is called for what is pressed.

import { menu } from "./controls.js";
import { el, icon } from "./dom.js";
import { channel, date, group, link, mention, mrkdwn } from "./text.js";

export function drawBlocks(blocks, scene, press) {
  return blocks.map((block) => drawBlock(block, scene, press)).filter(Boolean);
}

// A block is known again by its kind and its order among those of its kind: Slack wants new ids
// whenever a message changes.
function drawBlock(block, scene, press) {
  const node = DRAWN[block.type]?.(block, scene, press);
  if (node) node.dataset.key = block.type;
  return node;
}

const DRAWN = {
  header: (block) => el("h3", { class: "b-header" }, block.text.text),
  divider: () => el("hr", { class: "b-divider" }),
  section: (block, scene, press) =>
    el(
      "div",
      { class: "b-section" },
      block.text && el("div", { class: "b-text" }, words(block.text, scene)),
      block.accessory &&
        el("div", { class: "b-accessory" }, element(block, block.accessory, press)),
      block.fields &&
        el(
          "div",
          { class: "b-fields" },
          block.fields.map((field) => el("div", { class: "b-field" }, words(field, scene))),
        ),
    ),
  context: (block, scene) =>
    el(
      "div",
      { class: "b-context" },
      block.elements.map((one) => el("div", {}, words(one, scene))),
    ),
  actions: (block, scene, press) =>
    el(
      "div",
      { class: "b-actions" },
      block.elements.map((one) => element(block, one, press)),
    ),
  container: (block, scene, press) => {
    const inside = drawBlocks(block.child_blocks, scene, press);
    const subtitle = block.subtitle && el("small", {}, words(block.subtitle, scene));
    const title = [el("span", {}, block.title.text), subtitle];
    if (!block.is_collapsible) return el("div", { class: "b-fold" }, el("p", {}, title), inside);
    return el(
      "details",
      { class: "b-fold", open: !block.default_collapsed },
      el("summary", {}, icon("right"), title),
      el("div", { class: "b-folded" }, inside),
    );
  },
  rich_text: (block, scene) =>
    el(
      "div",
      { class: "b-rich" },
      block.elements.map((part) => rich(part, scene)),
    ),
};

export function words(text, scene) {
  return text.type === "mrkdwn" ? mrkdwn(text.text, scene) : text.text;
}

function element(block, one, press) {
  if (one.type === "button") return button(block, one, press);
  if (one.type === "overflow") {
    const choose = (option, node) => press(block, one, option, node);
    return menu("More actions", one.options, choose, one.action_id);
  }
  return null;
}

function button(block, one, press) {
  return el(
    "button",
    {
      type: "button",
      class: `button ${one.style ?? ""}`,
      "data-key": one.action_id,
      "aria-label": one.accessibility_label,
      onclick: (event) => press(block, one, null, event.currentTarget),
    },
    one.text.text,
  );
}

function rich(part, scene) {
  const inside = () => part.elements.map((one) => span(one, scene));
  if (part.type === "rich_text_preformatted") return el("pre", {}, inside());
  if (part.type === "rich_text_quote") return el("blockquote", {}, inside());
  if (part.type === "rich_text_list") {
    const items = part.elements.map((one) => el("li", {}, rich(one, scene)));
    const tag = part.style === "ordered" ? "ol" : "ul";
    return el(
      tag,
      { class: `indent-${part.indent ?? 0}`, start: part.offset && part.offset + 1 },
      items,
    );
  }
  return el("p", {}, inside());
}

const SPANS = {
  text: (one) => one.text,
  link: (one) => link(one.url, one.text),
  user: (one, scene) => mention(one.user_id, scene),
  usergroup: (one, scene) => group(one.usergroup_id, scene),
  channel: (one, scene) => channel(one.channel_id, scene),
  broadcast: (one) => el("span", { class: "mention me" }, `@${one.range}`),
  emoji: (one) => (one.unicode ? String.fromCodePoint(...points(one.unicode)) : `:${one.name}:`),
  date: (one, scene) => date(one.timestamp, one.format, scene),
};
const STYLES = { code: "code", strike: "s", italic: "em", bold: "strong" };

function points(unicode) {
  return unicode.split("-").map((point) => parseInt(point, 16));
}

function span(one, scene) {
  const plain = SPANS[one.type](one, scene);
  const wanted = Object.entries(STYLES).filter(([style]) => one.style?.[style]);
  return wanted.reduce((inner, [, tag]) => el(tag, {}, inner), plain);
}
