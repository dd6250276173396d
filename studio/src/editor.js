// The editor: CodeMirror, with the words of the grammar. What is wrong with a text, the engine says.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, foldService, HighlightStyle, indentUnit, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorSelection, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { token } from "./highlight.js";
import { afterLine } from "./indent.js";

const TAGS = { comment: tags.comment, string: tags.string, number: tags.number, declaring: tags.definitionKeyword, value: tags.atom, operator: tags.operatorKeyword, keyword: tags.keyword };

const language = StreamLanguage.define({
  name: "tos",
  token(stream) {
    const { kind, end } = token(stream.string, stream.pos);
    stream.pos = end;
    return kind;
  },
  tokenTable: TAGS,
  languageData: { commentTokens: { line: "#" } },
});

const colours = HighlightStyle.define(Object.entries(TAGS).map(([kind, tag]) => ({ tag, class: `t-${kind}` })));

/** What stands below a line by its indentation folds. */
const folding = foldService.of((state, start) => {
  const line = state.doc.lineAt(start);
  const depth = (text) => text.length - text.trimStart().length;
  if (!line.text.trim()) return null;
  let last = line;
  for (let number = line.number + 1; number <= state.doc.lines; number++) {
    const next = state.doc.line(number);
    if (!next.text.trim()) continue;
    if (depth(next.text) <= depth(line.text)) break;
    last = next;
  }
  return last === line ? null : { from: line.to, to: last.to };
});

const KINDS = { word: "keyword", type: "type", member: "enum", fact: "variable", field: "property", party: "class", definition: "function", clause: "method", exception: "method", document: "namespace", vocabulary: "namespace", value: "constant" };

/** Enter: how deep the next line stands follows from the line that the cursor leaves. */
const enter = (literate) => ({ state, dispatch }) => {
  if (state.readOnly) return false;
  const change = state.changeByRange((range) => {
    const { doc } = state, line = doc.lineAt(range.from);
    const before = doc.sliceString(line.from, range.from), after = doc.sliceString(range.to, doc.lineAt(range.to).to);
    const { strip, insert } = afterLine(doc.sliceString(0, line.from).split("\n").slice(0, -1), before, after, literate);
    const from = range.from - strip, blanks = before.trim() ? after.length - after.trimStart().length : 0;
    return { changes: { from, to: range.to + blanks, insert }, range: EditorSelection.cursor(from + insert.length) };
  });
  dispatch(state.update(change, { scrollIntoView: true, userEvent: "input" }));
  return true;
};

export function editor({ parent, text, literate, changed, complete }) {
  const source = async (context) => {
    if (!context.explicit && !context.matchBefore(/[A-Za-z_.#]+/)) return null;
    const found = await complete(context.state.doc.toString(), context.pos);
    return found && { from: found.from, options: found.options.map((each, at) => ({ label: each.label, type: KINDS[each.kind], detail: each.detail, boost: -Math.min(at, 99) })), validFor: /^[\w.]*$/ };
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        history(),
        foldGutter({ markerDOM: (open) => Object.assign(document.createElement("span"), { textContent: open ? "▾" : "▸", ariaHidden: "true" }) }),
        folding,
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        indentUnit.of("    "),
        language,
        syntaxHighlighting(colours),
        lintGutter(),
        autocompletion({ override: [source] }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "The text of the document", spellcheck: "false", tabindex: "0" }),
        keymap.of([{ key: "Enter", run: enter(literate) }, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    /** Another text, by as small a change as tells it: the cursor and the history stay. */
    replace(next) {
      const now = view.state.doc.toString();
      let from = 0, end = now.length, other = next.length;
      while (from < end && from < other && now[from] === next[from]) from++;
      while (end > from && other > from && now[end - 1] === next[other - 1]) { end--; other--; }
      if (now !== next) view.dispatch({ changes: { from, to: end, insert: next.slice(from, other) } });
    },
    edit(edits) {
      view.dispatch({ changes: edits.map(({ from, to, new: insert }) => ({ from, to, insert })) });
      view.focus();
    },
    go(at) {
      const place = Math.min(at, view.state.doc.length);
      view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
      view.focus();
    },
    goLine(number) {
      this.go(view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines)).from);
    },
    mark(several) {
      const most = view.state.doc.length;
      view.dispatch(setDiagnostics(view.state, several.map((each) => ({
        from: Math.min(each.from, most),
        to: Math.min(Math.max(each.to, each.from), most),
        severity: { error: "error", warning: "warning", note: "info" }[each.severity] ?? "info",
        message: `${each.message} ${each.mend}`,
        actions: each.mends.map((mend) => ({ name: mend.title, apply: () => this.edit(mend.edits) })),
      }))));
    },
    destroy: () => view.destroy(),
  };
}
