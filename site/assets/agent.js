/* Taking an agent home from its page. The original and the canonical file lie on the site; every other format is made
   in the reader's browser, by the site's own converters, which are fetched only when a format is asked for.
   What agents and formats say only ever becomes text, never markup. */

const panel = document.querySelector("[data-as-take]");
const REMEMBERED = "as-format", LOADED = "as-engine";
const ORIGINAL = "original", CANONICAL = "canonical"; // no format bears these names

/** An element with attributes and children; strings become text. */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
};

/* A browser may forbid storage; then nothing is remembered. */
const remember = (store, key, value) => { try { store().setItem(key, value); } catch { /* as said */ } };
const recall = (store, key) => { try { return store().getItem(key); } catch { return null; } };
const local = () => localStorage, session = () => sessionStorage;

const fetched = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

const save = (bytes, name) => {
  const link = make("a", { href: URL.createObjectURL(new Blob([bytes])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/* --- in words --------------------------------------------------------------------------------- */

const quoted = (word) => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\"'\"'")}'`);

/** A command in pieces that do not break, an option and its value each. */
const pieces = (command) => command.split(/ (?=--)/).flatMap((piece, place) => [place ? " " : "", make("span", {}, piece)]);

/** A field as people call it: `extensions.eipas.phase` is `phase`, as its author wrote it. */
const called = (field) => {
  if (field.startsWith("extensions.")) return field.split(".").slice(2).join(".") || field;
  if (field.startsWith("prompt:")) return "a part of the prompt";
  if (field === "tools.deny") return "denied tools";
  return field.replaceAll("_", " ");
};

const names = (fields, most = 4) => {
  const all = [...new Set(fields.map(({ field }) => called(field)))];
  const more = all.length - most;
  return more > 1 ? `${all.slice(0, most).join(", ")} and ${more} more` : all.join(", ");
};

/** `Keeps 9 of 11 fields; loses colour; wider access: run shell commands`. */
const sentence = (report) => {
  const { kept, changed, lost } = report;
  const parts = [`Keeps ${kept.length} of ${kept.length + changed.length + lost.length} fields`];
  if (changed.length) parts.push(`changes ${names(changed)}`);
  if (report.added.length) parts.push(`adds ${names(report.added)}`);
  if (lost.length) parts.push(`loses ${names(lost)}`);
  if (report.access.wider.length) parts.push(`wider access: ${phrases(report, report.access.wider)}`);
  return `${parts.join("; ")}.`;
};

const phrases = (report, kinds) => kinds.map((kind) => report.phrases[kind] ?? kind).join(", ") || "nothing";

/** What may be touched before and after, where that differs. */
const access = (report) => {
  const { before, after, wider } = report.access;
  if (wider.length) {
    const covered = after.filter((kind) => !before.includes(kind) && !wider.includes(kind)); // by a shell, which reaches them all
    const anyway = covered.length ? ` Its shell reaches these already: ${phrases(report, covered)}.` : "";
    return `Before, it may ${phrases(report, before)}. After, it may ${phrases(report, after)}.${anyway}`;
  }
  const fewer = before.filter((kind) => !after.includes(kind));
  return fewer.length ? `It may touch less there: no longer ${phrases(report, fewer)}.` : "It may touch the same there, and no more.";
};

const WORDS = [["kept", "Kept"], ["changed", "Changed"], ["added", "Added"], ["lost", "Lost"]];

const listed = (report) => make("dl", { class: "as-fates" }, ...WORDS.filter(([word]) => report[word].length).map(([word, title]) => make(
  "div", { class: `as-fate as-fate--${word}` },
  make("dt", {}, `${title} `, make("span", { class: "as-count" }, `${report[word].length}`)),
  make("dd", {}, ...report[word].flatMap(({ field, note, key }, place) => [
    place ? "; " : "", make("strong", {}, called(field)),
    word === "changed" && key && key !== field ? ` as ${key}` : "", note ? ` (${note})` : "",
  ])),
)));

/* --- the panel --------------------------------------------------------------------------------- */

const start = async () => {
  const { format, url } = panel.dataset, root = new URL("..", import.meta.url).href;
  const key = document.querySelector("[data-basket]").dataset.basket, name = key.split("/").pop();
  const [raw, canonical] = ["[data-raw]", "[data-canonical]"].map((link) => panel.querySelector(link)?.getAttribute("href"));
  /* What follows from those is not said again. */
  const { install = key, rawName = raw && decodeURIComponent(raw.split("/").pop()) } = panel.dataset;
  const { rawArgument = rawName, canonicalArgument = `${name}.yaml` } = panel.dataset;
  const converts = "converts" in panel.dataset;
  const site = url ?? root;
  const answer = await fetch(`${root}api/targets.json`);
  if (!answer.ok) return; // the links that need no script stay
  const { formats, first } = await answer.json();
  const known = new Map(formats.map((one) => [one.id, one]));

  let engine = null; // a promise, once asked for
  const made = new Map(); // format and leave -> the conversion
  const leaves = new Map(); // format -> the least leave that lets it pass, as a command says it
  let chosen = null, allowed = false;

  const opened = (tell) => {
    engine ??= import(new URL("engine/engine.js", import.meta.url).href).then(({ open }) => open(root, (percent) => {
      for (const one of telling) one(percent);
    })).catch((error) => ({ problem: "The converters could not be loaded.", reason: String(error) })).then((ready) => {
      if (ready.problem) engine = null; // another click tries again
      else remember(session, LOADED, "1");
      return ready;
    });
    telling.add(tell);
    return engine.finally(() => telling.delete(tell));
  };
  const telling = new Set();

  const convert = async (id, tell) => {
    const key = `${id} ${allowed}`;
    if (!made.has(key)) {
      const ready = await opened(tell);
      if (ready.problem) return ready;
      text ??= new TextDecoder().decode(await fetched(canonical));
      const result = await ready.convert({ canonical: text }, id, { access: allowed ? "allow" : "refuse" });
      if (result.leave) leaves.set(id, `--access ${id}=${result.leave}`);
      made.set(key, result);
      if (!compared) { compared = true; compare(ready); }
    }
    return made.get(key);
  };
  let text = null, compared = false;

  /** What each format would keep, beside its name. */
  const compare = async (ready) => {
    for await (const report of ready.reports({ canonical: text })) {
      if (report.problem) return;
      const note = notes.get(report.format);
      if (!note) continue;
      note.textContent = report.access.wider.length ? "wider access" : report.refused.length ? "not possible" : report.lost.length ? `loses ${report.lost.length}` : "loses nothing";
      note.title = report.refused.length ? report.refused.join(" ") : sentence(report);
    }
  };

  /* The chooser: radio buttons, so that the arrow keys work as everywhere. */
  const notes = new Map(), radios = new Map();
  const choice = (id, title, note = "") => {
    const radio = make("input", { type: "radio", name: "as-format", value: id });
    const small = make("small", {}, note);
    notes.set(id, small);
    radios.set(id, radio);
    return make("label", { class: "as-choice" }, radio, make("span", {}, title), small);
  };
  const asked = recall(local, REMEMBERED);
  const front = formats.slice(0, first).map(({ id }) => id);
  if (known.has(asked) && !front.includes(asked)) front.push(asked);
  const chips = make("div", { class: "as-choices" },
    raw ? choice(ORIGINAL, "As written", known.get(format)?.title ?? "") : null,
    ...(canonical ? front.map((id) => choice(id, known.get(id).title)) : []),
    canonical ? choice(CANONICAL, "Canonical YAML") : null);
  const search = make("input", { type: "search", class: "as-input", placeholder: "Find a format", "aria-label": "Find a format", autocomplete: "off", spellcheck: "false" });
  const rest = make("div", { class: "as-choices as-choices--all" }, ...formats.filter(({ id }) => !front.includes(id)).map(({ id, title }) => choice(id, title)));
  const none = make("p", { class: "as-quiet", role: "status" });
  const all = make("div", { class: "as-choices__more", hidden: true }, search, rest, none);
  const more = make("button", { type: "button", class: "as-choice as-choice--more", "aria-expanded": "false" }, make("span", {}, `${formats.length - front.length} more formats`));
  if (canonical) chips.append(more);
  more.addEventListener("click", () => {
    all.hidden = !all.hidden;
    more.setAttribute("aria-expanded", String(!all.hidden));
    if (!all.hidden) search.focus();
  });
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const label of rest.children) {
      const { title, id, path } = known.get(label.querySelector("input").value);
      const there = `${title} ${id} ${path}`.toLowerCase();
      label.hidden = !words.every((word) => there.includes(word));
      shown += label.hidden ? 0 : 1;
    }
    none.textContent = shown ? "" : "No format is called that.";
  });
  const chooser = make("fieldset", { class: "as-chooser" }, make("legend", { class: "as-hidden" }, "In which format"), chips, all);

  /* What is said and done about the chosen one. */
  const title = make("p", { class: "as-take__title" });
  const said = make("div", { class: "as-take__said", "aria-live": "polite" });
  const copy = make("button", { type: "button", class: "as-button" }, "Copy");
  const download = make("button", { type: "button", class: "as-button as-button--main" }, "Download");
  const buttons = make("p", { class: "as-buttons" }, download, copy);
  const leave = make("input", { type: "checkbox" });
  const wider = make("label", { class: "as-leave", hidden: true }, leave, make("span", {}, "It may touch more there; I want it all the same"));
  const commands = make("div", { class: "as-commands" });
  const view = make("div", { class: "as-take__chosen" }, make("div", { class: "as-take__words" }, title, said, wider, buttons), commands);

  const command = (told, words, id) => make("div", { class: "as-commandline" },
    make("p", { class: "as-quiet" }, told),
    make("div", { class: "as-command" }, make("code", { id, tabindex: "0" }, ...pieces(words)), make("button", { type: "button", class: "as-text-button", "data-as-copy": id, "aria-label": `Copy the command: ${told}` }, "Copy")));
  const instruct = (id) => {
    const target = id === ORIGINAL ? format : id === CANONICAL ? "FORMAT" : id;
    const leaveWords = allowed ? ` ${leaves.get(id)}` : "";
    const file = id === CANONICAL || !raw ? canonicalArgument : rawArgument;
    commands.replaceChildren(
      target ? command("Put it where the tool finds it", `specs install ${install} --to ${target} --from ${quoted(site)}${leaveWords}`, "as-install") : "",
      id !== ORIGINAL && file ? command(`With ${id === CANONICAL || !raw ? "the canonical" : "the original"} file at hand`, `specs convert ${file} --to ${target}${leaveWords}`, "as-convert") : "",
      leaves.has(id) && !allowed ? make("p", { class: "as-quiet as-commands__refused" }, "Refused as it stands, for it may touch more there: tick “I want it all the same” to add ", make("code", {}, leaves.get(id)), ".") : "",
    );
  };

  const progress = (percent) => {
    const bar = said.querySelector("progress");
    if (bar) bar.value = percent;
  };

  const show = (id, result) => {
    if (result.problem) {
      const again = make("button", { type: "button", class: "as-text-button" }, "Try again");
      again.addEventListener("click", () => work(id));
      said.replaceChildren(make("p", { class: "as-note as-note--warning" }, `${result.problem} The command below does the same. `, again));
      return;
    }
    const { report } = result;
    if (leaves.has(id)) instruct(id);
    wider.hidden = !(report?.access.wider.length);
    const reasons = result.refused ?? [];
    said.replaceChildren(
      report ? make("p", { class: `as-take__sentence${report.access.wider.length ? " as-take__sentence--wider" : ""}` }, sentence(report)) : "",
      report ? make("p", { class: "as-quiet" }, access(report)) : "",
      reasons.length ? make("ul", { class: "as-note as-note--warning as-reasons" }, ...reasons.map((reason) => make("li", {}, reason))) : "",
      report ? make("details", { class: "as-more" }, make("summary", {}, "Every field"), listed(report)) : "",
    );
    if (result.path) title.replaceChildren(make("strong", {}, known.get(id).title), " ", make("code", {}, result.path));
    for (const button of [copy, download]) button.disabled = !result.files?.length;
  };

  /** Convert, if it is not done, and say what came of it; the conversion, or nothing where there is none. */
  const work = async (id) => {
    if (!made.has(`${id} ${allowed}`)) {
      const bar = make("progress", { max: 100, value: 0, "aria-label": "Loading the converters" });
      said.replaceChildren(make("p", { class: "as-quiet" }, "Working it out in your browser; the converters are loaded once. "), bar);
    }
    let result;
    try { result = await convert(id, progress); } catch { result = { problem: "The agent could not be loaded." }; }
    if (chosen === id) show(id, result);
    return result.problem ? null : result;
  };

  const select = (id, now) => {
    chosen = id;
    allowed = leave.checked = false;
    wider.hidden = true;
    for (const button of [copy, download]) { button.disabled = false; button.hidden = false; }
    instruct(id);
    if (id === ORIGINAL) {
      title.replaceChildren(make("strong", {}, known.get(format)?.title ?? "As written"), " ", make("code", {}, rawName));
      said.replaceChildren(make("p", { class: "as-take__sentence" }, "The file as its author wrote it, byte for byte."));
    } else if (id === CANONICAL) {
      title.replaceChildren(make("strong", {}, "Canonical YAML"), " ", make("code", {}, canonicalArgument));
      said.replaceChildren(make("p", { class: "as-take__sentence" }, "All that is known of it, in one file that every format is made from. It loses nothing."));
    } else {
      title.replaceChildren(make("strong", {}, known.get(id).title), " ", make("code", {}, known.get(id).path.replace("{name}", name)));
      if (!converts) {
        said.replaceChildren(make("p", { class: "as-quiet" }, "This site was built without conversions in the browser. The command makes the file, and says what it keeps and loses."));
        for (const button of [copy, download]) button.hidden = true;
      } else if (now || made.has(`${id} ${allowed}`) || recall(session, LOADED)) {
        work(id);
      } else {
        const report = make("button", { type: "button", class: "as-text-button" }, "Show what it keeps and loses");
        report.addEventListener("click", () => work(id));
        said.replaceChildren(make("p", { class: "as-quiet" }, "Worked out in your browser; nothing leaves it. ", report));
      }
    }
  };

  /** The bytes of the chosen file and its name, or nothing. */
  const taken = async () => {
    if (chosen === ORIGINAL) return { bytes: await fetched(raw), name: rawName };
    if (chosen === CANONICAL) return { bytes: await fetched(canonical), name: `${name}.yaml` };
    const result = await work(chosen);
    if (!result?.files?.length) return null;
    if (result.files.length === 1) return { bytes: result.bytes, name: result.path.split("/").pop() };
    const bundled = await (await engine).bundle([{ canonical: text }], chosen, { access: allowed ? "allow" : "refuse" });
    return bundled.zip ? { bytes: result.bytes, zip: bundled.zip, name: `${name}.zip` } : null;
  };
  const say = (button, words) => {
    button.dataset.said ??= button.textContent;
    button.textContent = words;
    setTimeout(() => { button.textContent = button.dataset.said; }, 1800);
  };
  download.addEventListener("click", async () => {
    try {
      const file = await taken();
      if (file) save(file.zip ?? file.bytes, file.name);
    } catch { say(download, "Could not load it"); }
  });
  copy.addEventListener("click", async () => {
    try {
      const file = await taken();
      if (!file) return;
      await navigator.clipboard.writeText(new TextDecoder("utf-8", { ignoreBOM: true }).decode(file.bytes));
      say(copy, "Copied");
    } catch { say(copy, "Press again"); } // a browser may ask for a click that is not long past
  });
  leave.addEventListener("change", () => {
    allowed = leave.checked;
    instruct(chosen);
    work(chosen);
  });
  chooser.addEventListener("change", (event) => {
    if (event.target.name !== "as-format") return;
    remember(local, REMEMBERED, event.target.value);
    select(event.target.value, true);
  });

  const at = radios.has(asked) ? asked : radios.keys().next().value;
  if (!at) return;
  radios.get(at).checked = true;
  panel.querySelector(".as-take__plain").replaceWith(chooser, view);
  select(at, false);
};

if (panel) start().catch(() => { /* offline: the links that need no script stay */ });

import("./reading.js"); // it may wait for the prompt

/* --- the page's own address --------------------------------------------------------------------- */

const link = document.querySelector("[data-as-link]");
if (link && navigator.clipboard) {
  link.hidden = false;
  link.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href.split("#")[0]);
      link.textContent = "Copied";
    } catch { link.textContent = "Could not copy"; }
    setTimeout(() => { link.textContent = "Copy link"; }, 1800);
  });
}
