// Write: a text, what is wrong with it, and what its scenarios come to, while it is typed.
import { coded, download, fill, h, note, plural, verdict } from "./dom.js";
import { begun, keep } from "./drafts.js";
import { editor } from "./editor.js";
import { ask, Overtaken } from "./engine.js";
import { drafts, keeping, mayLeave, remove } from "./mine.js";
import { take } from "./read.js";
import { remember, state } from "./state.js";

const PAUSE = 60;

export async function writing(place, page, current) {
  if (state.draft && state.doc !== "draft") { state.doc = "draft"; await page.show(); return undefined; }
  if (!state.draft) return begin(place, page);
  const box = h("div", { class: "editor" });
  const side = h("aside", { class: "findings", "aria-label": "What the text comes to" });
  const problems = h("div", {}), scenarios = h("div", {}), more = h("div", {});
  const saved = h("div", {}, state.saved && note("It is a scenario now.", `“${state.saved}” stands at the end of the text, and runs whenever the text changes.`));
  delete state.saved;
  const status = h("p", { class: "text-status", role: "status" });
  const kept = h("p", { class: "hint", id: "kept" }, keeping(state.draft));
  let typed = 0, timer = 0;

  const run = async () => {
    const request = { source: { text: state.draft.text, name: state.draft.name } };
    try {
      const found = await ask("check", request, "check");
      if (!current() || state.draft.text !== request.source.text) return;
      written.mark(found.diagnostics);
      fill(status, statusOf(found));
      fill(problems, drawProblems(found.diagnostics, written));
      fill(scenarios, drawScenarios(found, written, page));
      requestAnimationFrame(() => (window.studio.checked = { ms: typed ? performance.now() - typed : 0, codes: found.diagnostics.map((each) => each.code), scenarios: found.scenarios.map((each) => [each.title, each.held, each.verdict]) }));
    } catch (error) {
      if (current()) page.fail(problems, error);
    }
  };
  const changed = (text) => {
    typed = performance.now();
    state.draft.text = text;
    const told = keeping(state.draft, keep(state.draft));
    if (kept.textContent !== told) fill(kept, told);
    fill(more);
    fill(saved);
    remember();
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE);
  };
  const complete = async (text, at) => {
    try {
      return await ask("complete", { source: { text, name: state.draft.name }, at }, "complete");
    } catch (error) {
      if (error instanceof Overtaken) return null;
      throw error;
    }
  };

  fill(
    place,
    h("h1", { class: "hidden" }, "Write a document"),
    h("div", { class: "tools" },
      h("button", { type: "button", onclick: () => format(written, status) }, "Format"),
      h("button", { type: "button", onclick: () => lookOver(more, written, page) }, "Look it over"),
      h("button", { type: "button", onclick: () => { state.view = "ask"; page.show({ step: true, focus: true }); } }, "Ask about a use"),
      state.draft.base && h("button", { type: "button", onclick: () => { state.change = { old: "base", new: "draft" }; state.view = "change"; page.show({ step: true, focus: true }); } }, "What have I changed?"),
      h("button", { type: "button", class: "link", onclick: () => download(state.draft.name === "terms.tos.md" ? "my_draft.tos.md" : "my_draft.tos", state.draft.text) }, "Download"),
      h("button", { type: "button", class: "link", onclick: () => { if (!mayLeave()) return; page.leaveDraft(); page.show({ step: true, focus: true }); } }, "New or another draft"),
      h("button", { type: "button", class: "link", onclick: () => remove(state.draft, page) }, "Delete this draft")),
    kept,
    h("div", { class: "writing" }, box, side),
    h("p", { class: "hint" }, "In the text, Enter goes in after a line that opens a block, and Enter on an empty line goes out. Tab goes in, Shift-Tab and Backspace go out; press Escape and then Tab to leave the text. Ctrl-Space offers what may stand there, F8 goes to the next mistake."),
  );
  fill(side, saved, status, problems, scenarios, more);
  const written = editor({ parent: box, text: state.draft.text, literate: state.draft.name.endsWith(".md"), changed, complete });
  if (state.goTo) written.go(state.goTo);
  delete state.goTo;
  window.studio.editor = written;
  await run();
  return () => { clearTimeout(timer); written.destroy(); };
}

// --- where there is no text yet ------------------------------------------------------------------------

function begin(place, page) {
  const name = h("input", { type: "text", id: "new-id", value: "acme.terms", autocomplete: "off", spellcheck: "false" });
  const told = h("div", { role: "status" });
  const take = (text, file = "terms.tos") => {
    const clean = text.replace(/\r\n?/g, "\n");
    state.draft = begun(clean, file);
    state.doc = "draft";
    page.show({ step: true, focus: true });
  };
  const start = async (event) => {
    event.preventDefault();
    if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name.value)) {
      fill(told, h("p", { class: "mind" }, "A name has letters, digits and _, with dots between: such as acme.terms."));
      return;
    }
    take(await ask("start", { id: name.value }));
  };
  const file = h("input", { type: "file", id: "file", accept: ".tos,.md,text/plain", onchange: async () => {
    const [chosen] = file.files;
    if (chosen) take(await chosen.text(), chosen.name.endsWith(".md") ? "terms.tos.md" : "terms.tos");
  } });
  fill(
    place,
    h("h1", {}, "Write a document"),
    h("p", { class: "lead" }, "A document is a text: one clause for each provision, and scenarios that say what must come of a use. Whatever is wrong is shown while you type."),
    drafts(page),
    h("div", { class: "beginnings" },
      h("form", { class: "card", onsubmit: start }, h("h2", {}, "From the beginning"), h("p", {}, "A small document that is complete: a clause, an exception, three scenarios. Change it word by word."), h("label", { for: "new-id" }, "What it is called"), h("div", { class: "chips" }, name, h("button", { class: "primary" }, "Begin")), told),
      h("div", { class: "card" }, h("h2", {}, "From the library"), h("p", {}, `A copy of ${page.docLabel()}, with all its scenarios.`), h("button", { type: "button", onclick: async () => { const [doc] = await ask("document", { source: state.doc }); take(doc.text, doc.file.endsWith(".md") ? "terms.tos.md" : "terms.tos"); } }, "Take a copy")),
      h("div", { class: "card" }, h("h2", {}, "From a file"), h("p", {}, "A text that ends in .tos or .tos.md. It stays in this browser."), h("label", { for: "file" }, "File"), file)),
  );
}

// --- what was found ---------------------------------------------------------------------------------------

function statusOf(found) {
  const errors = found.diagnostics.filter((each) => each.severity === "error").length;
  if (errors) return [h("span", { class: "truth false", "aria-hidden": "true" }, "✕"), ` ${plural(errors, "mistake")}`];
  if (!found.ready) return "There is no document in this text yet.";
  const failed = found.scenarios.filter((each) => !each.held).length;
  if (failed) return [h("span", { class: "truth false", "aria-hidden": "true" }, "✕"), ` ${failed} of ${plural(found.scenarios.length, "scenario")} ${failed === 1 ? "does" : "do"} not hold`];
  return [h("span", { class: "truth true", "aria-hidden": "true" }, "✓"), found.scenarios.length ? ` All ${plural(found.scenarios.length, "scenario")} hold` : " No mistake. There is no scenario yet."];
}

function drawProblems(several, written) {
  if (!several.length) return null;
  return h("section", {}, h("h2", {}, "To mend"), h("ul", { class: "problems" }, several.map((each) => drawProblem(each, written))));
}

function drawProblem(each, written) {
  return h(
    "li",
    { class: each.severity },
    h("button", { type: "button", class: "where", onclick: () => written.go(each.from), disabled: !each.line }, each.line ? `line ${each.line}` : (each.file ?? "the text")),
    h("p", {}, h("b", {}, coded(each.message)), " ", coded(each.mend)),
    each.mends.length > 0 && h("p", { class: "actions" }, each.mends.map((mend) => h("button", { type: "button", onclick: () => written.edit(mend.edits) }, mend.title.replaceAll("`", "")))),
    h("code", { class: "code-of" }, each.code),
  );
}

function drawScenarios(found, written, page) {
  if (!found.ready) return found.diagnostics.length ? h("p", { class: "quiet" }, "The scenarios run once the mistakes are mended.") : null;
  if (!found.scenarios.length) return note("No scenario yet.", "Describe a use in Ask and save it here, or write one: scenario \"…\", given, expect.");
  const order = [...found.scenarios].sort((one, other) => one.held - other.held);
  return h("section", {}, h("h2", {}, "Scenarios"), h("ul", { class: "runs" }, order.map((each) => drawScenario(each, written, page))));
}

function drawScenario(each, written, page) {
  return h(
    "li",
    { class: each.held ? "held" : "failed" },
    h("p", { class: "run" },
      h("span", { class: `truth ${each.held}` }, h("span", { "aria-hidden": "true" }, each.held ? "✓" : "✕"), h("span", { class: "hidden" }, each.held ? "holds: " : "does not hold: ")),
      h("button", { type: "button", class: "link", onclick: () => written.goLine(each.line) }, each.title),
      verdict(each.verdict),
      h("button", { type: "button", class: "link small", onclick: () => take(each.title, page), "aria-label": `Why? ${each.title}` }, "why?")),
    each.failures.map((one) => h("p", { class: "failure" }, "expected ", h("b", {}, one.expected), ", came ", h("b", {}, one.came), asExpected(one, each, written))),
    each.message && h("p", { class: "failure" }, each.message),
  );
}

const VERDICTS = new Set(["forbidden", "permitted", "undetermined", "not_applicable"]);

/** Where a change was meant: what comes is what is expected from now on, or nothing is expected in this place. */
function asExpected(one, scenario, written) {
  if (one.from === one.to) return null;
  const text = written.text();
  const verdict = VERDICTS.has(one.came) && text.slice(one.from, one.to) === `expect ${one.expected}`;
  const lines = { from: text.lastIndexOf("\n", one.from) + 1, to: (text.indexOf("\n", one.to) + 1) || text.length, new: "" };
  const edit = verdict ? { from: one.from, to: one.to, new: `expect ${one.came}` } : lines;
  const label = verdict ? `Expect ${one.came} of: ${scenario.title}` : `Take out: expect ${one.expected}`;
  return [" ", h("button", { type: "button", class: "link small", onclick: () => written.edit([edit]), "aria-label": label }, verdict ? "this is what I meant" : "take this line out")];
}

async function format(written, status) {
  const next = await ask("format", { source: { text: state.draft.text, name: state.draft.name } });
  if (next === null) return fill(status, "It can be laid out once it can be read: mend the mistakes first.");
  if (next === written.text()) return fill(status, "It is in its canonical layout already.");
  written.replace(next);
  return written.view.focus();
}

async function lookOver(place, written, page) {
  fill(place, h("p", { class: "waiting" }, "Looking it over …"));
  try {
    const found = await ask("look over", { source: { text: state.draft.text, name: state.draft.name } }, "look over");
    const { met, goals, policies } = found.coverage;
    const missing = policies.flatMap((each) => each.seen.filter((goal) => !goal.met));
    fill(
      place,
      h("section", {}, h("h2", {}, "What it says and may not mean"), found.findings.length ? h("ul", { class: "problems" }, found.findings.map((each) => drawProblem(each, written))) : h("p", { class: "quiet" }, "Nothing was found: no conflict, no dead clause, no exception that changes nothing.")),
      h("section", {}, h("h2", {}, "What the scenarios have shown"), h("p", {}, `${met} of ${goals}: `, h("progress", { max: goals || 1, value: met, "aria-label": "shown by scenarios" })), missing.length > 0 && [h("h3", {}, "Not shown yet"), notShown(missing, written)]),
    );
  } catch (error) {
    page.fail(place, error);
  }
}

const MANY = 12;

function notShown(missing, written) {
  const item = (each) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => written.goLine(each.line) }, `line ${each.line}`), ` ${each.subject}: ${each.what}`);
  const rest = missing.slice(MANY);
  return [h("ul", { class: "missing" }, missing.slice(0, MANY).map(item)), rest.length > 0 && h("details", {}, h("summary", {}, `${rest.length} more`), h("ul", { class: "missing" }, rest.map(item)))];
}
