// Compare: one use, put to every document of the library.
import { download, fill, h, note, verdict } from "./dom.js";
import { renew } from "./ask.js";
import { ask } from "./engine.js";
import { source, state } from "./state.js";

export async function comparing(place, page, current) {
  const head = h("div", { class: "compare-head" }, h("h1", {}, "One use, every document"), h("p", { class: "lead" }, "Each document is asked by itself, by its own words, in the version that governs on the day of the use. It is told the facts that it has under the same name; the others are not known to it."));
  const using = h("div", {});
  const table = h("div", { "aria-live": "polite" }, h("p", { class: "waiting" }, "Reading the library …"));
  fill(place, head, using, table);
  const toAsk = (words) => h("button", { type: "button", onclick: () => { state.view = "ask"; page.show({ step: true, focus: true }); } }, words);
  const ids = page.library.map((each) => each.id);
  await renew();
  const facts = await ask("facts", { source: source(), use: state.use });
  if (!current()) return;
  if (!Object.keys(facts.facts).length && !facts.assertions) {
    fill(using);
    fill(table, note("There is no use to compare yet.", `Describe one in Ask, in the words of ${page.docLabel()}, or begin there with one of its scenarios.`, h("p", {}, toAsk("Describe it in Ask"))));
    return;
  }
  for (const [at, one] of ids.entries()) {
    fill(table, h("p", { class: "waiting" }, `Reading the library: ${at + 1} of ${ids.length}`));
    await ask("load", { id: one });
    if (!current()) return;
  }
  const request = { source: source(), use: state.use, ids };
  const found = await ask("compare", request, "compare");
  if (!current()) return;
  fill(using, h("section", { class: "use-box", "aria-label": "The use" }, h("h2", {}, found.use ?? "The use"), h("p", { class: "quiet" }, found.as_of ? `on ${found.as_of}` : "in the newest versions, as no day is given", found.standard === "alleged" && "; allegations count"), h("dl", { class: "use-facts asked" }, found.facts.map((each) => h("div", {}, h("dt", {}, each.question), h("dd", {}, each.value))), found.stated.map(stated)), h("p", { class: "actions" }, toAsk("Change it in Ask"), h("button", { type: "button", onclick: async () => download("comparison.html", await ask("compare page", request), "text/html") }, "Download as a page"))));
  fill(table, found.groups.map((each) => group(each, page, found.as_of)), absent(found.not_in_force));
  page.say(`${found.groups.length} groups of documents.`);
  window.studio.compared = found.groups.map((each) => [each.heading, each.documents.map((one) => one.id)]);
}

function stated(each) {
  const whose = `${each.status === "alleged" ? "alleged" : "confirmed"}: ${each.source}`;
  return h("div", {}, h("dt", {}, each.question), h("dd", {}, each.value, " ", h("span", { class: "quiet" }, whose), h("span", { class: "tag" }, each.counts ? "counts" : "does not count")));
}

function group({ verdict: word, heading, documents }, page, asOf) {
  const cells = ["Document", "What decides", "What it would still have to know"];
  return h(
    "section",
    { class: "group" },
    h("h2", {}, verdict(word), heading.includes(",") && h("span", { class: "quiet" }, heading.slice(heading.indexOf(",") + 1)), h("span", { class: "count" }, String(documents.length))),
    h("table", { role: "table" },
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, cells.map((each) => h("th", { role: "columnheader", scope: "col" }, each)))),
      h("tbody", { role: "rowgroup" }, documents.map((each) => row(each, page, asOf)))),
  );
}

const MOST = 3;

function row(each, page, asOf) {
  const open = () => page.open(page.library.some((one) => one.id === each.id && one.versions.some((version) => version.version === (each.version ?? "") && version.recorded === each.recorded)) ? { id: each.id, version: each.version ?? "", recorded: each.recorded } : "draft", "ask");
  const folded = (items) => [h("ul", {}, items.slice(0, MOST)), items.length > MOST && h("details", {}, h("summary", {}, `${items.length - MOST} more`), h("ul", {}, items.slice(MOST)))];
  const decides = each.basis.map((one) => h("li", {}, `${one.effect} `, h("b", {}, one.clause), one.text && h("span", { class: "text" }, ` ${one.text}`)));
  const needs = each.needs.map((one) => h("li", {}, one.question, one.judged && h("span", { class: "tag" }, "a judgement")));
  const notes = [...each.warnings, ...each.unfit.map((one) => `Not told of ${one.fact}: ${one.why}`)];
  if (each.unknown.length && each.matters.length) notes.push(`It does not ask about ${each.unknown.join(", ")}.`);
  return h(
    "tr",
    { role: "row" },
    h("th", { role: "rowheader", scope: "row" }, h("button", { type: "button", class: "link", onclick: open }, each.title ?? each.id), h("span", { class: "quiet" }, each.provider, each.version && `${each.provider ? ", " : ""}${each.version}`, !asOf && each.until && `, in force until ${each.until}`)),
    h("td", { role: "cell", "data-label": "What decides" }, decides.length ? folded(decides) : h("span", { class: "quiet" }, "No clause of it applies.")),
    h("td", { role: "cell", "data-label": "Still to know" }, needs.length ? folded(needs) : h("span", { class: "quiet" }, "Nothing."), notes.map((one) => h("p", { class: "mind" }, one))),
  );
}

function absent(several) {
  if (!several.length) return null;
  return h("section", { class: "group" }, h("h2", {}, "Not in force then", h("span", { class: "count" }, String(several.length))), h("ul", {}, several.map((each) => h("li", {}, each.title ?? each.id, h("span", { class: "quiet" }, ` ${each.versions.map((one) => [one.effective_from && `from ${one.effective_from}`, one.effective_until && `until ${one.effective_until}`].filter(Boolean).join(" ")).join("; ")}`)))));
}
