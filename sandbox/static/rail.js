// The rail: where one can go, what is new there, and who one can be.

import { avatar } from "./messages.js";
import { byId, el, icon, keep } from "./dom.js";

export const named = (place) => (place.person ? "Countersign" : place.name);

// `open(channel)` and `become(person)` are called with ids.
export class Rail {
  #open;
  #become;
  #read = new Map(); // person and channel → ts of the newest message that was on the screen

  constructor({ open, become }) {
    this.#open = open;
    this.#become = become;
  }

  // `chosen` is the person that one wants to be, before the server knows.
  draw(channels, here, scene, chosen) {
    this.#read.set(`${scene.me} ${here.id}`, here.messages.at(-1)?.ts ?? "");
    const places = channels.map((one) => ({
      id: one.id,
      name: named(one),
      direct: Boolean(one.person),
      current: one.id === here.id,
      news: this.#news(one, scene),
    }));
    const [directs, others] = [
      places.filter((one) => one.direct),
      places.filter((one) => !one.direct),
    ];
    const draw = (place) => this.#place(place, scene);
    keep(byId("channels"), others, (one) => one.id, draw);
    keep(byId("directs"), directs, (one) => one.id, draw);
    byId("direct-messages").hidden = !directs.length;
    this.#people(scene, chosen);
  }

  #news(channel, scene) {
    const read = this.#read.get(`${scene.me} ${channel.id}`) ?? "";
    return channel.messages.filter((one) => one.ts > read && one.user !== scene.me).length;
  }

  #place({ id, name, direct, current, news }, scene) {
    const button = el(
      "button",
      {
        type: "button",
        class: news ? "place unread" : "place",
        "aria-current": current && "page",
        onclick: () => this.#open(id),
      },
      direct ? avatar(scene.bot, scene) : icon("hash"),
      el("span", { class: "name" }, name),
      news > 0 && el("span", { class: "badge", "aria-label": `${news} new` }, String(news)),
    );
    return el("li", {}, button);
  }

  #people(scene, chosen) {
    const people = [...scene.people.values()].filter((one) => one.id !== scene.bot);
    const roled = people.map((one) => ({ ...one, role: scene.roles[one.id] ?? "" }));
    keep(
      byId("people"),
      roled,
      (one) => one.id,
      (one) => this.#person(one, scene),
    );
    for (const radio of byId("people").querySelectorAll("input")) {
      radio.checked = radio.value === chosen;
    }
  }

  #person({ id, real_name: name, role }, scene) {
    const onchange = () => this.#become(id);
    return el(
      "label",
      { class: "person" },
      el("input", { type: "radio", name: "person", value: id, onchange }),
      avatar(id, scene),
      el("span", { class: "who" }, name, el("small", {}, role)),
    );
  }
}
