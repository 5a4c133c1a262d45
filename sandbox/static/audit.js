// The audit log: its lines as they are stored, and the real check of all of them.

import { facted } from "./ccpayment.js";
import { el, icon, keep } from "./dom.js";
import { clock, whole } from "./text.js";

const KINDS = {
  approved: "good",
  sent: "good",
  settled: "good",
  rejected: "bad",
  refused: "bad",
  failed: "bad",
  declined: "bad",
  frozen: "bad",
  doubted: "busy",
  delayed: "busy",
  unsent: "busy",
  expired: "busy",
  "late answer": "busy",
};

// Fills `panel`. `act(name, body)` posts what a person does.
export class Audit {
  #act;
  #button = el("button", { type: "button", class: "button primary" }, "Verify the log");
  #result = el("div", { class: "verdict", role: "status" });
  #lines = el("ol", { class: "lines", "aria-label": "Audit lines, the newest first" });

  constructor(panel, act) {
    this.#act = act;
    this.#button.addEventListener("click", () => this.#verify());
    panel.append(
      el(
        "section",
        { class: "part" },
        el(
          "p",
          { class: "quiet" },
          "Every step and every refusal. Each line holds the hash of the one before, ",
          "so nobody can change one unnoticed.",
        ),
        this.#button,
        this.#result,
      ),
      this.#lines,
    );
  }

  draw(lines, zone) {
    keep(
      this.#lines,
      lines.map((line) => ({ line, zone })),
      (one) => one.line.number,
      drawLine,
    );
  }

  async #verify() {
    this.#button.ariaBusy = "true";
    const found = await this.#act("verify", {});
    this.#button.ariaBusy = "false";
    if (found.error) return;
    const sound = !found.broken;
    const words = sound ? sums(found) : `The log is broken: ${found.broken}.`;
    this.#result.className = `verdict ${sound ? "good" : "bad"}`;
    this.#result.replaceChildren(
      icon(sound ? "check" : "alert"),
      el(
        "div",
        {},
        el("p", {}, el("strong", {}, words)),
        sound && el("p", {}, "Newest hash ", el("code", {}, found.head)),
      ),
    );
  }
}

function sums({ lines, payouts }) {
  const counted = (number, thing) => `${number} ${thing}${number === 1 ? "" : "s"}`;
  return `${counted(lines, "line")} and ${counted(payouts, "payout")} checked; all of them fit.`;
}

// A line that somebody spoiled is shown as it is; the check says what is wrong with it.
function read(text) {
  try {
    const { at, by, facts, id, kind, previous, subject, via } = JSON.parse(text);
    return { at, by, facts, id, kind, previous, subject, via };
  } catch {
    return { at: null, by: null, facts: { text }, id: 0, kind: "unreadable", via: "" };
  }
}

function drawLine({ line, zone }) {
  const { at, by, facts, id, kind, previous, subject, via } = read(line.text);
  const seconds = Date.parse(at) / 1000;
  const about = id ? `${subject} ${id}` : subject;
  return el(
    "li",
    {},
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("span", { class: "number" }, String(line.number)),
        el(
          "span",
          { class: "what" },
          el("strong", { class: `kind ${KINDS[kind] ?? ""}` }, kind),
          ` ${about}`,
          el("span", { class: "quiet" }, ` · ${by ? by.name : via}`),
        ),
        seconds &&
          el("time", { class: "quiet", title: whole(seconds, zone) }, clock(seconds, zone)),
        el("code", { class: "short", title: line.hash }, line.hash.slice(0, 7)),
      ),
      facted({
        ...facts,
        via,
        who: by && `${by.name} (${by.id})`,
        previous,
        hash: line.hash,
      }),
    ),
  );
}
