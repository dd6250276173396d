// A control for each kind of fact. What is answered is text, a list of texts, or a list of mappings: what
// it means, and whether it is a value at all, the engine says.
import { fill, h, id } from "./dom.js";

const FEW = 8;

/** A control; `change(answer)` is told every answer, undefined where there is none. */
export function control(spec, answer, change, label) {
  if (spec.kind === "records") return records(spec, answer, change, label);
  if (spec.kind === "boolean" && !spec.list) return chips([["yes", "Yes"], ["no", "No"]], spec, answer, change, label);
  if (spec.kind === "choice" || spec.kind === "party") return choice(spec, answer, change, label);
  if (spec.list) return lines(spec, answer, change, label);
  return typed(spec, answer, change, label);
}

function choice(spec, answer, change, label) {
  const members = spec.members.map(({ name, text }) => [name, name.replaceAll("_", " "), text]);
  return spec.list ? several(members, spec, answer, change, label) : chips(members, spec, answer, change, label);
}

function chip(type, group, [value, text, hint], checked, change) {
  const input = h("input", { type, name: group, value, checked, onchange: (event) => change(event.target.checked) });
  return h("label", { class: "chip", title: hint }, input, h("span", {}, text));
}

/** One of some values. */
function chips(members, spec, answer, change, label) {
  const group = id("choice");
  const options = spec.optional ? [...members, ["none", "None"]] : members;
  const known = options.some(([value]) => value === answer);
  const one = (each) => chip("radio", group, each, answer === each[0], () => { if (other) other.value = ""; change(each[0]); });
  const other = spec.kind === "party" && another(label, known ? "" : (answer ?? ""), (text) => {
    made.querySelectorAll("input[type=radio]").forEach((each) => (each.checked = false));
    change(text || undefined);
  });
  const made = h("div", { class: "chips", role: "radiogroup", "aria-label": label }, folded(options, one, (each) => each[0] === answer), other);
  return made;
}

/** Some of some values; that it is none of them has a chip of its own. */
function several(members, spec, answer, change, label) {
  const group = id("choice");
  const named = new Set(members.map(([value]) => value));
  let chosen = Array.isArray(answer) ? [...answer] : [];
  const made = h("div", { class: "chips", role: "group", "aria-label": label });
  const none = chip("checkbox", group, ["", "None of these"], Array.isArray(answer) && !answer.length, (on) => {
    chosen = [];
    made.querySelectorAll("input[type=checkbox]").forEach((each) => each !== none.firstChild && (each.checked = false));
    if (other) other.value = "";
    change(on ? [] : undefined);
  });
  const tell = () => {
    none.firstChild.checked = false;
    change(chosen.length ? chosen : undefined);
  };
  const one = (each) => chip("checkbox", group, each, chosen.includes(each[0]), (on) => {
    chosen = on ? [...chosen, each[0]] : chosen.filter((name) => name !== each[0]);
    tell();
  });
  const other = spec.kind === "party" && another(label, chosen.filter((name) => !named.has(name)).join(", "), (text) => {
    chosen = [...chosen.filter((name) => named.has(name)), ...text.split(",").map((name) => name.trim()).filter(Boolean)];
    tell();
  });
  made.append(...[folded(members, one, (each) => chosen.includes(each[0])), none, other].flat().filter(Boolean));
  return made;
}

function another(label, text, change) {
  return h("input", { type: "text", class: "another", placeholder: "another name", value: text, "aria-label": `${label} Another name`, autocomplete: "off", onchange: (event) => change(event.target.value.trim()) });
}

/** The first of many chips, those that are chosen, and the others where they are asked for. */
function folded(members, one, chosen) {
  if (members.length <= FEW + 2) return members.map(one);
  const first = members.filter((each, at) => at < FEW || chosen(each));
  const rest = members.filter((each) => !first.includes(each));
  const more = h("button", { type: "button", class: "link", onclick: () => more.replaceWith(...rest.map(one)) }, `${rest.length} more`);
  return [...first.map(one), rest.length > 0 && more].filter(Boolean);
}

/** A button that says that there is none; whether it is pressed, shows and is told. */
function nothing(words, on, press) {
  const button = h("button", { type: "button", class: "none", "aria-pressed": String(on), onclick: () => { set(true); press(); } }, words);
  const set = (now) => button.setAttribute("aria-pressed", String(now));
  return { button, set };
}

function typed(spec, answer, change, label) {
  const type = spec.kind === "date" ? "date" : "text";
  const said = (text) => { if (none) none.set(false); change(text.trim() === "" ? undefined : text.trim()); };
  const absent = spec.optional && answer === "none";
  let timer = 0;
  const none = spec.optional && nothing("None", absent, () => { clearTimeout(timer); input.value = ""; change("none"); });
  const input = h("input", {
    type,
    value: typeof answer === "string" && !absent ? answer : "",
    placeholder: type === "date" ? null : spec.form,
    inputmode: spec.kind === "number" ? "decimal" : null,
    "aria-label": label,
    autocomplete: "off",
    oninput: () => { clearTimeout(timer); timer = setTimeout(() => said(input.value), 350); },
    onchange: () => { clearTimeout(timer); said(input.value); },
  });
  return none ? h("div", { class: "chips" }, input, none.button) : input;
}

/** A list of what is typed, one a line. */
function lines(spec, answer, change, label) {
  const area = h("textarea", { rows: 3, placeholder: "one a line", "aria-label": `${label} One a line.`, onchange: () => {
    none.set(false);
    const found = area.value.split("\n").map((each) => each.trim()).filter(Boolean);
    change(found.length ? found : undefined);
  } });
  area.value = Array.isArray(answer) ? answer.join("\n") : "";
  const none = nothing("None", Array.isArray(answer) && !answer.length, () => { area.value = ""; change([]); });
  return h("div", { class: "chips" }, area, none.button);
}

/** A list of things, each with fields of its own. */
function records(spec, answer, change, label) {
  let items = Array.isArray(answer) ? structuredClone(answer) : [];
  const none = nothing("There are none", Array.isArray(answer) && !answer.length, () => change([]));
  const place = h("div", { class: "records", role: "group", "aria-label": label });
  const tell = () => change(structuredClone(items));
  const draw = () => fill(place, items.map(item), h("div", { class: "chips" }, h("button", { type: "button", onclick: () => { items.push({}); none.set(false); tell(); draw(); place.querySelector(".record:last-of-type input")?.focus(); } }, items.length ? "Add another" : "Add one"), !items.length && none.button));
  const item = (one, at) =>
    h(
      "fieldset",
      { class: "record" },
      h("legend", {}, `${at + 1}`),
      spec.fields.map((field) => {
        const said = (value) => { if (value === undefined) delete one[field.fact]; else one[field.fact] = value; tell(); };
        return h("div", { class: "field" }, h("p", {}, field.question, field.judged && h("span", { class: "tag" }, "a judgement")), control(field.control, one[field.fact], said, `${at + 1}: ${field.question}`));
      }),
      h("button", { type: "button", class: "link", onclick: () => { items.splice(at, 1); if (items.length) tell(); else change(undefined); draw(); } }, "Take it away"),
    );
  draw();
  return place;
}
