// Compiles an archive of Python by the very Python that will run it, so that the browser need not:
//   node compile.mjs PYODIDE ARCHIVE stored|deflated DROPPED…
// The ARCHIVE is written over. Modules whose first name is DROPPED are left out of it, as are documentation
// and the numbers of lines, which take a third of the room and tell nothing without the sources.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, archive, kept, ...dropped] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(pyodide, "pyodide.mjs")).href);
const python = await loadPyodide({ indexURL: pyodide + path.sep });
python.FS.writeFile("/in.zip", new Uint8Array(fs.readFileSync(archive)));
python.globals.set("dropped", python.toPy(dropped));
python.globals.set("deflated", kept === "deflated");
python.runPython(`
import ast, importlib._bootstrap_external as external, importlib.util, types, zipfile

DOCUMENTED = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef

def compiled(name, source):
    "A module without its source: found by its name, and never compared with anything."
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            first = node.body.pop(0)
            node.body = node.body or [ast.copy_location(ast.Pass(), first)]
    code = without_lines(compile(tree, name, "exec", dont_inherit=True, optimize=0))
    return external._code_to_hash_pyc(code, importlib.util.source_hash(source), False)

def without_lines(code):
    inner = (without_lines(each) if isinstance(each, types.CodeType) else each for each in code.co_consts)
    return code.replace(co_linetable=b"", co_consts=tuple(inner))

how = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
with zipfile.ZipFile("/in.zip") as old, zipfile.ZipFile("/out.zip", "w") as new:
    for each in sorted(old.namelist()):
        if each.endswith("/") or each.split("/")[0].removesuffix(".py") in dropped:
            continue
        content, name = old.read(each), each
        if each.endswith(".py"):
            content, name = compiled(each, content), each + "c"
        new.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, how, 9)
`);
fs.writeFileSync(archive, python.FS.readFile("/out.zip"));
