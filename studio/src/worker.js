// The engine: Python in WebAssembly, and in it the program as it is. It knows no page.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const began = performance.now();
let heap = () => 0;
let solver = !SOLVER; // whether it is here, or there is none to be had

/** Notes that z3 was looked for and not found; once it is there, Python finds it by itself. */
const WANTED = `
import importlib, sys

class Wanted:
    seen = False

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        cls.seen |= name == "z3"

def found():
    sys.path.append("/solver")
    sys.meta_path.remove(Wanted)
    importlib.invalidate_caches()

sys.meta_path.append(Wanted)
`;

const unpacked = async (name) => {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
};

async function start() {
  const [python, engine] = await Promise.all([
    loadPyodide({ indexURL: new URL("./pyodide/", self.location.href).href, env: { TOSDSL_CACHE: "off", HOME: "/engine" } }),
    unpacked("./engine.bin"),
  ]);
  const ready = performance.now();
  postMessage({ kind: "step" });
  python.unpackArchive(engine, "zip", { extractDir: "/engine" });
  const studio = python.runPython("import sys; sys.path.insert(0, '/engine'); from tosdsl.studio.answers import Studio; Studio().answer");
  python.runPython(WANTED);
  heap = () => python._module.HEAP8.length;
  return { python, studio, times: { python: ready - began, engine: performance.now() - ready } };
}

/** z3 is half as large as all else, and few questions need it. */
async function fetchSolver(python) {
  solver = true; // if it cannot be had, it is not asked for each time
  try {
    python.unpackArchive(await unpacked("./solver.bin"), "zip", { extractDir: "/solver" });
    python.runPython("found()");
  } catch (error) {
    console.warn(error);
  }
}

const started = start();
started.then(({ times }) => postMessage({ kind: "ready", times }), (error) => postMessage({ kind: "failed", text: String(error) }));

onmessage = async ({ data: { name, request } }) => {
  const { python, studio } = await started;
  const at = performance.now();
  try {
    let answer = studio(name, request);
    if (!solver && python.runPython("Wanted.seen")) {
      postMessage({ kind: "solver" });
      await fetchSolver(python);
      answer = studio(name, request); // with proofs that the first answer did without
    }
    postMessage({ kind: "answer", answer: JSON.parse(answer), ms: performance.now() - at, heap: heap() });
  } catch (error) {
    postMessage({ kind: "answer", fault: String(error), ms: performance.now() - at, heap: heap() });
  }
};
