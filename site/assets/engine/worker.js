/* The converters themselves, in a worker: our Python, run by Pyodide. Everything is fetched from this folder. */
const here = new URL("./", import.meta.url);
const fetched = self.fetch.bind(self);
const STEPS = { fetched: 0.8, started: 0.92 }; // what loading comes to, by time as measured
let expected = 0, loaded = 0, told = -1;

const tell = (share) => {
  const percent = Math.round(share * 100);
  if (percent > told) postMessage({ progress: (told = percent) });
};

/* Pyodide fetches its own files, so their bytes are counted where every fetch passes. */
self.fetch = async (...asked) => {
  const answer = await fetched(...asked);
  if (!answer.ok || !answer.body) return answer;
  const count = new TransformStream({
    transform(chunk, out) {
      loaded += chunk.byteLength;
      if (expected) tell(Math.min(1, loaded / expected) * STEPS.fetched);
      out.enqueue(chunk);
    },
  });
  return new Response(answer.body.pipeThrough(count), { status: answer.status, headers: answer.headers });
};

const json = async (address, how) => {
  const answer = await self.fetch(new URL(address, here), how);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
};

const start = async () => {
  const index = await json("index.json", { cache: "no-cache" }); // the one file that says which others are current
  const folder = new URL(index.pyodide.folder, here), sizes = index.pyodide.sizes;
  expected = index.program.size + sizes["pyodide.asm.wasm"] + sizes["python_stdlib.zip"];
  const program = json(`program.json?${index.program.sha256.slice(0, 12)}`);
  const { loadPyodide } = await import(new URL("pyodide.mjs", folder));
  const python = await loadPyodide({
    indexURL: folder.href,
    lockFileContents: JSON.stringify(index.pyodide.lock), // it names no package, so none is ever asked for
    env: { HOME: "/", PYTHONDONTWRITEBYTECODE: "1" },
    fsInit: async (files, { sitePackages }) => {
      for (const [path, text] of Object.entries(await program)) {
        const place = `${sitePackages}/${path}`;
        files.mkdirTree(place.slice(0, place.lastIndexOf("/")));
        files.writeFile(place, text);
      }
    },
  });
  tell(STEPS.started);
  const engine = python.pyimport("converters.engine");
  const ask = (asked) => {
    const sent = python.toPy(asked), answered = engine.answer(sent);
    try {
      return answered.toJs({ dict_converter: Object.fromEntries });
    } finally {
      answered.destroy();
      sent.destroy();
    }
  };
  const { formats } = ask({ verb: "formats" }); // every format is imported by that
  tell(1);
  return { ask, formats };
};

const ready = start();
ready.then(
  ({ formats }) => postMessage({ formats }),
  (error) => postMessage({ failed: String(error?.message ?? error).slice(0, 300) }),
);

self.addEventListener("message", async ({ data: { id, asked } }) => {
  try {
    postMessage({ id, answer: (await ready).ask(asked) });
  } catch (error) {
    postMessage({ id, answer: { problem: `This could not be done: ${String(error?.message ?? error).slice(0, 300)}` } });
  }
});
