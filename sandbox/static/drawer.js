// The drawer behind the scenes: two tabs, the buttons that open it, and the room that it has.

import { byId, el, fill, icon } from "./dom.js";

const ROOMY = matchMedia("(min-width: 1200px)"); // room for the drawer from the start
const BOTH_FIT = matchMedia("(min-width: 1600px)"); // a thread beside the drawer
const TABS = ["ccpayment", "audit"];

// `redraw` is called when the drawer opens or closes, or the room changes; `closeThread` when the
// thread is in the drawer's way.
export class Drawer {
  #wanted = ROOMY.matches ? TABS[0] : "";
  #thread = false;
  #redraw;
  #closeThread;

  constructor({ redraw, closeThread }) {
    this.#redraw = redraw;
    this.#closeThread = closeThread;
    for (const name of TABS) this.#listen(name);
    BOTH_FIT.addEventListener("change", redraw);
    const close = byId("close-drawer");
    close.append(icon("close"));
    close.addEventListener("click", () => this.#show(""));
  }

  // The tab that is open, if one is: where there is room for one of them only, the thread wins.
  get #tab() {
    return BOTH_FIT.matches || !this.#thread ? this.#wanted : "";
  }

  #listen(name) {
    const toggle = () => this.#show(this.#tab === name ? "" : name);
    byId(`open-${name}`).addEventListener("click", toggle);
    const tab = byId(`tab-${name}`);
    tab.addEventListener("click", () => this.#show(name));
    tab.addEventListener("keydown", ({ key }) => {
      if (key !== "ArrowLeft" && key !== "ArrowRight") return;
      const other = TABS.find((one) => one !== name);
      this.#show(other);
      byId(`tab-${other}`).focus();
    });
  }

  // Show a tab, whatever is shown.
  open(name) {
    this.#show(name);
  }

  #show(name) {
    this.#wanted = name;
    if (name && !this.#tab) this.#closeThread();
    this.#redraw();
  }

  // `faulty` says that CCPayment is made to go wrong, `lines` how many audit lines there are.
  draw({ thread, faulty, lines }) {
    this.#thread = thread;
    const alarm = el("span", { class: "alarm", role: "img", "aria-label": "made to go wrong" });
    const count = el("span", { class: "number" }, String(lines));
    const bank = el("span", {}, icon("bank"), "CCPayment", faulty && alarm);
    const book = el("span", {}, icon("book"), "Audit log", count);
    fill(byId("open-ccpayment"), [...bank.childNodes]);
    fill(byId("open-audit"), [...book.childNodes]);
    byId("drawer").hidden = !this.#tab;
    for (const name of TABS) {
      const open = this.#tab === name;
      byId(`open-${name}`).setAttribute("aria-pressed", open);
      byId(`tab-${name}`).setAttribute("aria-selected", open);
      byId(`tab-${name}`).tabIndex = open ? 0 : -1;
      byId(`panel-${name}`).hidden = !open;
    }
  }
}
