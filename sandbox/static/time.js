// The sandbox's clock, and a menu that lets time go by.

import { menu } from "./controls.js";
import { byId, el, fill, icon } from "./dom.js";
import { now, whole } from "./text.js";

const SPANS = { 60: "1 minute", 600: "10 minutes", 3600: "1 hour", 86400: "1 day" };

// `pass(seconds, node)` lets so much time go by.
export function drawTime(zone, pass) {
  const options = Object.entries(SPANS).map(([seconds, words]) => ({
    text: { text: `Let ${words} go by` },
    value: seconds,
  }));
  const tell = () =>
    new Intl.DateTimeFormat("en-GB", {
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zone,
    }).format(now());
  const words = () => [
    icon("clock"),
    el("span", { class: "counting", title: whole(now() / 1000, zone), tell }, tell()),
  ];
  const choose = (option, node) => pass(Number(option.value), node);
  const face = { class: "tool", words };
  fill(byId("time"), [menu("Let time go by", options, choose, "time", face)]);
}
