// Elements made in one call. Every text becomes a text node: nothing that a document says is markup.

export function h(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (name === "value" || name === "checked" || name === "disabled" || name === "open") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...flat(children));
  return made;
}

function flat(children) {
  return children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false);
}

export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
  return parent;
}

let last = 0;
/** An id that no other element of the page has. */
export const id = (prefix) => `${prefix}-${++last}`;

export const plural = (number, one, several = `${one}s`) => `${number} ${number === 1 ? one : several}`;

/** A sentence in which code stands between backquotes. */
export const coded = (text) => text.split("`").map((each, at) => (at % 2 ? h("code", {}, each) : each));

let meanings = {};

/** What names in conditions mean: the question of a fact, the words of a definition, by name. */
export function learn(several) {
  meanings = several;
}

/** A condition in the words of the text; a name that has a meaning tells it where somebody points at it. */
export function condition(text) {
  const parts = text.split(/([A-Za-z_][\w]*(?:\.[A-Za-z_][\w]*)*)/);
  return parts.map((each, at) => (at % 2 && Object.hasOwn(meanings, each) && meanings[each] ? h("abbr", { title: meanings[each] }, each) : each));
}

const MARKS = { forbidden: "✕", permitted: "✓", undetermined: "?", not_applicable: "–" };

/** A verdict with its mark: never told by colour alone. */
export function verdict(word, ...more) {
  const known = word in MARKS;
  return h("span", { class: `verdict ${known ? word : "other"}` }, h("span", { class: "mark", "aria-hidden": "true" }, MARKS[word] ?? "·"), word.replaceAll("_", " "), more);
}

/** A message that stands where something else would: nothing there yet, or something that went wrong. */
export function note(title, text, ...more) {
  return h("div", { class: "note" }, h("p", { class: "note-title" }, title), text && h("p", {}, text), more);
}

export function problems(several) {
  return h("div", { class: "note problem", role: "alert" }, several.map((each) => h("p", {}, coded(each.message), " ", coded(each.mend ?? ""), " ", each.code && h("code", { class: "code-of" }, each.code))));
}

/** Text as a file that the browser saves. Nothing is sent anywhere. */
export function download(name, text, type = "text/plain") {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A list item by item. `was` is the list before: then only the items that differ are shown, and how many stay. */
export function listed(items, was = null) {
  const key = (each) => JSON.stringify(each), left = (was ?? []).map(key);
  const come = items.filter((each) => { const at = left.indexOf(key(each)); if (at >= 0) left.splice(at, 1); return at < 0; });
  const gone = (was ?? []).filter((each) => { const at = left.indexOf(key(each)); if (at >= 0) left.splice(at, 1); return at >= 0; });
  const item = (sign, words) => (each) => h("li", {}, sign && [h("b", { "aria-hidden": "true" }, sign), h("span", { class: "hidden" }, words)], each.map((one) => h("span", { class: "item-field" }, one.question && h("span", { class: "quiet" }, `${one.question} `), one.value)));
  if (was === null) return items.length ? h("ul", { class: "items" }, items.map(item("", ""))) : "none of them";
  const stay = items.length - come.length;
  return h("ul", { class: "items" }, gone.map(item("− ", "without: ")), come.map(item("+ ", "with: ")), !items.length && h("li", { class: "quiet" }, "none is left"), stay > 0 && h("li", { class: "quiet" }, `${plural(stay, "other")} as before`));
}
