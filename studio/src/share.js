// Share: the whole state as a link, and what can be kept as files.
import { download, fill, h } from "./dom.js";
import { ask } from "./engine.js";
import { fragment, source, state } from "./state.js";

export async function share(page) {
  const dialog = document.getElementById("dialog");
  const link = new URL(await fragment(), location.href).href;
  const field = h("input", { type: "text", readonly: true, value: link, id: "link", onfocus: () => field.select() });
  const told = h("p", { class: "quiet", role: "status" }, `${link.length.toLocaleString("en")} characters. ${state.draft ? "Your draft is in it" : "The document is named in it"}, with what you have answered.`);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      fill(told, "Copied.");
    } catch {
      field.select();
      fill(told, "The browser does not allow that: the link is marked, copy it with the keyboard.");
    }
  };
  const save = (label, make) => h("li", {}, h("button", { type: "button", class: "link", onclick: async () => { try { await make(); } catch (error) { fill(told, error.message); } } }, label));
  const text = async () => {
    const [first] = state.doc === "draft" ? [{ text: state.draft.text, id: "my_draft", file: state.draft.name }] : await ask("document", { source: source() });
    download(`${first.id.replaceAll(".", "_")}${first.file.endsWith(".md") ? ".tos.md" : ".tos"}`, first.text);
  };
  fill(
    dialog,
    h("form", { method: "dialog", class: "dialog" },
      h("h2", { id: "dialog-title" }, "Share what you see"),
      h("p", {}, "Whoever opens the link sees this page as you do now. What it holds stands behind the # of the address, which browsers send to no server."),
      h("label", { for: "link" }, "Link"),
      h("div", { class: "chips" }, field, h("button", { type: "button", class: "primary", onclick: copy }, "Copy")),
      told,
      h("h3", {}, "As files"),
      h("ul", {},
        save(`The document as code: ${page.docLabel()}`, text),
        save("The facts of the use (JSON, for tosdsl check --facts)", async () => download("use.json", `${JSON.stringify(await ask("facts", { source: source(), use: state.use }), null, 2)}\n`, "application/json")),
        save("The decision with its reasons (text)", async () => download("explanation.txt", `${await ask("explain", { source: source(), use: state.use })}\n`))),
      h("p", { class: "actions" }, h("button", { value: "close" }, "Close"))),
  );
  dialog.showModal();
}
