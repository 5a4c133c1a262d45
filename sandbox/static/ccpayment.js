// CCPayment's side: what it is made to do wrong, its orders, its balances.

import { el, keep } from "./dom.js";
import { clock, whole } from "./text.js";

const NORMAL = "normal";
const LOOK_UPS = "look-ups"; // how the names of faults in look-ups begin
const KINDS = { Successful: "good", Failed: "bad" };

// Fills `panel`. `act(name, body)` posts what a person does.
export class CCPayment {
  #act;
  #active = [];
  #once = el("input", { type: "checkbox", id: "once" });
  #withdrawals = el("select", { id: "fault-withdrawals", class: "control" });
  #lookUps = el("select", { id: "fault-look-ups", class: "control" });
  #inForce = el("p", { class: "in-force", role: "status" });
  #orders = el("ol", { class: "orders" });
  #noOrders = el("p", { class: "quiet" }, "None yet. An approved payout appears here.");
  #balances = el("dl", { class: "balances" });

  constructor(panel, act) {
    this.#act = act;
    for (const select of [this.#withdrawals, this.#lookUps]) {
      select.addEventListener("change", () => this.#switch());
    }
    panel.append(
      el(
        "section",
        { class: "part", "aria-labelledby": "faults-title" },
        el("h3", { id: "faults-title" }, "Make it go wrong"),
        el(
          "label",
          { class: "label", for: "fault-withdrawals" },
          "When asked for a withdrawal, CCPayment",
        ),
        this.#withdrawals,
        el("label", { class: "label", for: "fault-look-ups" }, "When asked what became of one, it"),
        this.#lookUps,
        el("label", { class: "choice once" }, this.#once, el("span", {}, "Only for the next call")),
        this.#inForce,
      ),
      el("section", { class: "part" }, el("h3", {}, "Orders"), this.#noOrders, this.#orders),
      el("section", { class: "part" }, el("h3", {}, "Balances"), this.#balances),
    );
  }

  draw({ modes, mode, orders, balances }, zone) {
    this.#active = mode.names;
    this.#offer(
      this.#withdrawals,
      modes.filter(([name]) => !name.startsWith(LOOK_UPS)),
    );
    this.#offer(
      this.#lookUps,
      modes.filter(([name]) => name === NORMAL || name.startsWith(LOOK_UPS)),
    );
    this.#inForce.textContent = mode.names.length ? `In force: ${mode.label}.` : "";
    this.#noOrders.hidden = orders.length > 0;
    keep(
      this.#orders,
      orders.map((order) => ({ order, zone })),
      (one) => one.order.order_id,
      drawOrder,
    );
    keep(this.#balances, balances, (one) => one.coin, drawBalance);
  }

  #offer(select, modes) {
    if (!select.children.length) {
      select.append(...modes.map(([name, label]) => el("option", { value: name }, label)));
    }
    const held = modes.find(([name]) => this.#active.includes(name));
    select.value = held ? held[0] : NORMAL;
  }

  // Ending one fault ends all, so what goes on is put in force again.
  async #switch() {
    const wanted = [this.#withdrawals.value, this.#lookUps.value];
    const once = this.#once.checked;
    if (wanted.includes(NORMAL)) await this.#act("switch", { mode: NORMAL, once: false });
    for (const mode of wanted) {
      const held = this.#active.includes(mode) && !wanted.includes(NORMAL);
      if (mode !== NORMAL && !held) await this.#act("switch", { mode, once });
    }
  }
}

function drawOrder({ order, zone }) {
  const seconds = Date.parse(order.created) / 1000;
  const facts = {
    order_id: order.order_id,
    reference: order.merchant_order_id,
    network_fee: `${order.network_fee} ${order.network_fee_coin}`,
    memo: order.memo,
    to: order.address,
    transaction: order.txid,
  };
  return el(
    "li",
    { class: "order" },
    el(
      "header",
      {},
      el("strong", {}, `${grouped(order.amount)} ${order.coin}`),
      el(
        "span",
        { class: "quiet" },
        order.chain === "Cwallet" ? "to Cwallet" : `on ${order.chain}`,
      ),
      el("span", { class: `pill ${KINDS[order.status] ?? "busy"}` }, order.status),
      el("time", { class: "quiet", title: whole(seconds, zone) }, clock(seconds, zone)),
    ),
    facted(facts),
  );
}

function drawBalance({ coin, amount }) {
  return el("div", {}, el("dt", {}, coin), el("dd", {}, grouped(amount)));
}

// Named facts, without those that are empty.
export function facted(facts) {
  const there = Object.entries(facts).filter(([, fact]) => fact !== "" && fact != null);
  return el(
    "dl",
    { class: "facts" },
    there.map(([name, fact]) => [el("dt", {}, name), el("dd", {}, String(fact))]),
  );
}

// 25000.5 as 25,000.5: the digits stay text, for amounts are never floating-point numbers here.
function grouped(amount) {
  const [whole, decimals] = amount.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals ? `${groups}.${decimals}` : groups;
}
