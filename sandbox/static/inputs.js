// The fields of a modal: a label, the element, a hint, and a place for what is wrong.
//
// Each field is {node, value(), complain(sentence), focus()}. `typed` keeps what is filled in by
// block id, so that a view that is redrawn, or comes back from below another, has it still.

import { el, icon } from "./dom.js";

const PAUSE = 150; // milliseconds without a key before a typeahead asks

export function inputs(blocks, typed, suggest) {
  const wanted = blocks.filter((block) => block.type === "input");
  return new Map(wanted.map((block) => [block.block_id, field(block, typed, suggest)]));
}

function field(block, typed, suggest) {
  const { element, block_id: id } = block;
  const names = {
    control: `field-${id}`,
    label: `label-${id}`,
    hint: `hint-${id}`,
    error: `error-${id}`,
  };
  const control = CONTROLS[element.type]({
    element,
    names,
    held: typed.get(id),
    change: (value) => typed.set(id, value),
    ask: (words) => suggest(block, element, words),
  });
  const error = el("p", { class: "error", id: names.error, role: "alert" });
  const label = [block.label.text, block.optional && el("span", { class: "optional" }, "optional")];
  const node = el(
    "div",
    { class: "field" },
    el(
      control.group ? "span" : "label",
      { class: "label", id: names.label, for: !control.group && names.control },
      label,
    ),
    control.node,
    error,
    block.hint && el("p", { class: "hint", id: names.hint }, block.hint.text),
  );
  control.target.setAttribute("aria-describedby", `${names.error} ${names.hint}`);
  control.target.setAttribute("aria-required", String(!block.optional));
  return {
    node,
    value: control.value,
    focus: () => control.focus.focus(),
    complain: (sentence) => {
      error.replaceChildren(...(sentence ? [icon("alert"), sentence] : []));
      node.classList.toggle("wrong", Boolean(sentence));
      control.target.setAttribute("aria-invalid", String(Boolean(sentence)));
    },
  };
}

const CONTROLS = {
  plain_text_input: text,
  external_select: typeahead,
  static_select: select,
  radio_buttons: (given) => choices(given, "radio"),
  checkboxes: (given) => choices(given, "checkbox"),
};

function text({ element, names, held, change }) {
  const node = el(element.multiline ? "textarea" : "input", {
    id: names.control,
    class: "control",
    rows: element.multiline && "3",
    type: !element.multiline && "text",
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load,
    spellcheck: element.multiline ? "true" : "false",
    oninput: () => change(node.value),
  });
  node.value = held ?? element.initial_value ?? "";
  return { node, target: node, focus: node, value: () => node.value };
}

function select({ element, names, held, change }) {
  const groups = element.option_groups ?? [{ options: element.options }];
  const nothing = el("option", { value: "" }, element.placeholder?.text ?? "Choose one");
  const node = el(
    "select",
    { id: names.control, class: "control", onchange: () => change(node.value) },
    nothing,
    groups.map((group) => {
      const options = group.options.map((one) => el("option", { value: one.value }, one.text.text));
      return group.label ? el("optgroup", { label: group.label.text }, options) : options;
    }),
  );
  node.value = held ?? element.initial_option?.value ?? "";
  return { node, target: node, focus: node, value: () => node.value || null };
}

function choices({ element, names, held, change }, type) {
  const initial = element.initial_options ?? [element.initial_option].filter(Boolean);
  const chosen = held ?? initial.map((one) => one.value);
  const boxes = element.options.map((one) =>
    el("input", {
      type,
      name: names.control,
      value: one.value,
      checked: chosen.includes(one.value),
    }),
  );
  const ticked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const role = type === "radio" ? "radiogroup" : "group";
  const node = el(
    "div",
    { class: "choices", role, "aria-labelledby": names.label, onchange: () => change(ticked()) },
    element.options.map((one, place) =>
      el(
        "label",
        { class: "choice" },
        boxes[place],
        el("span", {}, one.text.text, one.description && el("small", {}, one.description.text)),
      ),
    ),
  );
  const value = () => (type === "radio" ? (ticked()[0] ?? null) : ticked());
  return { node, target: node, focus: boxes[0], value, group: true };
}

// A combobox as WAI-ARIA describes it: what is typed asks the bot, and only what it offered counts.
function typeahead({ element, names, held, change, ask }) {
  let chosen = held ?? element.initial_option ?? null;
  let offered = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  const list = el("ul", {
    class: "options",
    id: `${names.control}-list`,
    role: "listbox",
    "aria-labelledby": names.label,
    hidden: true,
  });
  const input = el("input", {
    id: names.control,
    class: "control",
    type: "text",
    role: "combobox",
    spellcheck: "false",
    placeholder: element.placeholder?.text ?? "Type to search",
    autofocus: element.focus_on_load,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    oninput: () => {
      choose(null);
      search();
    },
    onfocus: () => search(),
    onclick: () => list.hidden && search(),
    onblur: () => {
      hide();
      input.value = chosen?.text.text ?? "";
    },
    onkeydown: (event) => KEYS[event.key]?.(event),
  });
  input.value = chosen?.text.text ?? "";

  const KEYS = {
    ArrowDown: (event) => step(event, 1),
    ArrowUp: (event) => step(event, -1),
    Enter: (event) => {
      if (list.hidden || active < 0) return;
      event.preventDefault();
      pick(offered[active]);
    },
    Escape: (event) => {
      if (list.hidden) return;
      event.preventDefault();
      event.stopPropagation();
      hide();
    },
  };

  function choose(option) {
    chosen = option;
    change(option);
  }

  function pick(option) {
    choose(option);
    input.value = option.text.text;
    hide();
  }

  function step(event, by) {
    event.preventDefault();
    if (list.hidden) return search();
    mark((active + by + offered.length) % offered.length);
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", at === place));
    const item = list.children[place];
    item?.scrollIntoView({ block: "nearest" });
    if (item?.id) input.setAttribute("aria-activedescendant", item.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function hide() {
    clearTimeout(timer);
    asked += 1;
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function search() {
    clearTimeout(timer);
    const mine = (asked += 1);
    const words = chosen ? "" : input.value;
    timer = setTimeout(async () => {
      const answer = await ask(words);
      if (mine === asked) show(answer.options ?? [], words);
    }, PAUSE);
  }

  function show(options, words) {
    offered = options;
    const nothing = words || element.min_query_length === 0 ? "No results" : "Type to search";
    list.replaceChildren(
      ...options.map((option, place) =>
        el(
          "li",
          {
            role: "option",
            id: `${list.id}-${place}`,
            "aria-selected": "false",
            onmousedown: (event) => {
              event.preventDefault();
              pick(option);
            },
          },
          option.text.text,
        ),
      ),
    );
    if (!options.length) list.append(el("li", { class: "none", role: "presentation" }, nothing));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(options.length ? 0 : -1);
  }

  const node = el("div", { class: "typeahead" }, input, list);
  return { node, target: input, focus: input, value: () => chosen?.value ?? null };
}
