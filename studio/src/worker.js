// The engine: Python in WebAssembly, and in it the program as it is. It knows no page.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const began = performance.now();
let heap = () => 0;

async function start() {
  const [python, engine] = await Promise.all([
    loadPyodide({ indexURL: new URL("./pyodide/", self.location.href).href, env: { TOSDSL_CACHE: "off", HOME: "/engine" } }),
    fetch("./engine.bin").then((answer) => {
      if (!answer.ok) throw new Error(`engine.bin: ${answer.status}`);
      return new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    }),
  ]);
  const ready = performance.now();
  postMessage({ kind: "step" });
  python.unpackArchive(engine, "zip", { extractDir: "/engine" });
  const studio = python.runPython("import sys; sys.path.insert(0, '/engine'); from tosdsl.studio.answers import Studio; Studio().answer");
  heap = () => python._module.HEAP8.length;
  return { studio, times: { python: ready - began, engine: performance.now() - ready } };
}

const started = start();
started.then(({ times }) => postMessage({ kind: "ready", times }), (error) => postMessage({ kind: "failed", text: String(error) }));

onmessage = async ({ data: { name, request } }) => {
  const { studio } = await started;
  const at = performance.now();
  try {
    postMessage({ kind: "answer", answer: JSON.parse(studio(name, request)), ms: performance.now() - at, heap: heap() });
  } catch (error) {
    postMessage({ kind: "answer", fault: String(error), ms: performance.now() - at, heap: heap() });
  }
};
