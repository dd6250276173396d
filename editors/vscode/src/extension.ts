// Starts the language server, and shows what its commands give. Everything else is in the server.
import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

const SCHEME = "tosdsl-result";
const LANGUAGES = ["tos", "tos-markdown"];
const HERE = ["run", "why", "coverage", "changes", "status"];

interface Shown {
  title: string;
  text: string;
  language: string;
}

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const results = new Results();
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, results),
    vscode.commands.registerCommand("tosdsl.restart", () => restart(results)),
    vscode.tasks.registerTaskProvider("tosdsl", new Tasks()),
    ...HERE.map((name) => vscode.commands.registerCommand(`tosdsl.here.${name}`, () => here(name))),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("tosdsl")) void restart(results);
    }),
  );
  await start(results);
}

export function deactivate(): Thenable<void> | undefined {
  return client?.stop();
}

function command(): string[] {
  return vscode.workspace.getConfiguration("tosdsl").get<string[]>("command", ["tosdsl"]);
}

async function start(results: Results): Promise<void> {
  const [program, ...rest] = command();
  client = new LanguageClient(
    "tosdsl",
    "tosdsl",
    { command: program, args: [...rest, "lsp"] },
    {
      documentSelector: LANGUAGES.map((language) => ({ language })),
      initializationOptions: { showsResults: true },
      middleware: {
        executeCommand: async (name, given, next) => {
          try {
            const shown = (await next(name, given)) as Shown | undefined;
            if (shown) await results.show(shown);
            return shown;
          } catch (error) {
            void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
          }
        },
      },
    },
  );
  try {
    await client.start();
  } catch {
    const settings = "Settings";
    const chosen = await vscode.window.showErrorMessage(
      `\`${[...command(), "lsp"].join(" ")}\` does not start. Install it with \`pip install 'tosdsl[lsp]'\`, ` +
        "or say in the settings where it is.",
      settings,
    );
    if (chosen) await vscode.commands.executeCommand("workbench.action.openSettings", "tosdsl.command");
  }
}

async function restart(results: Results): Promise<void> {
  await client?.stop().catch(() => undefined);
  await start(results);
}

/** Run a command of the server on the text at hand. */
async function here(name: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !LANGUAGES.includes(editor.document.languageId)) return;
  const uri = client?.code2ProtocolConverter.asUri(editor.document.uri);
  if (name !== "why") return vscode.commands.executeCommand(`tosdsl.${name}`, uri);
  const title = scenarioAt(editor.document, editor.selection.active.line);
  if (title === undefined) {
    void vscode.window.showInformationMessage("No scenario stands here.");
    return;
  }
  return vscode.commands.executeCommand("tosdsl.why", uri, title);
}

function scenarioAt(document: vscode.TextDocument, line: number): string | undefined {
  for (let at = line; at >= 0; at--) {
    const found = /^scenario "([^"]*)"/.exec(document.lineAt(at).text);
    if (found) return found[1];
  }
  return undefined;
}

/** What commands gave, as texts that are not saved, beside the one at hand. */
class Results implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? "";
  }

  async show(shown: Shown): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: shown.title.replace(/[/\\]/g, " ") });
    this.texts.set(uri.path, shown.text);
    this.changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    if (shown.language === "tos") await vscode.languages.setTextDocumentLanguage(document, "tos");
    const column = vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(document, { viewColumn: column, preview: true, preserveFocus: true });
  }
}

/** `tosdsl test`, `lint` and `fmt` on each folder. */
class Tasks implements vscode.TaskProvider {
  provideTasks(): vscode.Task[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders.flatMap((folder) => ["test", "lint", "fmt"].map((name) => task(folder, name)));
  }

  resolveTask(given: vscode.Task): vscode.Task | undefined {
    const name = given.definition.task as string | undefined;
    const folder = vscode.workspace.workspaceFolders?.[0];
    return name && folder ? task(folder, name, given.definition) : undefined;
  }
}

function task(folder: vscode.WorkspaceFolder, name: string, definition?: vscode.TaskDefinition): vscode.Task {
  const [program, ...rest] = command();
  const execution = new vscode.ProcessExecution(program, [...rest, name, "."], { cwd: folder.uri.fsPath });
  const kind = definition ?? { type: "tosdsl", task: name };
  const made = new vscode.Task(kind, folder, name, "tosdsl", execution, "$tosdsl");
  if (name === "test") made.group = vscode.TaskGroup.Test;
  return made;
}
