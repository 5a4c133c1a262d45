// Where one types: Enter sends, Shift+Enter begins a line.

import { toast } from "./controls.js";
import { el, icon } from "./dom.js";

// None asks for what another one, the story in the terminal or the tour asks for: that would be the
// same again.
const EXAMPLES = {
  USDT: "/payout 320 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice 1051",
  "XRP with memo":
    "/payout 25 XRP on XRP to rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH memo 0012345 for Exchange top-up",
  "Cwallet user": "/payout 10 USDT to cwallet 9558861 for Bonus",
  "Typing error": "/payout 75 USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv9 for Invoice 1052",
  Form: "/payout",
  List: "/payout list",
  Help: "/payout help",
};

// Fills `place`. `send(text)` posts it and gives the server's answer.
export class Composer {
  #send;
  #text = el("textarea", { rows: "1", "aria-label": "Message" });
  #button = el("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));

  constructor(place, { send, examples = false }) {
    this.#send = send;
    this.#text.addEventListener("input", () => this.#fit());
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    const form = el(
      "form",
      { class: "composer" },
      examples && this.#examples(),
      el("div", { class: "entry" }, this.#text, this.#button),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    place.append(form);
  }

  draw(label) {
    this.#text.placeholder = label;
    this.#text.setAttribute("aria-label", label);
  }

  #examples() {
    const chip = ([name, text]) =>
      el(
        "button",
        { type: "button", class: "chip", title: text, onclick: () => this.fill(text) },
        name,
      );
    return el(
      "div",
      { class: "chips", role: "group", "aria-label": "Examples" },
      el("span", { class: "quiet" }, "Try"),
      Object.entries(EXAMPLES).map(chip),
    );
  }

  // Write this for somebody, who sends it.
  fill(text) {
    this.#put(text);
    this.#text.focus();
  }

  #put(text) {
    this.#text.value = text;
    this.#fit();
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
    this.#button.classList.toggle("ready", Boolean(this.#text.value.trim()));
  }

  async #submit() {
    const typed = this.#text.value.trim();
    if (!typed || this.#button.ariaBusy === "true") return;
    this.#button.ariaBusy = "true";
    const { error } = await this.#send(typed);
    this.#button.ariaBusy = "false";
    if (error) return toast(error);
    if (this.#text.value.trim() !== typed) return; // goes on typing
    this.#put("");
    if (document.activeElement === this.#button) this.#text.focus();
  }
}
