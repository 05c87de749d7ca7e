/* The catalogue: typing, facets, sorting, and an address for every state. */
(() => {
  "use strict";
  const box = document.querySelector("[data-as-catalogue]");
  if (!box || !window.agentSpecs) return;
  const { make, index, score, words, mark } = window.agentSpecs;
  const root = box.dataset.root || "./";
  const STEP = 48;
  const WIDEST = { none: 0, read: 1, mcp: 2, network: 3, write: 4, spawn: 5, shell: 6, everything: 9 };
  const WORDS = { none: "no tools", mcp: "MCP", everything: "everything (host decides)" };
  const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
  const language = (code) => { try { return LANGUAGES.of(code); } catch { return code; } };
  let titles = new Map();
  const FACETS = [
    { id: "collection", title: "Collection", of: (a) => [a.collection], word: (v) => titles.get(v) ?? v, open: true },
    { id: "access", title: "Access", of: (a) => a.access ?? [], word: (v) => WORDS[v] ?? v, open: true },
    { id: "category", title: "Category", of: (a) => a.categories ?? [], open: true },
    { id: "tool", title: "Tool", of: (a) => a.tools ?? [] },
    { id: "tier", title: "Model tier", of: (a) => [a.tier ?? "not stated"] },
    { id: "format", title: "Format", of: (a) => (a.format ? [a.format, a.dialect ? `${a.format} / ${a.dialect}` : a.format] : ["not stated"]) },
    { id: "language", title: "Language", of: (a) => [a.language ?? "not stated"], word: (v) => (v === "not stated" ? v : language(v)) },
    { id: "license", title: "Licence", of: (a) => [a.license ?? "NOASSERTION"], word: (v) => (v === "NOASSERTION" ? "not stated" : v) },
  ];
  const byTitle = (a, b) => a.sorted.localeCompare(b.sorted, "en");
  const SORTS = {
    match: null,
    title: byTitle,
    shortest: (a, b) => a.characters - b.characters,
    longest: (a, b) => b.characters - a.characters,
    least: (a, b) => a.breadth - b.breadth || byTitle(a, b),
  };
  const input = box.querySelector("#as-q"), sort = box.querySelector("#as-sort"), cards = box.querySelector("#as-cards");
  const status = box.querySelector(".as-status"), none = box.querySelector(".as-none"), more = box.querySelector(".as-more");
  const chosenBox = box.querySelector(".as-chosen"), drawer = box.querySelector(".as-facets"), opener = box.querySelector(".as-filters-open");
  const list = box.querySelector(".as-facets__list"), count = box.querySelector(".as-filters-count");
  let agents = [], shown = STEP, groups = [];
  let state = { q: "", sort: "match", chosen: {} };

  const read = () => {
    const asked = new URLSearchParams(location.search);
    state = { q: asked.get("q") ?? "", sort: asked.get("sort") in SORTS ? asked.get("sort") : "match", chosen: {} };
    for (const facet of FACETS) {
      const values = asked.getAll(facet.id);
      if (values.length) state.chosen[facet.id] = new Set(values);
    }
    input.value = state.q;
    sort.value = state.sort;
  };
  const write = (push) => {
    const said = new URLSearchParams();
    if (state.q) said.set("q", state.q);
    for (const facet of FACETS) for (const value of state.chosen[facet.id] ?? []) said.append(facet.id, value);
    if (state.sort !== "match") said.set("sort", state.sort);
    const address = `${location.pathname}${said.size ? `?${said}` : ""}${location.hash}`;
    if (push) history.pushState(null, "", address); else history.replaceState(null, "", address);
  };

  /** Each facet's counts are of what the other choices leave. */
  const select = () => {
    const asked = words(state.q);
    const matched = [];
    const counts = Object.fromEntries(FACETS.map((facet) => [facet.id, new Map()]));
    for (const agent of agents) {
      const much = asked.length ? score(agent, asked) : 1;
      if (!much) continue;
      let missed = null, misses = 0;
      for (const facet of FACETS) {
        const wanted = state.chosen[facet.id];
        if (wanted && !agent.facets[facet.id].some((value) => wanted.has(value))) { missed = facet.id; misses += 1; }
      }
      if (misses > 1) continue;
      for (const facet of FACETS) {
        if (misses && facet.id !== missed) continue;
        for (const value of agent.facets[facet.id]) counts[facet.id].set(value, (counts[facet.id].get(value) ?? 0) + 1);
      }
      if (!misses) matched.push([much, agent]);
    }
    const order = SORTS[state.sort] ?? byTitle;
    matched.sort(state.sort === "match" ? (a, b) => b[0] - a[0] || order(a[1], b[1]) : (a, b) => order(a[1], b[1]));
    const byName = new Map();
    for (const [, agent] of matched) {
      const same = byName.get(agent.name);
      if (same) same.push(agent); else byName.set(agent.name, [agent]);
    }
    return { groups: [...byName.values()], counts, total: matched.length };
  };

  /** Text with the words asked for marked. */
  const marked = (text, asked) => {
    const longest = asked.filter((word) => word.length > 1).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    if (!longest.length) return [text];
    return text.split(new RegExp(`(${longest.join("|")})`, "giu")).map((piece, i) => (i % 2 ? make("mark", {}, piece) : piece));
  };
  const PHRASES = { everything: "everything", none: "no tools", mcp: "MCP" };
  const card = (same, asked) => {
    const [agent, ...others] = same;
    return make("article", { class: "as-card" },
      make("h3", { class: "as-card__title" }, mark(agent), make("a", { href: root + agent.url }, ...marked(agent.title, asked))),
      make("p", { class: "as-card__summary" }, ...marked(agent.summary ?? "No description.", asked)),
      make("p", { class: "as-card__foot" },
        make("span", { class: "as-card__where" }, titles.get(agent.collection) ?? agent.collection),
        others.length ? versions(same) : null,
        ...(agent.access ?? []).map((value) => make("span", { class: `as-badge as-badge--${/^[a-z]+$/.test(value) ? value : "other"}` }, PHRASES[value] ?? value)),
        agent.tier ? make("span", { class: "as-tier" }, agent.tier) : null,
        agent.deprecated ? make("span", { class: "as-badge as-badge--warn" }, "deprecated") : null));
  };
  const versions = (same) => {
    const inner = make("span", { hidden: true });
    const button = make("button", { type: "button", class: "as-card__more", "aria-expanded": "false" }, `${same.length} versions`);
    button.addEventListener("click", () => {
      inner.hidden = !inner.hidden;
      button.setAttribute("aria-expanded", !inner.hidden);
      if (!inner.childElementCount) same.forEach((agent, i) => inner.append(i ? ", " : "", make("a", { href: root + agent.url }, titles.get(agent.collection) ?? agent.collection)));
    });
    return make("span", { class: "as-card__more" }, button, " ", inner);
  };

  const facetBox = (facet, counts) => {
    const wanted = state.chosen[facet.id] ?? new Set();
    const values = [...new Set([...counts.keys(), ...wanted])].sort((a, b) => wanted.has(b) - wanted.has(a) || (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a.localeCompare(b, "en"));
    facet.isOpen ??= facet.open || wanted.size > 0;
    const head = make("button", { type: "button", "aria-expanded": facet.isOpen, "aria-controls": `facet-${facet.id}` }, facet.title + (wanted.size ? ` (${wanted.size})` : ""));
    const body = make("div", { id: `facet-${facet.id}`, role: "group", "aria-label": facet.title, hidden: !facet.isOpen });
    head.addEventListener("click", () => { facet.isOpen = !facet.isOpen; head.setAttribute("aria-expanded", facet.isOpen); body.hidden = !facet.isOpen; });
    const most = facet.all ? values.length : Math.max(8, wanted.size);
    for (const value of values.slice(0, most)) {
      const check = make("input", { type: "checkbox", checked: wanted.has(value), value, "data-facet": facet.id });
      check.addEventListener("change", () => {
        const now = new Set(state.chosen[facet.id]);
        if (check.checked) now.add(value); else now.delete(value);
        if (now.size) state.chosen[facet.id] = now; else delete state.chosen[facet.id];
        shown = STEP;
        write(true);
        draw({ facet: facet.id, value });
      });
      body.append(make("label", { class: counts.get(value) ? null : "as-zero" }, check, make("span", {}, facet.word ? facet.word(value) : value), make("span", { class: "as-count" }, (counts.get(value) ?? 0).toLocaleString("en"))));
    }
    if (values.length > most) {
      const all = make("button", { type: "button", class: "as-facet__more" }, `${values.length - most} more`);
      all.addEventListener("click", () => { facet.all = true; draw(); });
      body.append(all);
    }
    return make("div", { class: "as-facet" }, head, body);
  };

  const clear = (change) => { change(); shown = STEP; write(true); read(); draw(); };
  const draw = (focused) => {
    const asked = words(state.q);
    const found = select();
    groups = found.groups;
    status.textContent = found.total === agents.length
      ? `${agents.length.toLocaleString("en")} agents` + (groups.length < found.total ? `, ${groups.length.toLocaleString("en")} different names` : "")
      : `${found.total.toLocaleString("en")} of ${agents.length.toLocaleString("en")} agents` + (groups.length < found.total ? `, ${groups.length.toLocaleString("en")} different names` : "");
    cards.replaceChildren(...groups.slice(0, shown).map((same) => card(same, asked)));
    more.hidden = groups.length <= shown;
    more.textContent = `Show more (${(groups.length - shown).toLocaleString("en")} left)`;
    const scroll = drawer.scrollTop;
    list.replaceChildren(...FACETS.filter((facet) => found.counts[facet.id].size > 1 || state.chosen[facet.id]).map((facet) => facetBox(facet, found.counts[facet.id])));
    drawer.scrollTop = scroll;
    if (focused) [...list.querySelectorAll("input")].find((one) => one.dataset.facet === focused.facet && one.value === focused.value)?.focus({ preventScroll: true });
    const chips = FACETS.flatMap((facet) => [...(state.chosen[facet.id] ?? [])].map((value) => {
      const chip = make("button", { type: "button", class: "as-chip", "aria-label": `Remove ${facet.title}: ${value}` }, `${facet.word ? facet.word(value) : value} ×`);
      chip.addEventListener("click", () => clear(() => { state.chosen[facet.id].delete(value); if (!state.chosen[facet.id].size) delete state.chosen[facet.id]; }));
      return chip;
    }));
    if (chips.length > 1) {
      const all = make("button", { type: "button", class: "as-facet__more" }, "Clear all");
      all.addEventListener("click", () => clear(() => { state.chosen = {}; }));
      chips.push(all);
    }
    count.hidden = !chips.length;
    count.textContent = Object.values(state.chosen).reduce((sum, values) => sum + values.size, 0);
    chosenBox.replaceChildren(...chips);
    box.querySelector(".as-filters-close").textContent = `Show ${found.total.toLocaleString("en")}`;
    help(found.total, asked);
  };
  const help = (total, asked) => {
    none.hidden = total > 0;
    if (total) return;
    const ways = [];
    const way = (label, change) => { const button = make("button", { type: "button", class: "as-button" }, label); button.addEventListener("click", () => clear(change)); ways.push(button); };
    if (Object.keys(state.chosen).length) way("Drop the filters", () => { state.chosen = {}; });
    if (state.q) way("Drop the words", () => { state.q = ""; });
    if (asked.length > 1) for (const word of asked.slice(0, 4)) way(`Only “${word}”`, () => { state.q = word; });
    none.replaceChildren(make("p", {}, make("strong", {}, "No agent answers to all of that.")), make("p", { class: "as-quiet" }, "Words must all occur in its title, name, summary, tags, tools or categories."), ...ways);
  };

  let pending = 0;
  input.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      const began = !state.q && input.value;
      state.q = input.value;
      shown = STEP;
      write(Boolean(began));
      draw();
    }, agents.length > 3000 ? 120 : 30);
  });
  sort.addEventListener("change", () => { state.sort = sort.value; shown = STEP; write(true); draw(); });
  more.addEventListener("click", () => {
    const before = shown;
    shown += STEP;
    const asked = words(state.q);
    cards.append(...groups.slice(before, shown).map((same) => card(same, asked)));
    more.hidden = groups.length <= shown;
    more.textContent = `Show more (${(groups.length - shown).toLocaleString("en")} left)`;
    cards.children[before]?.querySelector("a")?.focus();
  });
  const toggle = (open) => {
    drawer.toggleAttribute("data-open", open);
    opener.setAttribute("aria-expanded", open);
    if (open) drawer.querySelector(".as-filters-close").focus(); else opener.focus();
  };
  opener.addEventListener("click", () => toggle(!drawer.hasAttribute("data-open")));
  box.querySelector(".as-filters-close").addEventListener("click", () => toggle(false));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drawer.hasAttribute("data-open")) toggle(false); });
  window.addEventListener("popstate", () => { read(); shown = STEP; draw(); });

  read();
  index(root).then((data) => {
    agents = data.agents;
    titles = new Map(data.collections.map((collection) => [collection.name, collection.title]));
    for (const agent of agents) {
      agent.facets = Object.fromEntries(FACETS.map((facet) => [facet.id, [...new Set(facet.of(agent))]]));
      agent.sorted = agent.title.replace(/^[^\p{L}\p{N}]+/u, "");
      agent.breadth = (agent.access ?? []).reduce((sum, value) => sum + (WIDEST[value] ?? 2) ** 2, 0);
    }
    draw();
    box.dataset.ready = "";
  }).catch(() => { status.textContent = "The index could not be loaded; the collections still list every agent."; });
})();
