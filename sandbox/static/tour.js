// The guided tour: what to try, in an order in which each step finds what it needs. Its buttons set
// the scene (who one is, what stands in the field, what CCPayment does wrong, how much time goes by);
// to ask and to decide is left to whoever reads.

import { el, fill, icon } from "./dom.js";
import { RITA, NOA, DANA, ELI, STEPS } from "./steps.js";

const NAMES = { [RITA]: "Rita", [NOA]: "Noa", [DANA]: "Dana", [ELI]: "Eli" };
const ROOMY = matchMedia("(min-width: 641px)");

// Fills `place`. `acts` are become(person), write(text), fault(switched), pass(seconds, node) and
// look(tab). Where one is in it is kept for each API until the window is closed.
export class Tour {
  #place;
  #acts;
  #kept;
  #step;

  constructor(place, api, acts) {
    this.#place = place;
    this.#acts = acts;
    this.#kept = `tour ${api}`;
    this.#step = Math.min(Number(sessionStorage.getItem(this.#kept) ?? 0), STEPS.length - 1);
    this.draw();
  }

  draw() {
    const step = STEPS[this.#step];
    const summary = el(
      "summary",
      {},
      icon("right"),
      el("strong", {}, `Tour ${this.#step + 1} of ${STEPS.length}`),
      el("span", {}, step.title),
    );
    const body = el(
      "div",
      { class: "tour-body" },
      el("p", {}, spoken(step.words)),
      step.acts.length > 0 &&
        el(
          "div",
          { class: "tour-acts" },
          step.acts.map((act) => this.#act(act)),
        ),
      this.#ways(),
    );
    fill(this.#place, [el("details", { open: ROOMY.matches }, summary, body)]);
  }

  #act(act) {
    const onclick = ({ currentTarget }) => this.#do(act, currentTarget);
    return el(
      "button",
      { type: "button", class: "button small", title: act.write, "data-key": told(act), onclick },
      told(act),
    );
  }

  async #do({ as, write, fault, pass, look }, node) {
    if (as) this.#acts.become(as);
    if (fault) await this.#acts.fault(fault);
    if (look) this.#acts.look(look);
    if (pass) await this.#acts.pass(pass, node);
    if (write) this.#acts.write(write);
  }

  #ways() {
    const way = (words, by) =>
      el(
        "button",
        {
          type: "button",
          class: "button small way",
          "data-key": words,
          "aria-disabled": String(!STEPS[this.#step + by]),
          onclick: () => this.#go(by),
        },
        words,
      );
    return el("span", { class: "tour-ways" }, way("Back", -1), way("Next", 1));
  }

  #go(by) {
    if (!STEPS[this.#step + by]) return;
    this.#step += by;
    sessionStorage.setItem(this.#kept, this.#step);
    this.draw();
  }
}

// What an act's button says.
function told({ as, write, words }) {
  if (words) return words;
  if (write) return as ? `As ${NAMES[as]}, write it` : "Write it";
  return `Become ${NAMES[as]}`;
}

// *Marked* words stand out.
function spoken(words) {
  return words.split("*").map((part, place) => (place % 2 ? el("strong", {}, part) : part));
}
