// Change: what another version changes, each class of uses with an example; and the lines that differ.
import { coded, fill, h, id, listed, note, verdict } from "./dom.js";
import { ask } from "./engine.js";
import { draftLabel, EMPTY_USE, remember, source, state } from "./state.js";

export async function changing(place, page, current) {
  const several = choices(page);
  state.change ??= begin(page);
  const result = h("div", { class: "difference", "aria-live": "polite" });
  const side = (name, label) => {
    const select = h("select", { id: id(name), onchange: () => { state.change[name] = several[Number(select.value)].doc; remember(); run(); } }, several.map((each, at) => h("option", { value: at }, each.label)));
    const at = several.findIndex((each) => same(each.doc, state.change[name]));
    select.value = String(Math.max(at, 0));
    state.change[name] = several[Math.max(at, 0)].doc;
    return h("div", { class: "field grow" }, h("label", { for: select.id }, label), select);
  };
  const swap = h("button", { type: "button", onclick: () => { state.change = { old: state.change.new, new: state.change.old }; page.show(); } }, "Swap");
  fill(place, h("h1", {}, "What a change changes"), h("p", { class: "lead" }, "Two versions are put against each other over all uses that there can be. Each class of uses of which the answer changes is shown by its smallest example."), h("div", { class: "start sides" }, side("old", "From"), side("new", "To"), swap), result);

  async function run() {
    const { old, new: after } = state.change;
    if (same(old, after)) {
      fill(result, note("Both sides are the same.", "Choose another version on one side. A draft of your own can be compared with the text that it began as."));
      return;
    }
    fill(result, h("p", { class: "waiting" }, "Comparing every use of both versions …"));
    const names = [label(several, old), label(several, after)];
    try {
      const found = await ask("change", { old: source(old), new: source(after), names }, "change");
      if (current()) fill(result, difference(found, names, page));
      page.say(found.conclusion);
    } catch (error) {
      if (current()) page.fail(result, error);
    }
  }
  await run();
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const label = (several, doc) => several.find((each) => same(each.doc, doc))?.label ?? "";

function choices(page) {
  const mine = state.draft ? [{ doc: "draft", label: draftLabel() }, ...(state.draft.base ? [{ doc: "base", label: `${draftLabel()}, as it began` }] : [])] : [];
  return [...mine, ...page.library.flatMap((each) => each.versions.map((version) => ({ doc: { id: each.id, version: version.version, recorded: version.recorded }, label: `${each.title}, ${page.versionLabel(version, each.versions)}` })))];
}

/** The draft against its beginning; else the document at hand against the version before it. */
function begin(page) {
  if (state.draft?.base && state.draft.base !== state.draft.text) return { old: "base", new: "draft" };
  const key = (id, { version, recorded }) => ({ id, version, recorded });
  const here = page.library.find((each) => each.id === state.doc?.id && each.versions.length > 1) ?? page.library.find((each) => each.versions.length > 1);
  if (!here) return { old: choices(page)[0].doc, new: choices(page)[0].doc };
  const at = Math.min(Math.max(here.versions.findIndex((each) => each.version === state.doc?.version && each.recorded === state.doc?.recorded), 0), here.versions.length - 2);
  return { old: key(here.id, here.versions[at + 1]), new: key(here.id, here.versions[at]) };
}

function difference(found, names, page) {
  const kinds = Map.groupBy(found.changes, (each) => each.kind);
  const plain = (title, several) => several.length > 0 && h("section", {}, h("h2", {}, title), h("ul", {}, several.map((each) => h("li", {}, each))));
  return [
    h("p", { class: `conclusion ${found.proved ? "" : "open"}` }, coded(found.conclusion)),
    [...kinds].map(([kind, several]) => h("section", { class: "kind" }, h("h2", {}, kind, h("span", { class: "count" }, String(several.length))), few(several, (each) => oneClass(each, page)))),
    found.unsettled.length > 0 && unsettled(found.unsettled),
    plain("Enforcement", found.enforcement),
    plain("Other documents", found.leads),
    plain("Facts and words", found.declared),
    plain("Beside the meaning", found.besides),
    h("section", {}, h("h2", {}, "The lines that differ"), found.lines.length ? folded(found.lines, names) : h("p", { class: "quiet" }, "There are none.")),
  ];
}

const MOST = 6;

function few(several, draw) {
  const rest = several.slice(MOST);
  return [h("div", { class: "classes" }, several.slice(0, MOST).map(draw)), rest.length > 0 && h("details", {}, h("summary", {}, `${rest.length} more`), h("div", { class: "classes" }, rest.map(draw)))];
}

function oneClass(each, page) {
  const open = (doc) => () => {
    const answers = Object.fromEntries(each.use.map((one) => [one.fact, one.answer]));
    state.use = { ...structuredClone(EMPTY_USE), answers };
    state.doc = doc === "base" ? "draft" : doc;
    state.view = "ask";
    page.show({ step: true, focus: true });
  };
  return h(
    "article",
    { class: "class" },
    each.before && each.after && h("p", { class: "move" }, verdict(each.before), each.before === each.after ? h("span", { class: "quiet" }, "as before") : [h("span", { class: "arrow", role: "img", "aria-label": "becomes" }, "→"), verdict(each.after)]),
    h("p", { class: "words" }, each.words),
    h("h3", {}, "For example"),
    each.use.length ? h("dl", { class: "use-facts" }, each.use.map((one) => h("div", {}, h("dt", {}, one.question), h("dd", {}, one.items ? listed(one.items) : one.value)))) : h("p", { class: "quiet" }, "a use of which nothing is known"),
    h("p", { class: "actions" }, state.change.old !== "base" && h("button", { type: "button", class: "link", onclick: open(state.change.old) }, "Ask the old version"), h("button", { type: "button", class: "link", onclick: open(state.change.new) }, "Ask the new version")),
  );
}

/** What was neither shown nor ruled out, by the reason, which many have in common. */
function unsettled(several) {
  const reasons = Map.groupBy(several, (each) => each.why);
  return h("section", {}, h("h2", {}, "Neither shown nor ruled out", h("span", { class: "count" }, String(several.length))), [...reasons].map(([why, alike]) => h("div", { class: "note" }, h("ul", {}, alike.map((each) => h("li", {}, each.words))), h("p", { class: "quiet" }, `${why[0].toUpperCase()}${why.slice(1)}.`))), h("p", { class: "quiet" }, "Where a solver is missing or gives up, tosdsl diff on the command line may go further."));
}

const SHORT = 60;

function folded(groups, names) {
  const count = groups.flatMap((each) => each.parts).reduce((sum, each) => sum + Math.max(each.old.length, each.new.length), 0);
  return count <= SHORT ? linesView(groups, names) : h("details", {}, h("summary", {}, `Show ${count} lines`), linesView(groups, names));
}

function linesView(groups, names) {
  const cell = (line, sign, one) => [h("td", { role: "cell", class: line ? "number" : "number no-line" }, line ? String(line[0]) : ""), h("td", { role: "cell", class: `${one.same ? "" : sign} ${line ? "" : "no-line"}` }, line && !one.same && h("span", { class: "hidden" }, sign === "gone" ? "taken out: " : "put in: "), line ? line[1] || " " : "")];
  const rows = (part) => Array.from({ length: Math.max(part.old.length, part.new.length) }, (_, at) => h("tr", { role: "row", class: part.same ? "same" : null }, cell(part.old[at], "gone", part), cell(part.new[at], "come", part)));
  const head = h("tr", { role: "row" }, names.map((each, at) => h("th", { role: "columnheader", colspan: 2, scope: "colgroup" }, h("span", { class: "narrow" }, at ? "+ " : "− "), each)));
  return h("div", { class: "lines", tabindex: "0", role: "region", "aria-label": "The lines that differ" }, h("table", { role: "table" }, h("colgroup", {}, [0, 1].map(() => [h("col", { class: "number" }), h("col", {})])), h("thead", { role: "rowgroup" }, head), groups.map((each) => h("tbody", { role: "rowgroup" }, each.parts.map(rows)))));
}
