/* An agent of the reader's own in every format. Everything happens here: what is pasted is sent nowhere. */
import { open, save } from "./engine/engine.js";
import { access, FATES, fields } from "./fates.js";

const box = document.querySelector("[data-as-convert]");
const { make } = window.agentSpecs;
const form = box.querySelector("form"), status = box.querySelector(".as-status"), bar = box.querySelector("progress"), out = box.querySelector(".as-convert__out");
const LONGEST = 1_048_576; // bytes a file may have, as for the command line
let chosen = null; // a file as it was chosen, whose bytes count for as long as its text stands
let run = 0; // the conversion that counts; older ones stop when they see another number

const EXAMPLE = `---
name: tide-forecaster
description: Use when a harbour schedule depends on the tide. Reads the gauge and says when there is water enough.
tools: Read, Grep, Bash
model: sonnet
color: blue
---

You forecast tides for a small harbour.

## How to work

1. Read the gauge, and say how old the reading is.
2. Give the next two high waters, each with its margin.
3. Hand the berth plan to berth-planner when the margin is under half a metre.
`;

const engine = async () => {
  bar.hidden = false;
  const made = await open(box.dataset.root, (percent) => { bar.value = percent; status.textContent = `Loading the converters, ${percent} %`; });
  bar.hidden = true;
  return made;
};

const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const capital = (word) => `${word[0].toUpperCase()}${word.slice(1)}`;

const finding = (found) => make("li", {},
  make("span", { class: `as-badge as-badge--${found.severity}` }, found.severity), " ", make("code", {}, found.code), " ",
  found.line ? `Line ${found.line}: ` : "", `${found.message}. `, found.advice && make("span", { class: "as-quiet" }, found.advice));

/** Fields by what becomes of them, with the reasons. */
const fates = (report) => FATES.slice(1).flatMap((word) => report[word].length === 0 ? [] : [make("li", {}, make("strong", {}, `${capital(word)}: `), fields(report, word))]);

const shown = async (converters, agent, report, options) => {
  const made = await converters.convert(agent, report.format, options);
  const panel = make("div", { class: "as-result" });
  if (made.problem) { panel.append(make("p", { class: "as-note as-note--warning" }, made.problem)); return { panel, made }; }
  for (const reason of made.refused) panel.append(make("p", { class: "as-note as-note--warning" }, reason));
  const list = fates(made.report ?? report);
  if (list.length) panel.append(make("ul", {}, ...list));
  for (const file of made.files) {
    const text = new TextDecoder().decode(file.bytes);
    const copy = make("button", { type: "button", class: "as-button" }, "Copy");
    copy.addEventListener("click", async () => {
      const said = await navigator.clipboard.writeText(text).then(() => "Copied", () => "Could not copy");
      copy.textContent = said;
      setTimeout(() => { copy.textContent = "Copy"; }, 1800);
    });
    const load = make("button", { type: "button", class: "as-button as-button--main" }, "Download");
    load.addEventListener("click", () => save(file.bytes, file.path.split("/").pop()));
    panel.append(make("p", {}, make("code", {}, file.path)), make("p", { class: "as-buttons" }, load, copy), make("pre", { tabindex: 0 }, text));
  }
  return { panel, made };
};

/** A format's row, which opens into the file itself. */
const row = (converters, agent, report) => {
  const button = make("button", { type: "button", class: "as-button", "aria-expanded": false, "aria-label": `${report.title}: show the file` }, report.refused.length ? "Why" : "Show");
  const line = make("tr", { "data-format": report.format },
    make("th", { scope: "row" }, report.title),
    ...FATES.map((word) => make("td", { class: `as-number${report[word].length ? (word === "lost" ? " as-lost" : "") : " as-nought"}`, "data-word": word }, String(report[word].length))),
    make("td", { "data-word": "access", class: report.access.wider.length ? "as-wider" : null }, report.refused.length && !report.access.wider.length ? "not written" : access(report)), make("td", {}, button));
  let below = null;
  const show = async (options) => {
    const { panel, made } = await shown(converters, agent, report, options);
    if (!made.problem && !made.files.length && report.access.wider.length) {
      const anyway = make("button", { type: "button", class: "as-button" }, "Take it all the same");
      anyway.addEventListener("click", () => show({ access: "allow" }));
      panel.append(make("p", {}, anyway));
    }
    const fresh = make("tr", { class: "as-shown" }, make("td", { colspan: 7 }, panel));
    if (below) below.replaceWith(fresh); else line.after(fresh);
    below = fresh;
  };
  button.addEventListener("click", async () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) { line.removeAttribute("aria-current"); below?.remove(); below = null; }
    else { line.setAttribute("aria-current", "true"); await show({}); }
  });
  return line;
};

/** The table of formats: those most asked for, and below them the others, folded, with a field to find one. */
const tables = (converters) => {
  const head = () => make("thead", {}, make("tr", {}, ...["Format", ...FATES.map(capital), "Access"].map((word) => make("th", { scope: "col" }, word)), make("th", {}, make("span", { class: "as-hidden" }, "File"))));
  const table = (body) => make("div", { class: "as-table" }, make("table", { class: "as-fates" }, head(), body));
  const first = make("tbody", {}), others = make("tbody", {}), summary = make("summary", {}, "All other formats"), none = make("p", { class: "as-quiet", role: "status" });
  const find = make("input", { type: "search", class: "as-input", placeholder: "Find a format", "aria-label": "Find a format", autocomplete: "off", spellcheck: "false" });
  const sift = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let fits = false, some = false;
    for (const line of others.rows) { // what is shown of a format follows its line
      if (line.dataset.format) {
        const { id, title, path } = converters.formats.find((format) => format.id === line.dataset.format);
        fits = words.every((word) => `${title} ${id} ${path}`.toLowerCase().includes(word));
        some ||= fits;
      }
      line.hidden = !fits;
    }
    none.textContent = some ? "" : "No other format is called that.";
  };
  find.addEventListener("input", sift);
  const rest = make("details", { class: "as-convert__rest", hidden: true }, summary, find, none, table(others));
  const add = (line) => {
    const early = converters.first.includes(line.dataset.format);
    (early ? first : others).append(line);
    if (early) return;
    rest.hidden = false;
    summary.textContent = plural([...others.rows].filter(({ dataset }) => dataset.format).length, "more format", "more formats");
    if (find.value) sift();
  };
  return { parts: [table(first), rest], add, empty: () => { first.replaceChildren(); others.replaceChildren(); rest.hidden = true; } };
};

const everywhere = async (converters, agent, mine, table) => {
  let count = 0;
  table.empty();
  for await (const report of converters.reports(agent)) {
    if (mine !== run) return;
    if (report.problem) { status.textContent = report.problem; return; }
    if (report.refused.length && !report.access.wider.length && !converters.formats.find(({ id }) => id === report.format).writes) continue;
    table.add(row(converters, agent, report));
    count += 1;
    status.textContent = `It can be had in ${plural(count, "format", "formats")}. Nothing has left this page.`;
  }
};

const convert = async () => {
  const mine = (run += 1);
  out.replaceChildren();
  const converters = await engine();
  if (mine !== run) return;
  if (converters.problem) { status.textContent = `${converters.problem} On your own machine, \`specs compat FILE\` does the same.`; return; }
  status.textContent = "Reading …";
  const { text, path } = form.elements;
  const read = await converters.read(chosen?.text === text.value ? chosen.bytes : text.value, path.value);
  if (mine !== run) return;
  if (read.problem) { status.textContent = read.problem; return; }
  const agents = read.agents;
  const findings = read.findings.filter(({ severity }) => severity !== "info");
  const list = findings.length ? make("ul", { class: "as-convert__findings" }, ...findings.map(finding)) : null;
  if (!agents.length) {
    status.textContent = "No agent could be read from this.";
    out.append(make("ul", { class: "as-convert__findings" }, ...read.findings.map(finding)));
    return;
  }
  const sent = (agent) => ({ canonical: agent.canonical, shared: agent.shared ?? undefined });
  const table = tables(converters);
  const choice = agents.length > 1 && make("select", { "aria-label": "Agent" }, ...agents.map(({ name }, at) => make("option", { value: at }, name)));
  if (choice) choice.addEventListener("change", () => everywhere(converters, sent(agents[Number(choice.value)]), (run += 1), table));
  out.append(
    make("div", { class: "as-convert__head" }, make("h2", {}, choice ? `${agents.length} agents` : agents[0].name), choice, make("span", { class: "as-quiet" }, `read as ${read.title}`)),
    ...(list ? [list] : []),
    ...table.parts);
  await everywhere(converters, sent(agents[0]), mine, table);
};

const take = async (file) => {
  if (!file) return;
  if (file.size > LONGEST) { status.textContent = "This file is larger than an agent may be."; return; }
  const bytes = new Uint8Array(await file.arrayBuffer());
  form.elements.text.value = new TextDecoder().decode(bytes);
  form.elements.path.value = file.name;
  chosen = { bytes, text: form.elements.text.value };
  await convert();
};

form.addEventListener("submit", (event) => { event.preventDefault(); convert(); });
form.elements.file.addEventListener("change", (event) => take(event.target.files[0]));
box.querySelector("[data-as-example]").addEventListener("click", () => {
  form.elements.text.value = EXAMPLE;
  form.elements.path.value = "tide-forecaster.md";
  convert();
});
for (const kind of ["dragover", "dragleave", "drop"]) box.addEventListener(kind, (event) => {
  if (kind !== "dragleave") event.preventDefault();
  box.classList.toggle("as-over", kind === "dragover");
  if (kind === "drop") take(event.dataTransfer.files[0]);
});
