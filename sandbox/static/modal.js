// Modals: the top view of a person's stack, in a real <dialog>, so that focus stays inside.

import { drawBlocks } from "./blocks.js";
import { el, icon } from "./dom.js";
import { inputs } from "./inputs.js";

// Shows `views`, a stack as the server has it. `acts` are what the person can do: submit(view,
// values) and close(view), which give the server's answer; press(view, block, element, option,
// node); suggest(view, block, element, typed).
export class Modals {
  #acts;
  #dialog = null;
  #shown = "";
  #typed = new Map(); // view id → block id → what is filled in

  constructor(acts) {
    this.#acts = acts;
  }

  draw(views, scene) {
    const top = views.at(-1);
    const shown = top ? `${top.id} ${top.hash}` : "";
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#forget(views);
    this.#dialog?.close(); // gives the focus back, which removing alone would not
    this.#dialog?.remove();
    this.#dialog = top ? this.#open(top, scene) : null;
  }

  #forget(views) {
    const open = new Set(views.map((view) => view.id));
    for (const id of this.#typed.keys()) if (!open.has(id)) this.#typed.delete(id);
  }

  #open(view, scene) {
    const { content } = view;
    const typed = this.#typed.get(view.id) ?? new Map();
    this.#typed.set(view.id, typed);
    const fields = inputs(content.blocks, typed, (block, element, words) =>
      this.#acts.suggest(view, block, element, words),
    );
    const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
    const close = () => this.#acts.close(view);
    const form = el(
      "form",
      { novalidate: true, autocomplete: "off" },
      el(
        "header",
        {},
        el("h2", { id: "modal-title" }, content.title.text),
        el(
          "button",
          { type: "button", class: "icon-button", "aria-label": "Close", onclick: close },
          icon("close"),
        ),
      ),
      el("div", { class: "modal-body" }, trouble, this.#body(view, fields, scene)),
      footer(content, close),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(view, form, fields, trouble);
    });
    const dialog = el("dialog", { class: "modal", "aria-labelledby": "modal-title" }, form);
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[autofocus], .modal-body :is(input, textarea, select)")?.focus();
    return dialog;
  }

  #body(view, fields, scene) {
    const press = (block, element, option, node) =>
      this.#acts.press(view, block, element, option, node);
    return view.content.blocks.map((block) =>
      block.type === "input" ? fields.get(block.block_id).node : drawBlocks([block], scene, press),
    );
  }

  async #submit(view, form, fields, trouble) {
    const button = form.querySelector("[type=submit]");
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    for (const field of fields.values()) field.complain("");
    const values = Object.fromEntries([...fields].map(([id, field]) => [id, field.value()]));
    const { error, errors = {} } = await this.#acts.submit(view, values);
    button.ariaBusy = "false";
    trouble.textContent = error ?? "";
    trouble.hidden = !error;
    const wrong = [...fields].filter(([id]) => errors[id]);
    for (const [id, field] of wrong) field.complain(errors[id]);
    wrong[0]?.[1].focus();
  }
}

function footer(content, close) {
  const words = content.close?.text ?? (content.submit ? "Cancel" : "Close");
  return el(
    "footer",
    {},
    el("button", { type: "button", class: "button", onclick: close }, words),
    content.submit &&
      el("button", { type: "submit", class: "button primary" }, content.submit.text),
  );
}
