/* Conversions in the reader's browser: the page's side. What fails is a value, `{ problem }` in words for people.

   const engine = await open(root, (percent) => ...);   // root: the way to the site's root, as in `../../`
   if (engine.problem) ...
   engine.formats                                        // [{ id, title, path, reads, writes, shared, why }]
   engine.first                                          // ids of those most asked for, in their order
   await engine.convert(agent, "roo", { access, embed }) // { path, bytes, files, report, reports, findings, leave, refused }
   for await (const report of engine.reports(agent)) ... // one a format, those most asked for first
   await engine.bundle([agent, ...], "roo")              // the same for many, and { zip }
   await engine.read(textOrBytes, "agent.md")            // { format, title, agents: [{ key, name, canonical }], findings }

   An agent is the text of a canonical document, `{ canonical, shared, path }`, or a file: `{ raw: { bytes, path, format } }`.
   A report is { format, title, called, kept, changed, added, lost, access: { before, after, wider }, phrases, refused }. */

const FIRST = ["claude-code", "copilot", "cursor", "codex", "gemini-cli", "opencode", "vscode", "roo", "cline", "kiro", "agent-skill"];
const BATCH = 7; // formats asked about at once: short enough for a conversion to come between
const opened = new Map();

const WORDS = {
  absent: "This site was built without conversions in the browser.",
  old: "This browser cannot run the converters.",
  failed: "The converters could not be loaded.",
};

/** The engine of this page; the same for every call, and loaded by the first. */
export const open = (root, tell = () => {}) => {
  const base = new URL(root || "./", document.baseURI).href;
  const known = opened.get(base) ?? { listeners: new Set(), percent: 0 };
  known.listeners.add(tell);
  if (!opened.has(base)) {
    opened.set(base, known);
    known.engine = load(base, (percent) => {
      known.percent = percent;
      for (const listener of known.listeners) listener(percent);
    }).then((engine) => {
      known.listeners.clear();
      if (engine.problem) opened.delete(base); // the next call tries again
      return engine;
    });
  } else if (known.percent) tell(known.percent);
  return known.engine;
};

const load = (base, tell) => new Promise((resolve) => {
  const fail = (problem, reason) => resolve({ problem, reason });
  if (!globalThis.WebAssembly || !globalThis.Worker || !globalThis.TransformStream) return fail(WORDS.old);
  let worker;
  try {
    worker = new Worker(new URL("assets/engine/worker.js", base), { type: "module", name: "converters" });
  } catch (error) { return fail(WORDS.old, String(error)); }
  const waiting = new Map();
  let last = 0;
  const ask = (asked) => new Promise((answer) => {
    waiting.set((last += 1), answer);
    worker.postMessage({ id: last, asked });
  });
  const end = (problem, reason) => {
    worker.terminate();
    for (const answer of waiting.values()) answer({ problem });
    waiting.clear();
    fail(problem, reason);
  };
  worker.addEventListener("message", ({ data }) => {
    if ("progress" in data) tell(data.progress);
    else if ("formats" in data) resolve(new Engine(ask, data.formats));
    else if ("failed" in data) end(data.failed.startsWith("404 index.json") ? WORDS.absent : WORDS.failed, data.failed);
    else {
      waiting.get(data.id)?.(data.answer);
      waiting.delete(data.id);
    }
  });
  worker.addEventListener("error", (event) => end(WORDS.failed, event.message));
});

const sent = (agent) => {
  if (typeof agent === "string") return { canonical: agent };
  if (!agent.raw) return { ...agent };
  const { bytes, path, format } = agent.raw;
  return { raw: typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, path, format };
};

class Engine {
  #ask;

  constructor(ask, formats) {
    this.#ask = ask;
    this.formats = formats;
    this.first = FIRST.filter((id) => formats.some((format) => format.id === id));
  }

  async convert(agent, format, options = {}) {
    return this.#made("convert", [agent], format, options);
  }

  async bundle(agents, format, options = {}) {
    return this.#made("bundle", agents, format, options);
  }

  async #made(verb, agents, format, options) {
    const answer = await this.#ask({ verb, agents: agents.map(sent), target: format, ...options });
    if (answer.problem) return answer;
    const [first] = answer.files;
    return { ...answer, path: first?.path ?? null, bytes: first?.bytes ?? null, report: answer.reports[0] ?? null };
  }

  async read(text, path, format) {
    return this.#ask({ verb: "read", ...sent({ raw: { bytes: text, path, format } }) });
  }

  async *reports(agent, formats = this.#wanted()) {
    const asked = sent(agent);
    for (let at = 0; at < formats.length; at += BATCH) {
      const answer = await this.#ask({ verb: "reports", agent: asked, targets: formats.slice(at, at + BATCH) });
      if (answer.problem) { yield answer; return; }
      yield* answer.reports;
    }
  }

  #wanted() {
    return [...new Set([...this.first, ...this.formats.map(({ id }) => id)])];
  }
}

/** Hand bytes to the reader as a file. */
export const save = (bytes, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
