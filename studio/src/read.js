// Read: the library by provider, and a document as law beside the code that says it.
import { ask } from "./engine.js";
import { condition, fill, h, id, learn, note, plural, verdict } from "./dom.js";
import { begun } from "./drafts.js";
import { highlighted } from "./highlight.js";
import { mayLeave, mine } from "./mine.js";
import { remember, source, state } from "./state.js";

const WORDS = { forbid: "Forbids", permit: "Permits", require: "Requires" };

export async function reading(place, page, current) {
  const article = h("div", { class: "documents" }, h("p", { class: "waiting" }, "Reading the document …"));
  fill(place, shelf(page), article);
  const documents = await ask("document", { source: source() }, "document");
  if (!current()) return;
  learn(Object.assign({}, ...documents.map((each) => each.meanings)));
  fill(article, documents.map((each) => documentView(each, page)));
  if (state.clause) document.getElementById(`clause-${state.clause}`)?.scrollIntoView({ block: "start" });
}

function shelf(page) {
  const providers = Map.groupBy(page.library, (each) => each.provider);
  const entry = (each) => {
    const here = state.doc?.id === each.id;
    return h(
      "li",
      {},
      h("button", { type: "button", "aria-current": here ? "true" : null, onclick: () => page.open({ id: each.id, version: each.versions[0].version, recorded: each.versions[0].recorded }) }, each.title),
      each.versions.length > 1 && h("span", { class: "count" }, plural(each.versions.length, "version")),
    );
  };
  return h(
    "nav",
    { class: "shelf", "aria-label": "The library" },
    h("h2", {}, "Library"),
    mine(page),
    [...providers].map(([provider, several]) => h("section", {}, h("h3", {}, provider.replaceAll("_", " ")), h("ul", {}, several.map(entry)))),
    h("p", { class: "shelf-foot" }, h("button", { type: "button", class: "link", onclick: () => { state.view = "write"; page.show({ step: true, focus: true }); } }, "Write a document of your own")),
  );
}

// --- a document ----------------------------------------------------------------------------------------

function documentView(doc, page) {
  const facts = [
    ["Version", doc.version || "none"],
    ["In force", doc.from || doc.until ? [doc.from ? `from ${doc.from}` : "", doc.until ? `until ${doc.until}` : ""].join(" ").trim() : "on no day that is said"],
    doc.recorded && ["Recorded", doc.recorded],
    ["Where no clause speaks", doc.default === "permit" ? "it permits" : "it forbids"],
    doc.source && ["Source", h("a", { href: doc.source, rel: "noreferrer", target: "_blank" }, new URL(doc.source).host)],
  ].filter(Boolean);
  return h(
    "article",
    { class: "document", "aria-labelledby": `title-${doc.id}` },
    h(
      "header",
      {},
      h("p", { class: "provider" }, doc.provider.replaceAll("_", " ")),
      h("h1", { id: `title-${doc.id}` }, doc.title),
      h("dl", { class: "facts-of" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
      doc.notes.map((each) => h("p", { class: "document-note" }, each)),
      h(
        "p",
        { class: "actions" },
        h("button", { type: "button", class: "primary", onclick: () => { state.view = "ask"; page.show({ step: true, focus: true }); } }, "Ask about a use"),
        h("button", { type: "button", onclick: () => edit(doc, page) }, state.doc === "draft" ? "Edit it" : "Edit a copy"),
      ),
    ),
    h("h2", { class: "hidden" }, "Clauses"),
    h("div", { class: "heads", "aria-hidden": "true" }, h("span", {}, "As law"), h("span", {}, "As code")),
    doc.rows.length ? doc.rows.map((each) => row(each, doc, page)) : note("There is no clause in it.", "Everything follows from its default, and from the documents that it takes in."),
  );
}

function edit(doc, page) {
  if (state.doc !== "draft") {
    if (!mayLeave()) return;
    state.draft = begun(doc.text, doc.file.endsWith(".md") ? "terms.tos.md" : "terms.tos");
  }
  page.open("draft", "write");
}

function row(each, doc, page) {
  if (each.kind === "section") {
    const title = each.text || each.id.replaceAll("_", " ");
    return h("div", { class: "row section" }, h("h2", {}, each.at && h("span", { class: "at" }, each.at), title), each.scope && h("p", { class: "scope" }, "Applies where ", h("span", { class: "says" }, condition(each.scope))), each.default !== doc.default && h("p", { class: "scope" }, each.default === "forbid" ? "Here all is forbidden that no clause permits." : "Here all is permitted that no clause forbids."));
  }
  if (each.kind === "other") {
    return h("div", { class: "row other" }, h("div", { class: "law" }, h("p", {}, each.at && h("span", { class: "at" }, each.at), each.text), each.when && h("p", { class: "says" }, "when ", condition(each.when))));
  }
  if (each.kind === "definition") {
    return h(
      "div",
      { class: "row definition" },
      h("div", { class: "law" }, h("h3", {}, each.at && h("span", { class: "at" }, each.at), h("span", { class: "modality define" }, "Defines"), h("span", { class: "name" }, each.id.replaceAll("_", " "))), each.text && h("p", { class: "text" }, each.text), h("p", { class: "says" }, condition(each.when)), each.exceptions.length > 0 && exceptions(each.exceptions, {})),
      each.code && highlighted(each.code.text, `${WORDS[each.modality] ?? "Defines"} ${each.id}`),
    );
  }
  return clauseRow(each, doc, page);
}

function clauseRow(each, doc, page) {
  const panel = h("div", { class: "panel", id: id("panel"), hidden: true });
  const button = h("button", { type: "button", class: "more", "aria-expanded": "false", "aria-controls": panel.id }, "What it does");
  const toggle = async () => {
    const opening = panel.hidden;
    panel.hidden = !opening;
    button.setAttribute("aria-expanded", String(opening));
    state.clause = opening ? each.id : null;
    remember();
    if (!opening || panel.childElementCount) return;
    fill(panel, h("p", { class: "waiting" }, "Running the scenarios …"));
    try {
      fill(panel, inside(each, doc, await ask("clause", { source: source(), policy: doc.id, clause: each.id }), page));
    } catch (error) {
      page.fail(panel, error);
    }
  };
  button.onclick = toggle;
  const count = each.exceptions.length;
  const made = h(
    "div",
    { class: "row clause", id: `clause-${each.id}` },
    h(
      "div",
      { class: "law", onclick: (event) => { if (!event.target.closest("button, a") && !getSelection().toString()) toggle(); } },
      h("h3", {}, each.at && h("span", { class: "at" }, each.at), h("span", { class: `modality ${each.modality}` }, WORDS[each.modality]), h("span", { class: "name" }, each.id.replaceAll("_", " "))),
      h("p", { class: "text" }, each.text ?? ["When ", condition(each.when ?? "anything is done"), "."]),
      provided(each),
      excepted(each.exceptions),
      h("p", { class: "under" }, button, count > 0 && h("span", { class: "count" }, plural(count, "exception"))),
    ),
    each.code && highlighted(each.code.text, `${WORDS[each.modality] ?? "Defines"} ${each.id}`),
    panel,
  );
  if (state.clause === each.id) queueMicrotask(toggle);
  return made;
}

/** The exceptions as a document has them: below the clause, in its words. */
function excepted(several) {
  const told = (each) => each.text ?? ["when ", condition(each.when)];
  return several.length > 0 && h("ul", { class: "excepted" }, several.map((each) => h("li", {}, h("span", { class: "except" }, "Except"), each.at && h("span", { class: "at" }, each.at), told(each), provided(each), excepted(each.exceptions))));
}

/** What else has to hold. The document's words may leave it to other places. */
function provided(each) {
  return each.provided.map((one) => h("p", {}, "Provided that ", h("span", { class: "says" }, condition(one))));
}

// --- a clause --------------------------------------------------------------------------------------------

function inside(each, doc, found, page) {
  const verb = { forbid: "What it forbids", permit: "What it permits", require: "What it requires" }[each.modality];
  const mine = found.reached[each.id] ?? [];
  const short = (name) => name.split("#").pop().replaceAll("_", " ");
  return [
    h(
      "section",
      {},
      h("h4", {}, verb),
      each.must && h("p", {}, each.bearer ? `The ${each.bearer} must see to it that ` : "It must be that ", h("span", { class: "says" }, condition(each.must)), each.deadline && `, ${each.deadline}`),
      h("p", {}, each.when ? ["When ", h("span", { class: "says" }, condition(each.when))] : "In every case."),
      provided(each),
      found.facts.length > 0 && [h("h5", {}, "It hangs on"), h("ul", { class: "questions" }, found.facts.map((one) => h("li", {}, one.question, one.judged && h("span", { class: "tag" }, "a judgement"), h("code", {}, one.fact))))],
      found.defeated_by.length > 0 && h("p", {}, `Gives way to ${found.defeated_by.map(short).join(", ")}.`),
      found.defeats.length > 0 && h("p", {}, `Prevails over ${found.defeats.map(short).join(", ")}.`),
    ),
    h("section", {}, h("h4", {}, "Exceptions"), each.exceptions.length ? exceptions(each.exceptions, found.reached) : h("p", { class: "quiet" }, "It has none.")),
    h(
      "section",
      {},
      h("h4", {}, "Scenarios that reach it"),
      mine.length ? scenarios(mine, found.scenarios, page) : h("p", { class: "quiet" }, "No scenario puts it in force."),
      each.exceptions.length > 0 && reachingExceptions(each.exceptions, found, page),
      showUse(each.id, doc, page),
    ),
  ];
}

function reachingExceptions(several, found, page) {
  return several.flatMap((each) => {
    const titles = found.reached[each.id] ?? [];
    return [titles.length > 0 && [h("h5", {}, `Decided by the exception ${each.at ?? each.id.split(".").pop().replaceAll("_", " ")}`), scenarios(titles, found.scenarios, page)], reachingExceptions(each.exceptions, found, page)];
  });
}

const FEW = 5;

function scenarios(titles, known, page) {
  const item = (title) => h("li", {}, h("button", { type: "button", class: "scenario", onclick: () => take(title, page), title: "Open this use in Ask" }, verdict(known[title].verdict), h("span", {}, title), !known[title].held && h("span", { class: "tag bad" }, "does not hold")));
  const more = titles.slice(FEW);
  return [h("ul", { class: "scenarios" }, titles.slice(0, FEW).map(item)), more.length > 0 && h("details", {}, h("summary", {}, `${more.length} more`), h("ul", { class: "scenarios" }, more.map(item)))];
}

/** A scenario's use, opened in Ask. */
export async function take(title, page) {
  state.use = { ...state.use, ...(await ask("scenario", { source: source(), title })) };
  state.view = "ask";
  page.show({ step: true, focus: true });
}

function exceptions(several, reached) {
  return h(
    "ul",
    { class: "tree" },
    several.map((each) => {
      const count = (reached[each.id] ?? []).length;
      return h(
        "li",
        {},
        h("p", {}, each.at && h("span", { class: "at" }, each.at), h("b", {}, each.id.split(".").pop().replaceAll("_", " ")), each.id in reached && h("span", { class: "count" }, plural(count, "scenario"))),
        each.text && h("p", { class: "text" }, each.text),
        h("p", {}, "When ", h("span", { class: "says" }, condition(each.when))),
        provided(each),
        each.exceptions.length > 0 && [h("p", { class: "unless" }, "Unless"), exceptions(each.exceptions, reached)],
      );
    }),
  );
}

function showUse(clause, doc, page) {
  const place = h("div", {});
  const find = async () => {
    button.disabled = true;
    try {
      const found = await ask("shown", { source: source(), policy: doc.id, clause });
      fill(place, found ? [h("p", {}, "Then: ", verdict(found.verdict)), highlighted(found.scenario, `a use in which ${clause} counts`)] : h("p", { class: "quiet" }, "None was found."));
    } catch (error) {
      page.fail(place, error);
    }
    button.disabled = false;
  };
  const button = h("button", { type: "button", onclick: find }, "Find the smallest use in which it counts");
  return h("div", { class: "shown" }, button, place);
}
