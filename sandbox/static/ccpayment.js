// CCPayment's side: what it is made to do wrong, its orders, its balances.

import { el, keep } from "./dom.js";
import { clock, whole } from "./text.js";

const NORMAL = "normal";
const LOOK_UPS = "look-ups"; // how the names of faults in look-ups begin
const DUPLICATES = [
  ["refused", "refuses it"],
  ["unexplained", "refuses it without saying why"],
  ["taken", "takes it again"],
];
const CLOCKS = [
  [0, "is right"],
  [20, "is 20 s ahead"],
  [119, "is 119 s ahead"],
  [-20, "is 20 s behind"],
  [-119, "is 119 s behind"],
];
const KINDS = { Successful: "good", Success: "good", Failed: "bad", Rejected: "bad" };

// Fills `panel`. `act(name, body)` posts what a person does.
export class CCPayment {
  #act;
  #active = [];
  #acting = 0; // choices that are being posted; what is drawn meanwhile may be older
  #once = el("input", { type: "checkbox", id: "once" });
  #withdrawals = el("select", { id: "fault-withdrawals", class: "control" });
  #lookUps = el("select", { id: "fault-look-ups", class: "control" });
  #duplicates = el("select", { id: "duplicates", class: "control" });
  #ahead = el("select", { id: "ahead", class: "control" });
  #balanceFirst = el("input", { type: "checkbox", id: "balance-first" });
  #inForce = el("p", { class: "in-force", role: "status" });
  #orders = el("ol", { class: "orders" });
  #noOrders = el("p", { class: "quiet" }, "None yet. An approved payout appears here.");
  #balances = el("dl", { class: "balances" });

  constructor(panel, act) {
    this.#act = act;
    for (const select of [this.#withdrawals, this.#lookUps]) {
      select.addEventListener("change", () => this.#post(() => this.#switch()));
    }
    for (const control of [this.#duplicates, this.#ahead, this.#balanceFirst]) {
      control.addEventListener("change", () => this.#post(() => this.#turn()));
    }
    fill(this.#duplicates, DUPLICATES);
    fill(this.#ahead, CLOCKS);
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
        el(
          "details",
          { class: "temper" },
          el("summary", {}, "What it is like"),
          el("label", { class: "label", for: "duplicates" }, "A reference that it knows, it"),
          this.#duplicates,
          el("label", { class: "label", for: "ahead" }, "Its clock"),
          this.#ahead,
          el(
            "label",
            { class: "choice once" },
            this.#balanceFirst,
            el("span", {}, "Looks at the balance before all else"),
          ),
        ),
      ),
      el("section", { class: "part" }, el("h3", {}, "Orders"), this.#noOrders, this.#orders),
      el("section", { class: "part" }, el("h3", {}, "Balances"), this.#balances),
    );
  }

  draw({ modes, mode, temper, orders, balances }, zone) {
    if (!this.#acting) this.#drawChoices(modes, mode, temper);
    this.#noOrders.hidden = orders.length > 0;
    keep(
      this.#orders,
      orders.map((order) => ({ order, zone })),
      (one) => one.order.order_id,
      drawOrder,
    );
    keep(this.#balances, balances, (one) => one.coin, drawBalance);
  }

  #drawChoices(modes, mode, temper) {
    this.#active = mode.names;
    this.#duplicates.value = temper.duplicates;
    this.#ahead.value = String(temper.ahead);
    this.#balanceFirst.checked = temper.balance_first;
    this.#offer(
      this.#withdrawals,
      modes.filter(([name]) => !name.startsWith(LOOK_UPS)),
    );
    this.#offer(
      this.#lookUps,
      modes.filter(([name]) => name === NORMAL || name.startsWith(LOOK_UPS)),
    );
    this.#inForce.textContent = mode.names.length ? `In force: ${mode.label}.` : "";
  }

  #offer(select, modes) {
    if (!select.children.length) fill(select, modes);
    const held = modes.find(([name]) => this.#active.includes(name));
    select.value = held ? held[0] : NORMAL;
  }

  async #post(choice) {
    this.#acting += 1;
    try {
      await choice();
    } finally {
      this.#acting -= 1;
    }
  }

  #turn() {
    return this.#act("turn", {
      duplicates: this.#duplicates.value,
      ahead: Number(this.#ahead.value),
      balance_first: this.#balanceFirst.checked,
    });
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

function fill(select, choices) {
  select.append(...choices.map(([value, label]) => el("option", { value }, label)));
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
