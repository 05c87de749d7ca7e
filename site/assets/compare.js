/* Two agents side by side, from their JSON; nothing is sent anywhere. */
(() => {
  "use strict";
  const box = document.querySelector("[data-as-compare]");
  if (!box || !window.agentSpecs) return;
  const { make, index } = window.agentSpecs;
  const root = box.dataset.root || "./";
  const out = box.querySelector(".as-comparison__out"), status = box.querySelector(".as-status"), form = box.querySelector("form");
  const LONGEST = 3000;

  /** Lines kept, taken out and put in, by the longest common sequence. */
  const diff = (a, b) => {
    let start = 0, end = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
    while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
    const left = a.slice(start, a.length - end), right = b.slice(start, b.length - end), rows = left.length + 1, columns = right.length + 1;
    const best = new Uint16Array(rows * columns);
    for (let i = left.length - 1; i >= 0; i -= 1) for (let j = right.length - 1; j >= 0; j -= 1) best[i * columns + j] = left[i] === right[j] ? best[(i + 1) * columns + j + 1] + 1 : Math.max(best[(i + 1) * columns + j], best[i * columns + j + 1]);
    const lines = a.slice(0, start).map((line) => [" ", line]);
    let i = 0, j = 0;
    while (i < left.length || j < right.length) {
      if (i < left.length && j < right.length && left[i] === right[j]) { lines.push([" ", left[i]]); i += 1; j += 1; }
      else if (j >= right.length || (i < left.length && best[(i + 1) * columns + j] >= best[i * columns + j + 1])) { lines.push(["−", left[i]]); i += 1; }
      else { lines.push(["+", right[j]]); j += 1; }
    }
    return lines.concat(a.slice(a.length - end).map((line) => [" ", line]));
  };

  const prompt = (agent) => (agent.sections ? agent.sections.map((section) => (section.heading ?? "") + section.text).join("") : "");
  const tools = (agent) => (agent.tools === null ? "the host decides: everything" : agent.tools.allow === "all" ? "everything" : agent.tools.allow.map((tool) => (typeof tool === "string" ? tool : `${tool.tool} (${tool.only.join(", ")})`)).join(", ") || "none");
  const ROWS = [["Name", (a) => a.name], ["Collection", (a) => a.collection], ["Summary", (a) => a.summary], ["Access", (a) => (a.access ?? []).join(", ")], ["Tools", tools], ["Model", (a) => a.model ?? "left to the host"], ["Format", (a) => a.format], ["Licence", (a) => (a.license === "NOASSERTION" ? "not stated" : a.license)], ["Prompt", (a) => `${a.characters.toLocaleString("en")} characters`], ["Works with", (a) => [...new Set(a.works_with.map((tie) => tie.agent.split("/").pop()))].sort().join(", ") || "nobody named"]];

  const show = (a, b) => {
    const head = make("tr", {}, make("th", {}), ...[a, b].map((agent) => make("th", {}, make("a", { href: root + agent.url }, agent.title))));
    const body = ROWS.map(([label, of]) => { const [x, y] = [of(a) ?? "", of(b) ?? ""]; return make("tr", { class: x === y ? null : "as-changed" }, make("td", {}, label), make("td", {}, x), make("td", {}, y)); });
    const parts = [make("div", { class: "as-table" }, make("table", { class: "as-grid" }, make("thead", {}, head), make("tbody", {}, ...body)))];
    if (a.sections && b.sections) {
      const [x, y] = [prompt(a).split("\n"), prompt(b).split("\n")];
      parts.push(make("h2", {}, "Prompt"));
      if (prompt(a) === prompt(b)) parts.push(make("p", { class: "as-note as-note--good" }, "The prompts are the same, character for character."));
      else if (x.length > LONGEST || y.length > LONGEST) parts.push(make("p", { class: "as-note" }, "The prompts are too long to compare here."));
      else {
        const lines = diff(x, y), view = make("div", { class: "as-diff" });
        const kept = lines.filter(([sign]) => sign === " ").length;
        parts.push(make("p", { class: "as-quiet" }, `${kept} lines the same, ${lines.filter(([s]) => s === "−").length} only in the first, ${lines.filter(([s]) => s === "+").length} only in the second.`));
        const near = lines.map((_, i) => lines.slice(Math.max(0, i - 3), i + 4).some(([sign]) => sign !== " "));
        for (let i = 0; i < lines.length; i += 1) {
          if (!near[i]) { let stop = i; while (stop < lines.length && !near[stop]) stop += 1; view.append(make("div", { class: "as-gap" }, "", `${stop - i} lines the same`)); i = stop - 1; continue; }
          const [sign, text] = lines[i];
          view.append(make("div", { class: sign === "+" ? "as-in" : sign === "−" ? "as-out" : null }, make("span", sign === " " ? {} : { role: "img", "aria-label": sign === "+" ? "only in the second" : "only in the first" }, sign), make("span", {}, text)));
        }
        parts.push(view);
      }
    }
    out.replaceChildren(...parts);
  };

  const get = async (key) => {
    const answer = await fetch(`${root}api/agents/${key.split("/").map(encodeURIComponent).join("/")}.json`);
    if (!answer.ok) throw new Error(key);
    return answer.json();
  };
  const run = async () => {
    const asked = new URLSearchParams(location.search), a = asked.get("a"), b = asked.get("b");
    form.elements.a.value = a ?? "";
    form.elements.b.value = b ?? "";
    if (!a || !b) return;
    try {
      show(...await Promise.all([get(a), get(b)]));
      status.textContent = "";
    } catch (error) { status.textContent = `There is no agent ${error.message} here.`; }
  };
  for (const input of form.querySelectorAll("input")) input.addEventListener("focus", async () => {
    const list = box.querySelector("datalist");
    if (list.childElementCount) return;
    const data = await index(root).catch(() => ({ agents: [] }));
    list.append(...data.agents.slice(0, 5000).map((agent) => make("option", { value: `${agent.collection}/${agent.id}` }, agent.title)));
  }, { once: true });
  run();
})();
