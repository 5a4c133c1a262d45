// What opens over the page: menus, dialogs that ask, and toasts.

import { PLACES, byId, el, focus, icon, minding } from "./dom.js";

const TOAST_STAYS = 8000;

// A button that opens a menu. Arrow keys move, Escape closes. `key` tells it from its neighbours;
// `face` is what it looks like.
export function menu(label, options, choose, key, face = MORE) {
  const items = options.map((option) =>
    el(
      "button",
      {
        type: "button",
        role: "menuitem",
        tabindex: "-1",
        "data-key": option.value,
        onclick: ({ currentTarget }) => {
          const list = currentTarget.parentElement;
          list.hidePopover();
          opener(list).focus();
          choose(option, opener(list));
        },
      },
      option.text.text,
    ),
  );
  const list = el(
    "div",
    {
      class: "menu",
      role: "menu",
      popover: "auto",
      "aria-label": label,
      onkeydown: moveBy,
      ontoggle: turned,
    },
    items,
  );
  const button = el(
    "button",
    {
      type: "button",
      class: face.class,
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: ({ currentTarget }) => place(currentTarget.nextElementSibling),
    },
    face.words(),
  );
  button.popoverTargetElement = list;
  return el("span", { class: "menu-place", "data-key": key }, button, list);
}

const MORE = { class: "button more", words: () => icon("dots") };

const opener = (list) => list.previousElementSibling;

function turned({ currentTarget: list, newState }) {
  opener(list).setAttribute("aria-expanded", newState === "open");
  if (newState === "open") list.firstElementChild.focus();
}

function moveBy(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...event.currentTarget.children];
  const next = items.indexOf(document.activeElement) + step;
  items.at(next % items.length).focus();
}

// Below its button, or above it where there is no room.
function place(list) {
  const at = opener(list).getBoundingClientRect();
  const room = window.innerHeight - at.bottom > 40 * list.children.length + 24;
  list.style.left = `${Math.min(at.left, window.innerWidth - 260)}px`;
  list.style.top = room ? `${at.bottom + 4}px` : "auto";
  list.style.bottom = room ? "auto" : `${window.innerHeight - at.top + 4}px`;
}

// What is above a menu may have grown.
export function placeMenus() {
  document.querySelectorAll(".menu:popover-open").forEach(place);
}

// The dialog before an act (Slack's confirm object); true where the person confirms.
export function confirmed(asked) {
  const before = document.activeElement?.closest(PLACES);
  return new Promise((resolve) => {
    const style = asked.style === "danger" ? "danger" : "primary";
    const dialog = el(
      "dialog",
      {
        class: "confirm",
        "aria-labelledby": "confirm-title",
        onclose: () => {
          dialog.remove();
          if (document.activeElement === document.body) focus(before); // the button is gone
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
  const gone = () =>
    minding(() => {
      node.remove();
      if (!toasts.children.length) toasts.hidePopover();
    });
  toasts.append(node);
  minding(() => {
    if (toasts.matches(":popover-open")) toasts.hidePopover();
    toasts.showPopover();
  });
  setTimeout(gone, TOAST_STAYS);
}
