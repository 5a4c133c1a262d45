// Modals: the top view of a person's stack, in a real <dialog>, so that focus stays inside.

import { drawBlocks } from "./blocks.js";
import { el, fill, icon } from "./dom.js";
import { inputs } from "./inputs.js";

// Shows `views`, a stack as the server has it. `acts` are what the person can do: submit(view,
// values) and close(view), which give the server's answer; press(view, block, element, option,
// node); suggest(view, block, element, typed).
export class Modals {
  #acts;
  #windows = new Map(); // view id → its dialog, which waits where another view is above it

  constructor(acts) {
    this.#acts = acts;
  }

  draw(views, scene) {
    const open = new Set(views.map((view) => view.id));
    for (const [id, window] of this.#windows) {
      if (open.has(id)) continue;
      window.close();
      this.#windows.delete(id);
    }
    const top = views.at(-1);
    if (top) this.#show(top, scene);
  }

  #show(view, scene) {
    if (!this.#windows.has(view.id)) this.#windows.set(view.id, new Window(view, this.#acts));
    const window = this.#windows.get(view.id);
    window.draw(view, scene);
    if (window.shown) return;
    for (const other of this.#windows.values()) other.close();
    window.show();
  }
}

// One view in a dialog of its own.
class Window {
  #acts;
  #view;
  #hash = "";
  #held = new Map(); // what is filled in, by field
  #fields = new Map(); // by block id
  #focused = null;
  #trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  #title = el("h2", { id: "modal-title" });
  #parts = el("div", { class: "modal-parts" });
  #footer = el("footer");
  #dialog;

  constructor(view, acts) {
    this.#view = view;
    this.#acts = acts;
    const close = () => this.#acts.close(this.#view);
    const cross = el(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close", onclick: close },
      icon("close"),
    );
    const onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    const oncancel = (event) => {
      event.preventDefault();
      close();
    };
    this.#dialog = el(
      "dialog",
      { class: "modal", "aria-labelledby": "modal-title", oncancel },
      el(
        "form",
        { novalidate: true, autocomplete: "off", onsubmit },
        el("header", {}, this.#title, cross),
        el("div", { class: "modal-body" }, this.#trouble, this.#parts),
        this.#footer,
      ),
    );
  }

  draw(view, scene) {
    if (view.hash === this.#hash) return;
    this.#hash = view.hash;
    this.#view = view;
    const { content } = view;
    this.#fields = inputs(content.blocks, this.#held, (block, element, words) =>
      this.#acts.suggest(view, block, element, words),
    );
    this.#title.textContent = content.title.text;
    fill(this.#parts, this.#body(scene));
    fill(this.#footer, footer(content, () => this.#acts.close(this.#view)));
  }

  get shown() {
    return this.#dialog.open;
  }

  show() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    const first = "[autofocus], .modal-body :is(input, textarea, select)";
    (this.#focused?.isConnected ? this.#focused : this.#dialog.querySelector(first))?.focus();
  }

  // Closing gives the focus back to what had it before, which removing alone would not. Another form
  // may have fields of the same ids, so what is not shown is not on the page.
  close() {
    if (!this.shown) return;
    this.#focused = document.activeElement;
    this.#dialog.close();
    this.#dialog.remove();
  }

  #body(scene) {
    const press = (block, element, option, node) =>
      this.#acts.press(this.#view, block, element, option, node);
    return this.#view.content.blocks.flatMap((block) =>
      block.type === "input"
        ? this.#fields.get(block.block_id).node
        : drawBlocks([block], scene, press),
    );
  }

  async #submit() {
    const button = this.#dialog.querySelector("[type=submit]");
    if (!button || button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    for (const field of this.#fields.values()) field.complain("");
    const values = Object.fromEntries([...this.#fields].map(([id, field]) => [id, field.value()]));
    const { error, errors = {} } = await this.#acts.submit(this.#view, values);
    button.ariaBusy = "false";
    this.#trouble.textContent = error ?? "";
    this.#trouble.hidden = !error;
    const wrong = [...this.#fields].filter(([id]) => errors[id]);
    for (const [id, field] of wrong) field.complain(errors[id]);
    wrong[0]?.[1].focus();
  }
}

function footer(content, close) {
  const words = content.close?.text ?? (content.submit ? "Cancel" : "Close");
  const buttons = [el("button", { type: "button", class: "button", onclick: close }, words)];
  if (content.submit) {
    buttons.push(el("button", { type: "submit", class: "button primary" }, content.submit.text));
  }
  return buttons;
}
