// Making and keeping elements. Words, whoever wrote them, only ever become text nodes.

const SVG = "http://www.w3.org/2000/svg";

// An element. Attributes that are false, null or undefined are left out; functions are listeners
// (`onclick` and the like) or other properties. Children are nodes or text; lists of them are opened,
// and false or null left out.
//
// Whatever is made here may be a drawing that another node is brought up to date with (`patch`). So
// a listener reaches nodes by its event or by their ids; those that were made with it may be gone.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  dress(node, attributes);
  return node;
}

const STATES = new Set(["value", "checked"]); // what people change is the property, no attribute

function dress(node, drawn) {
  const before = node.drawn ?? {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(drawn)])) {
    if (drawn[name] !== before[name]) write(node, name, drawn[name]);
  }
  node.drawn = drawn;
}

function write(node, name, value) {
  if (name.startsWith("on") || typeof value === "function") node[name] = value ?? null;
  else if (STATES.has(name)) restate(node, name, value ?? "");
  else if (value == null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : value);
}

// Writing what is there already would still move the caret.
function restate(node, name, value) {
  if (node[name] !== value) node[name] = value;
}

export const byId = (id) => document.getElementById(id);

const PATHS = {
  hash: "M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5Zm8 2.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z",
  close: "M5 5l10 10M15 5 5 15",
  send: "M3 10 2.8 3.5 18 10 2.8 16.5 3 10Zm0 0h7",
  dots: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  check: "M4 10.5l4 4 8-9",
  alert: "M10 3 1.8 17h16.4L10 3Zm0 5v4m0 2.5v.01",
  bank: "M3 8l7-4.5L17 8H3Zm2 1.5v5m3.3-5v5m3.4-5v5m3.3-5v5M3 17h14",
  book: "M4 4.5A1.5 1.5 0 0 1 5.5 3H16v14H5.5A1.5 1.5 0 0 1 4 15.5v-11ZM4 14.5h12M7.5 6.5h5",
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15Zm0 3.2V10l3 2",
  right: "M7.5 4.5 13 10l-5.5 5.5",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

// Bring `old` up to date with `fresh`, a drawing of the same thing, and give the node that stands
// there now. Only what is drawn differently than before is written. So whatever people did to it
// since stays: focus, what is typed, what is open, marked or scrolled to. What is inside of an element
// with `data-own` is not drawn, and stays too.
export function patch(old, fresh) {
  if (!alike(old, fresh)) {
    old.replaceWith(fresh);
    return fresh;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else if (fresh.drawn) {
    if (!fresh.drawn["data-own"]) fill(old, [...fresh.childNodes]);
    dress(old, fresh.drawn);
  }
  return old;
}

// Icons have no drawing: another one is another node.
function alike(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.drawn?.type !== fresh.drawn?.type) return false;
  return old.nodeType === Node.TEXT_NODE || Boolean(fresh.drawn) || old.isEqualNode(fresh);
}

// Make the children of `node` look like `fresh`.
export function fill(node, fresh) {
  const held = called([...node.childNodes]);
  const nodes = [...called(fresh)].map(([name, one]) =>
    held.has(name) ? patch(held.get(name), one) : one,
  );
  arrange(node, nodes);
}

// Siblings by what tells them apart: their keys, else what they are; and their order among those of
// one name.
function called(nodes) {
  const seen = new Map();
  return new Map(
    nodes.map((node) => {
      const name = node.dataset?.key ?? node.nodeName;
      const before = seen.get(name) ?? 0;
      seen.set(name, before + 1);
      return [`${name} ${before}`, node];
    }),
  );
}

// Make the children of `list` show `items`, each by its key; those that did not change are not
// drawn again.
export function keep(list, items, keyOf, draw) {
  const held = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const nodes = items.map((item) => {
    const key = String(keyOf(item));
    const print = JSON.stringify(item);
    const old = held.get(key);
    if (old?.print === print) return old;
    const node = old ? patch(old, draw(item)) : draw(item);
    node.dataset.key = key;
    node.print = print;
    return node;
  });
  arrange(list, nodes);
}

// Make `nodes` the children of `list`. The one with the focus never moves, or it would lose it: the
// others go before and after it.
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...list.childNodes]) if (!wanted.has(node)) node.remove();
  const still = Math.max(
    0,
    nodes.findIndex((node) => node.contains(document.activeElement)),
  );
  if (nodes.length && nodes[still].parentNode !== list) list.prepend(nodes[still]);
  for (let at = still - 1; at >= 0; at -= 1) {
    if (nodes[at].nextSibling !== nodes[at + 1]) nodes[at + 1].before(nodes[at]);
  }
  for (let at = still + 1; at < nodes.length; at += 1) {
    if (nodes[at].previousSibling !== nodes[at - 1]) nodes[at - 1].after(nodes[at]);
  }
}

// What can have the focus in place of something that is gone.
export const PLACES = "li, dialog, [tabindex]";

// Do something that may take away what has the focus. Then it stands where that was: the nearest
// place around it that is left, else where one types. Whoever works by keyboard goes on from there.
export function minding(act) {
  const at = document.activeElement;
  const around = [];
  for (let node = at; node && node !== document.body; node = node.parentElement) around.push(node);
  act();
  const now = document.activeElement;
  if (!around.length || (now !== at && now !== document.body)) return;
  const left = around.find((node) => (node === at || node.matches(PLACES)) && shown(node));
  focus(left ?? document.querySelector("main textarea"));
}

const shown = (node) => node.isConnected && node.checkVisibility();

export function focus(node) {
  if (!node || node === document.activeElement) return;
  if (node.tabIndex < 0) node.tabIndex = -1;
  node.focus({ preventScroll: true });
}
