// Ask: the facts as a form, of which only those are shown that can still matter, and what comes of them.
import { control } from "./controls.js";
import { coded, condition, download, fill, h, id, learn, listed, note, plural, verdict } from "./dom.js";
import { begun, keep } from "./drafts.js";
import { ask, Overtaken } from "./engine.js";
import { mayLeave } from "./mine.js";
import { EMPTY_USE, remember, source, state } from "./state.js";

/** A scenario's use is as the text has it now, not as it was when it was taken. What was changed by hand stays. */
export async function renew() {
  const { title } = state.use;
  if (!title) return;
  const known = await ask("scenarios", { source: source() });
  if (!known.some((each) => each.title === title)) state.use = { ...state.use, title: null, scenario: null };
  else state.use = { ...structuredClone(EMPTY_USE), ...(await ask("scenario", { source: source(), title })) };
}

export async function asking(place, page, current) {
  const form = h("form", { class: "form", "aria-label": "What is known of the use", onsubmit: (event) => event.preventDefault() }, h("p", { class: "waiting" }, "Reading the questions …"));
  const result = h("section", { class: "result", "aria-label": "The answer", tabindex: "-1" });
  fill(place, form, result);
  const view = { form, result, page, current, rows: new Map(), idle: false, typed: 0 };
  await renew();
  if (!current()) return;
  const [found, scenarios] = await Promise.all([ask("ask", { source: source(), use: state.use }), ask("scenarios", { source: source() })]);
  if (!current()) return;
  drawForm(view, found, scenarios);
  update(view, found);
}

// --- the form ------------------------------------------------------------------------------------------

function drawForm(view, found, scenarios) {
  const { form, page } = view;
  view.time = timeOfUse(view);
  view.list = h("div", { class: "facts" }, found.facts.map((each) => factRow(view, each)));
  view.rest = h("div", { class: "rest" });
  view.tainted = h("div", {});
  fill(
    form,
    h("h1", {}, "A use, and what comes of it"),
    h("p", { class: "lead" }, "Answer what you know. Only questions that can still change the answer are shown; what nobody knows is an answer too."),
    h(
      "div",
      { class: "start" },
      scenarios.length > 0 && pickScenario(view, scenarios),
      view.time.fields,
      h("button", { type: "button", onclick: () => { state.use = structuredClone(EMPTY_USE); page.show({ step: true, focus: true }); } }, "Begin anew"),
    ),
    view.time.told,
    view.tainted,
    view.list,
    view.rest,
  );
}

const WHEN = /^(\d{4}-\d\d-\d\d)(?:T([\d:.]+)(Z|[+-]\d\d:\d\d))?$/;

/** The day of the use; and its hour, with the zone, where a deadline hangs on it or it is said. */
function timeOfUse(view) {
  const [, day = "", hour = "", zone = ""] = WHEN.exec(state.use.as_of ?? "") ?? [];
  const tell = () => {
    if (inputs[1].value && !inputs[2].value) inputs[2].value = here(inputs[0].value, inputs[1].value);
    const [day, hour, zone] = inputs.map((each) => each.value.trim());
    state.use.as_of = day && hour ? `${day}T${hour}${zone}` : day || null;
    changed(view);
  };
  const inputs = [["date", "as-of", day, tell], ["time", "hour", hour, tell], ["text", "zone", zone, tell]].map(([type, id, value, onchange]) => h("input", { type, id, value, onchange, ...(type === "text" ? { placeholder: "such as +01:00, or Z", autocomplete: "off", size: 8 } : {}) }));
  const [dayOf, hourOf, zoneOf] = ["The day of the use", "Its hour", "Zone, from UTC"].map((label, at) => h("div", { class: "field" }, h("label", { for: inputs[at].id }, label), inputs[at]));
  const told = h("p", { class: "mind", role: "status" });
  return {
    fields: [dayOf, hourOf, zoneOf],
    told,
    update({ day, hour }) {
      hourOf.hidden = zoneOf.hidden = !hour && !inputs[1].value;
      fill(told, day ? "What comes of it hangs on the day of the use: say it above." : hour && "A deadline ends on that day. Whether it has passed hangs on the hour: say it above.");
    },
  };
}

/** How far a place's own clock is from UTC on a day: the zone of this browser, to begin with. */
function here(day, hour) {
  const minutes = -new Date(`${day || "2000-01-01"}T${hour}`).getTimezoneOffset();
  const two = (number) => String(number).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

function pickScenario(view, scenarios) {
  const select = h(
    "select",
    {
      id: "scenario",
      onchange: async () => {
        if (!select.value) return;
        state.use = { ...structuredClone(EMPTY_USE), ...(await ask("scenario", { source: source(), title: select.value })) };
        view.page.show({ step: true });
      },
    },
    h("option", { value: "" }, "an empty form"),
    scenarios.map((each) => h("option", { value: each.title }, each.title)),
  );
  select.value = scenarios.some((each) => each.title === state.use.title) ? state.use.title : "";
  return h("div", { class: "field grow" }, h("label", { for: "scenario" }, "Begin with"), select);
}

function factRow(view, fact) {
  const { use } = state;
  const about = h("div", { class: "wrong", id: id("wrong"), role: "status" });
  const holder = h("div", {});
  const unknown = h("input", { type: "checkbox", checked: use.open.includes(fact.fact), onchange: () => {
    if (unknown.checked) {
      delete state.use.answers[fact.fact];
      delete state.use.said[fact.fact];
      who.draw();
      state.use.open = [...state.use.open.filter((each) => each !== fact.fact), fact.fact];
      draw();
    } else state.use.open = state.use.open.filter((each) => each !== fact.fact);
    changed(view);
  } });
  const change = (answer) => {
    if (answer === undefined) {
      delete state.use.answers[fact.fact];
      delete state.use.said[fact.fact];
      who.draw();
    } else state.use.answers[fact.fact] = answer;
    state.use.open = state.use.open.filter((each) => each !== fact.fact);
    unknown.checked = false;
    changed(view);
  };
  const draw = () => fill(holder, control(fact.control, state.use.answers[fact.fact], change, fact.question));
  const clear = h("button", { type: "button", class: "link", onclick: () => { change(undefined); draw(); } }, "Clear", h("span", { class: "hidden" }, `: ${fact.question}`));
  const who = whoSays(view, fact);
  const why = h("details", { class: "why" }, h("summary", {}, "Why is this asked?"), h("ul", {}, fact.clauses.map((each) => h("li", {}, h("code", {}, each.split("#").pop()))), h("li", { class: "quiet" }, "In the document’s words: ", h("code", {}, fact.fact))));
  const row = h(
    "fieldset",
    { class: "fact", "data-fact": fact.fact, "aria-describedby": about.id },
    h("legend", {}, fact.question, fact.judged && h("span", { class: "tag" }, "a judgement")),
    holder,
    about,
    h("div", { class: "below" }, h("label", { class: "chip unknown" }, unknown, h("span", {}, "Not known", h("span", { class: "hidden" }, `: ${fact.question}`))), clear, who.row, why),
  );
  draw();
  view.rows.set(fact.fact, { row, about, clear, who, redraw: () => { draw(); who.draw(); unknown.checked = state.use.open.includes(fact.fact); } });
  return row;
}

const STATUSES = [[null, "It is known"], ["alleged", "It is alleged"], ["confirmed", "It is confirmed"]];

/** Whose word an answer is: nobody's where it is plainly known. */
function whoSays(view, fact) {
  const head = h("summary", {});
  const source = h("input", { type: "text", id: id("source"), placeholder: "such as: a press report", autocomplete: "off", onchange: () => {
    view.source = state.use.said[fact.fact].source = source.value.trim(); // several facts often have one source
    tell();
    changed(view);
  } });
  const where = h("div", { class: "field" }, h("label", { for: source.id }, "Who says so, and where", h("span", { class: "hidden" }, `: ${fact.question}`)), source);
  const name = id("status");
  const choices = STATUSES.map(([status, words]) => [status, h("input", { type: "radio", name, onchange: () => {
    if (status) state.use.said[fact.fact] = { ...state.use.said[fact.fact], status, source: source.value.trim() || view.source || "" };
    else delete state.use.said[fact.fact];
    draw();
    changed(view);
    if (status && !source.value) source.focus();
  } }), words]);
  const tell = () => {
    const said = state.use.said[fact.fact];
    fill(head, said ? `${said.status === "alleged" ? "Alleged" : "Confirmed"}${said.source ? `: ${said.source}` : ""}` : "Who says so?", said?.status === "alleged" && state.use.standard !== "alleged" && " (does not count yet)");
  };
  const draw = () => {
    const said = state.use.said[fact.fact];
    for (const [status, input] of choices) input.checked = status === (said?.status ?? null);
    where.hidden = !said;
    source.value = said?.source ?? "";
    row.dataset.status = said?.status ?? "known";
    tell();
  };
  const row = h("details", { class: "why who" }, head, h("div", { class: "chips", role: "radiogroup", "aria-label": `Who says so: ${fact.question}` }, choices.map(([, input, words]) => h("label", { class: "chip" }, input, h("span", {}, words)))), where);
  draw();
  return { row, draw, tell };
}

async function changed(view, told = "") {
  view.told = told;
  view.typed = performance.now();
  state.use.title = null;
  remember();
  view.result.setAttribute("aria-busy", "true");
  try {
    update(view, await ask("ask", { source: source(), use: state.use }, "ask"));
  } catch (error) {
    if (view.current()) view.page.fail(view.result, error);
  }
}

function update(view, found) {
  if (!view.current()) return;
  learn(Object.fromEntries(found.facts.map((each) => [each.fact, each.question])));
  const idle = [];
  for (const fact of found.facts) {
    const known = view.rows.get(fact.fact);
    if (!known) { view.page.show(); return; } // another day, another version, other facts
    const { row, about, clear, who } = known;
    fill(about, fact.wrong && coded(fact.wrong));
    row.classList.toggle("is-wrong", Boolean(fact.wrong));
    row.dataset.state = fact.state;
    row.classList.toggle("next", fact.fact === found.next?.fact);
    who.tell();
    clear.hidden = who.row.hidden = fact.state !== "answered";
    const off = fact.state === "idle" && !row.contains(document.activeElement);
    row.hidden = off && !view.idle;
    if (off) idle.push(fact);
  }
  view.time.update(found.time);
  const waiting = found.facts.filter((each) => each.state === "needed").length + found.time.day + found.time.hour;
  fill(
    view.rest,
    waiting === 0 && settledWords(found),
    idle.length > 0 && h("button", { type: "button", class: "link", "aria-expanded": String(view.idle), onclick: () => { view.idle = !view.idle; update(view, found); } }, view.idle ? "Hide what cannot change the answer" : `${plural(idle.length, "question")} that cannot change the answer any more`),
  );
  fill(view.tainted, found.other.length > 0 && note("Some answers have no place here.", `This document does not ask about ${found.other.join(", ")}.`, h("button", { type: "button", onclick: () => { found.other.forEach((each) => delete state.use.answers[each]); changed(view); } }, "Drop them")), view.told && note("What was somebody’s word.", view.told), aboutPart(view), knownPart(view), evidence(view, found));
  drawResult(view, found, waiting);
  view.result.removeAttribute("aria-busy");
  const { verdict: word } = found.decision;
  view.page.say(`${word.replaceAll("_", " ")}. ${waiting ? plural(waiting, "question") + " left." : "No question is left."}`);
  requestAnimationFrame(() => (window.studio.shown = { verdict: word, ms: view.typed ? performance.now() - view.typed : 0, at: performance.now() }));
}

function settledWords(found) {
  const open = found.facts.filter((each) => each.matters);
  if (!open.length) return h("p", { class: "done" }, alleged(found.decision).length ? "As long as what is alleged is true, the answer stays." : "Whatever else may be learnt, the answer stays.");
  const part = (words, several) => several.length > 0 && [h("p", {}, words), h("ul", {}, several.map((each) => h("li", {}, each.question)))];
  return h("div", { class: "hangs" }, part("What is open hangs on what nobody knows:", open.filter((each) => each.state === "open")), part("What is open hangs on what is only alleged:", open.filter((each) => each.state === "answered")));
}

/** What is only alleged, and counts. */
const alleged = (decision) => decision.evidence.filter((each) => each.status === "alleged");

function aboutPart(view) {
  if (!state.use.about) return null;
  return h("div", { class: "note" }, h("p", { class: "note-title" }, `Only ${local(state.use.about)} is asked about, by itself.`), h("button", { type: "button", onclick: () => { state.use = { ...state.use, about: null, title: null }; view.page.show({ step: true, focus: true }); } }, "Ask about the whole document"));
}

function knownPart(view) {
  if (!state.use.known_at) return null;
  return h("div", { class: "note" }, h("p", { class: "note-title" }, `Asked with the texts that were known on ${state.use.known_at}.`), h("button", { type: "button", onclick: () => { state.use = { ...state.use, known_at: null, title: null }; view.page.show({ step: true, focus: true }); } }, "Ask with all that are known"));
}

/** What is said of the use, and what of it counts. */
function evidence(view, { decision, facts }) {
  const words = Object.entries(state.use.said);
  const some = words.some(([, each]) => each.status === "alleged") || decision.allegations.length > 0;
  if (!state.use.scenario && !words.length && !some) return null;
  const questions = new Map(facts.map((each) => [each.fact, each.question]));
  const line = (each, counts) => h("li", {}, `${each.status === "alleged" ? "Alleged" : "Confirmed"}: ${questions.get(each.fact) ?? each.fact} `, h("b", {}, each.value.replace(/^\[([^[]*)\]$/, "$1") || "none of them"), ` (${each.source || "no source yet"})`, h("span", { class: "tag" }, counts ? "counts" : "does not count"));
  const of = (fact) => { const answer = state.use.answers[fact]; return Array.isArray(answer) ? answer.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(", ") : String(answer ?? ""); };
  const counting = (each) => each.status === "confirmed" || state.use.standard === "alleged";
  const toggle = h("input", { type: "checkbox", checked: state.use.standard === "alleged", onchange: () => { state.use.standard = toggle.checked ? "alleged" : null; changed(view); } });
  return h(
    "div",
    { class: "note" },
    h("p", { class: "note-title" }, "What is said of this use"),
    h("ul", {}, words.length ? words.map(([fact, each]) => line({ ...each, fact, value: of(fact) }, counting(each))) : [decision.evidence.map((each) => line(each, true)), decision.allegations.map((each) => line(each, false))]),
    some && h("label", { class: "chip" }, toggle, h("span", {}, "Let allegations count where nothing better is known")),
    state.use.scenario && h("p", { class: "quiet" }, "The judgements of the scenario’s readings count as well."),
  );
}

// --- the answer ------------------------------------------------------------------------------------------

const LEADS = {
  forbidden: "The document forbids this use.",
  permitted: "The document permits this use.",
  not_applicable: "The document does not govern this use.",
  undetermined: "It is open: it hangs on what is not known yet.",
};

function drawResult(view, found, waiting) {
  const { decision } = found;
  const places = decision.basis;
  fill(
    view.result,
    h("div", { class: `banner ${decision.verdict}` }, verdict(decision.verdict), h("p", {}, LEADS[decision.verdict], alleged(decision).length > 0 && decision.verdict !== "undetermined" && ` That is so if what is alleged is true (${[...new Set(alleged(decision).map((each) => each.source))].join("; ")}).`, decision.verdict === "undetermined" && decision.possible.length > 0 && ` It may be ${decision.possible.map((each) => each.replaceAll("_", " ")).join(" or ")}.`)),
    decision.warnings.map((each) => h("p", { class: "mind" }, coded(each))),
    places.length > 0 && h("section", {}, h("h2", {}, decision.verdict === "undetermined" ? "What may decide" : "What decides"), h("ul", { class: "basis" }, places.map(basis), fallen(decision.explanation).map(fell))),
    decision.defeated.length > 0 && h("section", {}, h("h2", {}, "What gives way"), h("ul", { class: "basis" }, decision.defeated.map((each) => h("li", {}, h("b", {}, each.at ?? local(each.clause)), ` gives way to ${each.by_at ?? local(each.by)}.`)))),
    decision.conditions.length > 0 && h("section", {}, h("h2", {}, decision.verdict === "permitted" ? "It is permitted only as long as this holds" : "What would have to hold for an exception or a permission to help"), h("ul", { class: "basis" }, decision.conditions.map(relied))),
    decision.duties.length > 0 && h("section", {}, h("h2", {}, "Duties"), h("ul", { class: "duties" }, decision.duties.map((each) => h("li", {}, h("b", {}, each.at ?? local(each.clause)), " ", h("span", { class: `state ${each.state}` }, each.state), each.due && ` until ${each.due}`, h("p", {}, each.text ?? each.must))))),
    decision.enforcement.length > 0 && h("section", {}, h("h2", {}, "Measures that are open"), h("ul", { class: "basis" }, decision.enforcement.map(measure))),
    decision.readings.length > 0 && h("section", {}, h("h2", {}, "As it may be judged"), h("ul", {}, decision.readings.map((each) => h("li", {}, `${each.name.replaceAll("_", " ")}: `, verdict(each.verdict))))),
    decision.presumed.length > 0 && h("section", {}, h("h2", {}, "What is presumed"), h("ul", {}, decision.presumed.map((each) => h("li", {}, each.text ?? (each.fact ? `${each.fact} is taken to be ${each.value}.` : `${local(each.clause)} has not been shown.`))))),
    h("section", {}, h("h2", {}, "What would change it"), settle(view, decision)),
    h("section", {}, h("h2", {}, "Why"), explanation(decision.explanation)),
    h("section", { class: "keep" }, h("h2", {}, "Keep it"), keeping(view)),
  );
}

/** A measure, why it is open, what comes after it, and where that is said: often not in the terms themselves. */
function measure(each) {
  const one = ({ measure: name, within, text }) => [h("b", {}, name), within && ` within ${within}`, text && `: ${text}`];
  const why = { "alleged breach": "a breach is alleged", "confirmed breach": "a breach is confirmed", cleared: "the allegation is cleared" }[each.finding] ?? each.finding;
  return h("li", {}, one(each), `, as ${why}`, each.clause && ` (${local(each.clause)})`, each.else.length > 0 && ["; otherwise ", each.else.map((other, at) => [at > 0 && ", then ", one(other)])], (each.at || each.description) && h("p", { class: "quiet" }, [each.at, each.description].filter(Boolean).join(": ")));
}

const local = (clause) => (clause.split("#")[1] ?? clause).replaceAll("_", " ");

function basis(each) {
  const verb = { forbid: ["forbids", "may forbid"], permit: ["permits", "may permit"] }[each.effect][each.force === "true" ? 0 : 1];
  return h("li", {}, each.by_default ? h("b", {}, "By default") : h("b", {}, each.at ?? local(each.clause)), ` ${verb}${each.text ? ":" : "."} `, each.text && h("q", {}, each.text), each.path.length > 1 && h("span", { class: "quiet" }, ` in ${each.title ?? each.document}${each.incorporated_when.map((when) => `, taken in when ${when}`).join("")}`));
}

/** What would have decided otherwise, but for a proviso that fails: an exception, a permission. */
function fallen(why) {
  const failed = (kind) => why.children.some((each) => each.kind === kind && each.truth === "false");
  const here = why.truth === "false" && failed("proviso") && !failed("condition") ? [why] : [];
  return [...here, ...why.children.flatMap(fallen)];
}

/** With the proviso that fails, however long it is; the explanation names a short one in its line. */
function fell(each) {
  const failed = each.children.filter((one) => one.kind === "proviso" && one.truth === "false");
  return h("li", {}, `The ${each.kind} `, h("b", {}, each.at ?? each.text.replaceAll("_", " ")), ` ${each.note.split(": ")[0]}: `, failed.map((one) => [h("span", { class: "says" }, condition(one.text)), " "]));
}

/** A proviso on which an answer hangs, with the exception or the permission that needs it. */
function relied(each) {
  const names = each.clause.split("#").pop().split(".");
  const whose = names.length > 1 ? ["The exception ", h("b", {}, names.at(-1).replaceAll("_", " ")), ` of ${names.slice(0, -1).join(", ").replaceAll("_", " ")}`] : ["The permission ", h("b", {}, names[0].replaceAll("_", " "))];
  return h("li", {}, whose, " needs that ", h("span", { class: "says" }, condition(each.text)), h("span", { class: "tag" }, each.holds === "unknown" ? "not known" : "it holds"));
}

function settle(view, decision) {
  const place = h("div", {});
  const label = decision.verdict === "permitted" ? "What else would settle it?" : decision.verdict === "undetermined" ? "What would settle it, or make it permitted?" : "What would make it permitted?";
  const find = async () => {
    button.disabled = true;
    fill(place, h("p", { class: "waiting" }, "Looking …"));
    try {
      const found = await ask("settle", { source: source(), use: state.use }, "settle");
      fill(place, drawSettled(view, found));
    } catch (error) {
      if (error instanceof Overtaken) fill(place, h("p", { class: "quiet" }, "Stopped."));
      else view.page.fail(place, error);
    }
    button.disabled = false;
  };
  const button = h("button", { type: "button", class: "settle", onclick: find }, label);
  return [button, place];
}

function drawSettled(view, found) {
  const steps = (several) => h("ul", {}, several.map((each) => h("li", {}, each.question, " ", each.items && (each.was?.length || each.items.length > 1 || each.items[0]?.length > 1) ? listed(each.items, each.was) : h("span", { class: "step" }, each.now !== null && [h("s", {}, each.now), " → "], h("b", {}, each.then)))));
  const take = (several) => h("button", { type: "button", onclick: () => {
    const lost = several.filter((each) => state.use.said[each.fact]);
    const told = lost.length ? `Taken for known, to try it: ${lost.map((each) => `${each.question} (before, ${state.use.said[each.fact].status}: ${state.use.said[each.fact].source || "no source"})`).join(" ")}` : "";
    for (const each of several) {
      state.use.answers[each.fact] = each.answer;
      delete state.use.said[each.fact];
    }
    const names = several.map((each) => each.fact);
    state.use.open = state.use.open.filter((each) => !names.includes(each));
    names.forEach((each) => view.rows.get(each)?.redraw());
    view.result.focus(); // the button goes with what it was about
    changed(view, told);
  } }, "Try it");
  const made = [];
  for (const each of found.settling) made.push(h("div", { class: "way" }, h("p", {}, verdict(each.verdict), " if"), steps(each.steps), take(each.steps)));
  const ways = found.verdict === "undetermined" && found.settling.some((each) => each.verdict === "permitted") ? [] : found.permitted;
  if (ways.length) made.push(...ways.map((each) => h("div", { class: "way" }, h("p", {}, verdict("permitted"), " if"), steps(each), take(each))));
  if (!made.length) made.push(h("p", { class: "quiet" }, found.never ? "No use at all is permitted by this document on that day: that is proved." : found.verdict === "permitted" ? "It is settled." : `No permitted use was found${found.open ? `: ${found.open}` : ""}.`));
  return made;
}

// --- why ---------------------------------------------------------------------------------------------------

const TRUTH = { true: ["✓", "holds"], false: ["✕", "does not hold"], unknown: ["?", "not known"] };

/** The explanation as a tree that folds; what holds or is open stands open. */
export function explanation(why, depth = 0) {
  const [mark, words] = TRUTH[why.truth] ?? ["§", why.truth.replaceAll("_", " ")]; // the whole has its verdict
  const head = [
    h("span", { class: `truth ${why.truth}`, title: words }, h("span", { "aria-hidden": "true" }, mark), h("span", { class: "hidden" }, `${words}: `)),
    h("span", {}, why.at && h("span", { class: "at" }, why.at), h("span", { class: "kind" }, why.kind), " ", condition(why.text), why.note && h("span", { class: "because" }, ` — ${why.note}`)),
  ];
  const said = why.description && why.description !== why.text && h("p", { class: "text" }, why.description);
  if (!why.children.length) return h("div", { class: "leaf" }, h("div", { class: "head" }, head), said);
  return h("details", { class: "branch", open: depth < 2 || (why.truth !== "false" && depth < 4) }, h("summary", {}, head), said, h("div", { class: "inside" }, why.children.map((each) => explanation(each, depth + 1))));
}

// --- keep --------------------------------------------------------------------------------------------------

function keeping(view) {
  const title = h("input", { type: "text", id: "title", placeholder: "such as: kept in house", autocomplete: "off" });
  const told = h("p", { class: "quiet", role: "status" });
  const save = async () => {
    if (!title.value.trim()) { fill(told, "A scenario needs a title first."); title.focus(); return; }
    try {
      const found = await ask("save", { source: source(), use: state.use, title: title.value.trim() });
      if (state.doc === "draft") state.draft.text = found.text;
      else if (!mayLeave()) return;
      else state.draft = { ...begun(found.text, found.name), base: (await ask("document", { source: source() }))[0].text };
      keep(state.draft);
      state.doc = "draft";
      state.view = "write";
      state.goTo = found.text.length;
      state.saved = title.value.trim();
      view.page.show({ step: true, focus: true });
    } catch (error) {
      view.page.fail(told, error);
    }
  };
  return [
    h("div", { class: "field" }, h("label", { for: "title" }, "As a scenario of the document, with the title"), h("div", { class: "chips" }, title, h("button", { type: "button", onclick: save }, "Save as scenario"))),
    told,
    h("p", { class: "actions" },
      h("button", { type: "button", class: "link", onclick: async () => download("use.json", `${JSON.stringify(await ask("facts", { source: source(), use: state.use }), null, 2)}\n`, "application/json") }, "Download the facts"),
      h("button", { type: "button", class: "link", onclick: async () => download("explanation.txt", `${await ask("explain", { source: source(), use: state.use })}\n`) }, "Download the explanation"),
      h("button", { type: "button", class: "link", onclick: () => { state.view = "compare"; view.page.show({ step: true, focus: true }); } }, "Compare with every document")),
  ];
}
