// Making and keeping elements. Words, whoever wrote them, only ever become text nodes.

const SVG = "http://www.w3.org/2000/svg";

// An element. Attributes that are false, null or undefined are left out; `onclick` and the like are
// listeners. Children are nodes or text; lists of them are opened, and false or null left out.
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
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

// Make the children of `list` show `items`, redrawing only those that changed, so that what is
// open, focused or scrolled to stays so.
export function keep(list, items, keyOf, draw) {
  const held = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const focused = list.contains(document.activeElement) && document.activeElement;
  let orphan = null;
  const nodes = items.map((item) => {
    const key = String(keyOf(item));
    const print = JSON.stringify(item);
    const old = held.get(key);
    if (old?.print === print) return old;
    const node = draw(item, old);
    node.dataset.key = key;
    node.print = print;
    if (focused && old?.contains(focused)) orphan = node;
    return node;
  });
  const wanted = new Set(nodes);
  for (const node of held.values()) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, place) => {
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null);
  });
  if (orphan) {
    orphan.tabIndex = -1;
    orphan.focus({ preventScroll: true });
  }
}
