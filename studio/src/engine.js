// Questions to the worker, one at a time. Of questions of one topic that wait, only the newest is asked.

let worker, busy = null, ready = false;
const queue = [];
const listeners = new Set();
export const seen = { times: null, heap: 0, last: {} };

/** An answer that says what somebody can mend; ``several`` are diagnostics. */
export class Problems extends Error {
  constructor(several) {
    super(several.map((each) => each.message).join(" "));
    this.several = several;
  }
}

/** The question was overtaken by a newer one of its topic. */
export class Overtaken extends Error {}

export function listen(listener) {
  listeners.add(listener);
}

const tell = (what) => listeners.forEach((each) => each(what));

export function start() {
  ready = false;
  worker = new Worker("./worker.js", { type: "module" });
  tell({ kind: "starting" });
  worker.onmessage = ({ data }) => {
    if (data.kind === "ready") {
      ready = true;
      seen.times = data.times;
      tell({ kind: "ready" });
      next();
    } else if (data.kind === "answer") answered(data);
    else tell(data);
  };
  worker.onerror = (event) => tell({ kind: "failed", text: event.message || "The worker could not be started." });
}

/** Ends what takes too long. The questions that wait are asked again of a new worker. */
export function stop() {
  worker.terminate();
  const ended = busy;
  busy = null;
  ended?.reject(new Overtaken("stopped"));
  tell({ kind: "idle" });
  start();
}

export function ask(name, request = {}, topic = null) {
  return new Promise((resolve, reject) => {
    if (topic !== null) {
      const at = queue.findIndex((each) => each.topic === topic);
      if (at >= 0) queue.splice(at, 1)[0].reject(new Overtaken("overtaken"));
    }
    queue.push({ name, request: JSON.stringify(request), topic, resolve, reject });
    next();
  });
}

function next() {
  if (!ready || busy || !queue.length) return;
  busy = queue.shift();
  tell({ kind: "busy", name: busy.name });
  worker.postMessage({ name: busy.name, request: busy.request });
}

function answered({ answer, fault, ms, heap }) {
  const done = busy;
  busy = null;
  seen.heap = heap;
  if (done) {
    seen.last[done.name] = ms;
    if (fault) done.reject(new Error(fault));
    else if (answer.problems) done.reject(new Problems(answer.problems));
    else done.resolve(answer.ok);
  }
  if (!queue.length) tell({ kind: "idle" });
  next();
}
