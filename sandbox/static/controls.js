// What opens over the page: menus, dialogs that ask, and toasts.

import { byId, el, icon } from "./dom.js";

const TOAST_STAYS = 8000;

// A button that opens a menu. Arrow keys move, Escape closes.
export function menu(label, options, choose) {
  const button = el(
    "button",
    {
      type: "button",
      class: "button more",
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("dots"),
  );
  const items = options.map((option) =>
    el(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        onclick: () => {
          list.hidePopover();
          button.focus();
          choose(option, button);
        },
      },
      option.text.text,
    ),
  );
  const list = el(
    "div",
    { class: "menu", role: "menu", popover: "auto", "aria-label": label },
    items,
  );
  list.addEventListener("keydown", (event) => moveBy(event, items));
  list.addEventListener("toggle", (event) => {
    button.setAttribute("aria-expanded", event.newState === "open");
    if (event.newState === "open") items[0].focus();
  });
  button.popoverTargetElement = list;
  button.addEventListener("click", () => place(list, button));
  return el("span", { class: "menu-place" }, button, list);
}

function moveBy(event, items) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = items.indexOf(document.activeElement) + step;
  items.at(next % items.length).focus();
}

// Below the button, or above it where there is no room.
function place(list, button) {
  const at = button.getBoundingClientRect();
  const room = window.innerHeight - at.bottom > 40 * list.children.length + 24;
  list.style.left = `${Math.min(at.left, window.innerWidth - 260)}px`;
  list.style.top = room ? `${at.bottom + 4}px` : "auto";
  list.style.bottom = room ? "auto" : `${window.innerHeight - at.top + 4}px`;
}

// The dialog before an act (Slack's confirm object); true where the person confirms.
export function confirmed(asked) {
  return new Promise((resolve) => {
    const style = asked.style === "danger" ? "danger" : "primary";
    const dialog = el(
      "dialog",
      {
        class: "confirm",
        "aria-labelledby": "confirm-title",
        onclose: () => {
          dialog.remove();
          resolve(dialog.returnValue === "yes");
        },
      },
      el(
        "form",
        { method: "dialog" },
        el("header", {}, el("h2", { id: "confirm-title" }, asked.title.text)),
        el("p", { class: "confirm-text" }, asked.text.text),
        el(
          "footer",
          {},
          el("button", { class: "button", value: "no" }, asked.deny.text),
          el("button", { class: `button ${style}`, value: "yes" }, asked.confirm.text),
        ),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

// A sentence that goes away by itself. It is shown again above whatever opened meanwhile.
export function toast(sentence) {
  const toasts = byId("toasts");
  const node = el(
    "div",
    { class: "toast" },
    icon("alert"),
    el("p", {}, sentence.replace(/^⚠️\s*/u, "")),
    el(
      "button",
      { class: "icon-button", "aria-label": "Dismiss", onclick: () => gone() },
      icon("close"),
    ),
  );
  const gone = () => {
    node.remove();
    if (!toasts.children.length) toasts.hidePopover();
  };
  toasts.append(node);
  if (toasts.matches(":popover-open")) toasts.hidePopover();
  toasts.showPopover();
  setTimeout(gone, TOAST_STAYS);
}
