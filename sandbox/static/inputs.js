// The fields of a modal: a label, the element, a hint, and a place for what is wrong.
//
// Each field is {node, value(), complain(sentence), focus()}. It is the same field again, in whatever
// is drawn later, where block id and action id are the same, as in Slack. `held` keeps what is filled
// in by these, so that a view that is drawn again, or comes back from below another, has it still.

import { byId, el, icon } from "./dom.js";

const PAUSE = 150; // milliseconds without a key before a typeahead asks

export function inputs(blocks, held, suggest) {
  const wanted = blocks.filter((block) => block.type === "input");
  return new Map(wanted.map((block) => [block.block_id, field(block, held, suggest)]));
}

function field(block, held, suggest) {
  const { element } = block;
  const name = `${block.block_id}-${element.action_id}`;
  const names = {
    control: `field-${name}`,
    label: `label-${name}`,
    hint: `hint-${name}`,
    error: `error-${name}`,
  };
  if (!held.has(name)) held.set(name, {});
  const control = CONTROLS[element.type]({
    element,
    names,
    state: held.get(name),
    told: {
      "aria-describedby": `${names.error} ${names.hint}`,
      "aria-required": element.type !== "checkboxes" && String(!block.optional), // no group has it
    },
    ask: (words) => suggest(block, element, words),
  });
  const label = [block.label.text, block.optional && el("span", { class: "optional" }, "optional")];
  const node = el(
    "div",
    { class: "field", "data-key": name },
    el(
      control.group ? "span" : "label",
      { class: "label", id: names.label, for: !control.group && names.control },
      label,
    ),
    control.node,
    el("p", { class: "error", id: names.error, role: "alert", "data-own": true }),
    block.hint && el("p", { class: "hint", id: names.hint }, block.hint.text),
  );
  return {
    node,
    value: control.value,
    focus: () => focusable(names)?.focus(),
    complain: (sentence) => complain(names, sentence),
  };
}

const focusable = ({ control }) => byId(control)?.querySelector("input") ?? byId(control);

function complain(names, sentence) {
  const error = byId(names.error);
  if (!error) return; // the view is gone
  error.replaceChildren(...(sentence ? [icon("alert"), sentence] : []));
  error.closest(".field").classList.toggle("wrong", Boolean(sentence));
  byId(names.control).setAttribute("aria-invalid", String(Boolean(sentence)));
}

const CONTROLS = {
  plain_text_input: text,
  external_select: typeahead,
  static_select: select,
  radio_buttons: (given) => choices(given, "radio"),
  checkboxes: (given) => choices(given, "checkbox"),
};

function text({ element, names, state, told }) {
  state.value ??= element.initial_value ?? "";
  const node = el(element.multiline ? "textarea" : "input", {
    ...told,
    id: names.control,
    class: "control",
    rows: element.multiline && "3",
    type: !element.multiline && "text",
    placeholder: element.placeholder?.text,
    autofocus: element.focus_on_load,
    spellcheck: element.multiline ? "true" : "false",
    value: state.value,
    oninput: ({ currentTarget }) => {
      state.value = currentTarget.value;
    },
  });
  return { node, value: () => state.value };
}

function select({ element, names, state, told }) {
  state.value ??= element.initial_option?.value ?? "";
  const groups = element.option_groups ?? [{ options: element.options }];
  const nothing = el("option", { value: "" }, element.placeholder?.text ?? "Choose one");
  const node = el(
    "select",
    {
      ...told,
      id: names.control,
      class: "control",
      value: state.value,
      onchange: ({ currentTarget }) => {
        state.value = currentTarget.value;
      },
    },
    nothing,
    groups.map((group) => {
      const options = group.options.map((one) => el("option", { value: one.value }, one.text.text));
      return group.label ? el("optgroup", { label: group.label.text }, options) : options;
    }),
  );
  return { node, value: () => state.value || null };
}

function choices({ element, names, state, told }, type) {
  const initial = element.initial_options ?? [element.initial_option].filter(Boolean);
  state.value ??= initial.map((one) => one.value);
  const box = ({ value }) =>
    el("input", { type, name: names.control, value, checked: state.value.includes(value) });
  const node = el(
    "div",
    {
      ...told,
      id: names.control,
      class: "choices",
      role: type === "radio" ? "radiogroup" : "group",
      "aria-labelledby": names.label,
      onchange: ({ currentTarget }) => {
        const ticked = currentTarget.querySelectorAll(":checked");
        state.value = [...ticked].map((one) => one.value);
      },
    },
    element.options.map((one) =>
      el(
        "label",
        { class: "choice", "data-key": one.value },
        box(one),
        el("span", {}, one.text.text, one.description && el("small", {}, one.description.text)),
      ),
    ),
  );
  const value = () => (type === "radio" ? (state.value[0] ?? null) : state.value);
  return { node, value, group: true };
}

// A combobox as WAI-ARIA describes it: what is typed asks the bot, and only what it offered counts.
function typeahead({ element, names, state, told, ask }) {
  if (state.chosen === undefined) choose(element.initial_option ?? null);
  state.asked ??= 0;
  const listId = `${names.control}-list`;
  const input = () => byId(names.control);
  const list = () => byId(listId);

  const KEYS = {
    ArrowDown: (event) => step(event, 1),
    ArrowUp: (event) => step(event, -1),
    Enter: (event) => {
      if (list().hidden || state.active < 0) return;
      event.preventDefault();
      pick(state.offered[state.active]);
    },
    Escape: (event) => {
      if (list().hidden) return;
      event.preventDefault();
      event.stopPropagation();
      hide();
    },
  };

  function choose(option) {
    state.chosen = option;
    state.words = option?.text.text ?? "";
  }

  function pick(option) {
    choose(option);
    input().value = state.words;
    hide();
  }

  function step(event, by) {
    event.preventDefault();
    if (list().hidden) return search();
    mark((state.active + by + state.offered.length) % state.offered.length);
  }

  function mark(place) {
    state.active = place;
    const items = [...list().children];
    items.forEach((item, at) => item.setAttribute("aria-selected", at === place));
    items[place]?.scrollIntoView({ block: "nearest" });
    if (items[place]?.id) input().setAttribute("aria-activedescendant", items[place].id);
    else input().removeAttribute("aria-activedescendant");
  }

  function hide() {
    clearTimeout(state.timer);
    state.asked += 1;
    state.active = -1;
    list().hidden = true;
    input().setAttribute("aria-expanded", "false");
    input().removeAttribute("aria-activedescendant");
  }

  function search() {
    clearTimeout(state.timer);
    const mine = (state.asked += 1);
    const words = state.chosen ? "" : state.words;
    state.timer = setTimeout(async () => {
      const answer = await ask(words);
      if (mine === state.asked && list()) show(answer.options ?? [], words);
    }, PAUSE);
  }

  function show(options, words) {
    state.offered = options;
    const nothing = words || element.min_query_length === 0 ? "No results" : "Type to search";
    list().replaceChildren(...options.map(offer));
    if (!options.length) list().append(el("li", { class: "none", role: "presentation" }, nothing));
    list().hidden = false;
    input().setAttribute("aria-expanded", "true");
    mark(options.length ? 0 : -1);
  }

  function offer(option, place) {
    const onmousedown = (event) => {
      event.preventDefault();
      pick(option);
    };
    const id = `${listId}-${place}`;
    return el("li", { role: "option", id, "aria-selected": "false", onmousedown }, option.text.text);
  }

  const node = el(
    "div",
    { class: "typeahead" },
    el("input", {
      ...told,
      id: names.control,
      class: "control",
      type: "text",
      role: "combobox",
      spellcheck: "false",
      placeholder: element.placeholder?.text ?? "Type to search",
      autofocus: element.focus_on_load,
      value: state.words,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      oninput: ({ currentTarget }) => {
        state.chosen = null;
        state.words = currentTarget.value;
        search();
      },
      onfocus: () => search(),
      onclick: () => list().hidden && search(),
      onblur: () => {
        if (!list()) return;
        hide();
        choose(state.chosen);
        input().value = state.words;
      },
      onkeydown: (event) => KEYS[event.key]?.(event),
    }),
    el("ul", {
      class: "options",
      id: listId,
      role: "listbox",
      "aria-labelledby": names.label,
      hidden: true,
      "data-own": true,
    }),
  );
  return { node, value: () => state.chosen?.value ?? null };
}
