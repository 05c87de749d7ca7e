/* The catalogue: typing, facets, sorting, the keyboard, and an address for every state. What agents say only ever becomes text. */

import { arranged, catalogue, places, select, skillsOf, SORTS, without } from "./facets.js";
import { Index, Language, parted } from "./search.js";

const box = document.querySelector("[data-as-catalogue]");
const root = box.dataset.root || "./";
const { make, mark } = window.agentSpecs;
const STEP = 48, FEW = 8, MANY = 20;
const OPEN = new Set(["collection", "category", "access"]);
const WIDEST = { none: 0, read: 1, mcp: 4, network: 9, write: 16, spawn: 25, shell: 36, everything: 100 };
const number = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
const counted = (count, one, more) => `${number(count)} ${count === 1 ? one : more}`;
const one = (selector) => box.querySelector(selector);
const form = one(".as-toolbar"), input = one("#as-q"), sort = one("#as-sort"), inside = one(".as-inside");
const status = one(".as-status"), understood = one(".as-understood"), chosenBox = one(".as-chosen");
const aside = one(".as-facets"), list = one(".as-facets__list"), opener = one(".as-filters-open"), openerCount = one(".as-filters-count");
const both = make("p", { class: "as-facets__both", hidden: true }, "The counts include agents that answer less of it.");
const cards = one("#as-cards"), none = one(".as-none"), more = one(".as-showmore");

const fetched = async (address) => {
  const answer = await fetch(root + address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
};

let data, index, prompts, boxes = [], groups = [], likely = 0, shown = STEP, further = false, round = 0, current = null;
const state = { q: "", inside: false, sort: "match", chosen: new Map() };

/* --- the address ------------------------------------------------------------------------------ */

const read = () => {
  const asked = new URLSearchParams(location.search);
  state.q = asked.get("q") ?? "";
  state.inside = asked.get("in") === "prompts";
  state.sort = [...sort.options].some((option) => option.value === asked.get("sort")) ? asked.get("sort") : "match";
  state.chosen = new Map();
  for (const { id } of data.facets) {
    const values = asked.getAll(id);
    if (values.length) state.chosen.set(id, new Set(values));
  }
  if (input.value !== state.q) input.value = state.q;
  sort.value = state.sort;
};

const write = (push) => {
  const said = new URLSearchParams();
  if (state.q) said.set("q", state.q);
  if (state.inside) said.set("in", "prompts");
  for (const [id, values] of state.chosen) for (const value of values) said.append(id, value);
  if (state.sort !== "match") said.set("sort", state.sort);
  const address = `${location.pathname}${said.size ? `?${said}` : ""}`;
  if (address === location.pathname + location.search) return;
  if (push) history.pushState(null, "", address); else history.replaceState(null, "", address);
};

/** A change somebody made: from the first result on, and back undoes it. */
const change = (how, push = true) => {
  how();
  shown = STEP;
  further = false;
  if (input.value !== state.q) input.value = state.q;
  write(push);
  return draw();
};
const choose = (facet, value, on) => {
  const values = new Set(state.chosen.get(facet));
  if (on) values.add(value); else values.delete(value);
  if (values.size) state.chosen.set(facet, values); else state.chosen.delete(facet);
};

/* --- finding ---------------------------------------------------------------------------------- */

const termsFile = () => fetched("api/search-terms.json");
let early = new URLSearchParams(location.search).get("q") ? termsFile() : null;
early?.catch(() => {}); // it is told where it is wanted
let terms = null;
/** The terms agents are found by, fetched when first asked for. */
const ready = () => {
  terms ??= (early ?? termsFile()).then((found) => {
    index = new Index(new Language(found.tables), found.factors, data.agents).add(found);
  }).catch((error) => { terms = early = null; throw error; });
  return terms;
};

const answer = async () => {
  if (!state.q.trim()) return { request: [], scores: null };
  await ready();
  if (!state.inside) return index.answer(state.q);
  if (!prompts) {
    const { Prompts } = await import("./prompts.js");
    prompts = new Prompts(root, index.language, index.factors, data.agents);
  }
  return prompts.answer(state.q);
};

const draw = async () => {
  const mine = round += 1;
  let found;
  try { found = await answer(); } catch {
    if (mine === round) status.textContent = "The search index could not be loaded. The collections still list every agent.";
    return;
  }
  if (mine !== round) return;
  const stems = new Set(found.request.flatMap(({ meant }) => meant.flatMap(([row]) => row)));
  const { counts, matched } = select(data, state.chosen, found.scores);
  current = { ...found, stems, counts, matched };
  groups = arranged(matched, data.agents, found.scores, state.sort);
  if (state.sort === "least") groups.sort((a, b) => data.agents[a[0]].breadth - data.agents[b[0]].breadth || SORTS.known(data.agents[a[0]], data.agents[b[0]]));
  const [well, rest] = found.scores && !state.inside ? parted(groups, found.request, found.scores, index.factors) : [groups, []];
  groups = [...well, ...rest];
  likely = well.length;
  tell();
  for (const facet of boxes) facet.update(counts);
  cards.replaceChildren(...groups.slice(0, visible()).map(card));
  watchPassages();
  showMore();
  drawChosen();
  if (groups.length) none.hidden = true; else help();
};

const answering = (count, which = "") => `${number(count)} more ${which}${count === 1 ? "answers" : "answer"}`;
/** How many there are, skills apart, as the page has it before this runs; or all together, of whom some are told. */
const everybody = (together) => {
  const skills = skillsOf(data), agents = data.agents.length - skills;
  if (together && agents && skills) return `${number(agents + skills)} agents and skills`;
  return [(agents || !skills) && counted(agents, "agent", "agents"), skills && counted(skills, "skill", "skills")].filter(Boolean).join(" and ");
};
const tell = () => {
  const well = groups.slice(0, likely).reduce((sum, same) => sum + same.length, 0), less = current.matched.length - well;
  const names = likely < well ? `, ${counted(likely, "name", "different names")}` : "";
  const all = well === data.agents.length;
  status.textContent = (all ? "" : `${number(well)} of `) + everybody(!all) + names + (less ? `; ${answering(less)} less of it` : "");
  both.hidden = !less;
  inside.setAttribute("aria-pressed", state.inside);
  const said = [];
  for (const { said: word, meant, misspelt } of current.request) {
    if (misspelt && meant.length) said.push(make("span", {}, "Read “", word, "” as “", make("strong", {}, surface(meant[0][0][0])), "”. "));
    else if (!meant.length && groups.length) said.push(make("span", {}, "Nothing is called “", word, "”, so it was left out. "));
  }
  understood.replaceChildren(...said);
  understood.hidden = !said.length;
};

/** A stem as some agent spells it. */
const surface = (stem) => {
  for (const at of current.matched.slice(0, 40)) {
    const { title, summary } = data.agents[at];
    for (const word of index.language.words(`${title} ${summary}`)) if (index.language.stem(word) === stem) return word;
  }
  return stem;
};

/* --- results ---------------------------------------------------------------------------------- */

/** Text with the words that answer marked. */
const marked = (text) => {
  if (!current.stems.size) return [text];
  return text.split(/([\p{L}\p{N}+#]+)/u).map((piece, place) => {
    if (place % 2 === 0 || !index.language.stemsOf(piece).some((stem) => current.stems.has(stem) || current.stems.has(index.language.joined.get(stem)))) return piece;
    return make("mark", {}, piece);
  });
};
const badges = (agent) => places(data.access, agent.number).map((value) => {
  const [id, phrase] = data.access.values[value];
  return make("span", { class: `as-badge as-badge--${/^[a-z]+$/.test(id) ? id : "other"}`, title: phrase }, data.badges[id] ?? id);
});
/** The model tier, where the agent's file leads to one. */
const tier = (agent) => places(data.tier, agent.number).map((value) => data.tier.values[value][0]).filter((id) => id !== "not stated").map((id) => make("span", { class: "as-tier" }, id));
const card = (same) => {
  const agent = data.agents[same[0]];
  return make("article", { class: "as-card" },
    make("h2", { class: "as-card__title" }, mark(agent), make("a", { href: root + agent.url }, ...marked(agent.title))),
    make("p", { class: "as-card__summary" }, ...marked(agent.summary || "No description.")),
    state.inside && state.q ? make("p", { class: "as-card__found", "data-agent": agent.number }) : null,
    make("p", { class: "as-card__foot" },
      data.several ? make("span", { class: "as-card__where" }, agent.collection) : null,
      same.length > 1 ? versions(same) : null,
      ...badges(agent),
      ...tier(agent),
      agent.deprecated ? make("span", { class: "as-badge as-badge--warn" }, "deprecated") : null,
      agent.held ? null : make("button", { type: "button", class: "as-add", "data-basket": agent.key, "data-short": "", "aria-label": `Add ${agent.title} to the basket`, hidden: true })));
};
const versions = (same) => {
  const inner = make("span", { hidden: true });
  const button = make("button", { type: "button", "aria-expanded": "false" }, `${same.length} versions`);
  button.addEventListener("click", () => {
    inner.hidden = !inner.hidden;
    button.setAttribute("aria-expanded", !inner.hidden);
    if (inner.childElementCount) return;
    const twice = new Set(same.map((at) => data.agents[at].collection)).size < same.length;
    same.forEach((at, i) => {
      const agent = data.agents[at];
      inner.append(i ? ", " : "", make("a", { href: root + agent.url }, twice ? agent.key : agent.collection));
    });
  });
  return make("span", { class: "as-card__more" }, button, " ", inner);
};
/** Names on the page: those that say little of what is asked for only where somebody wants them, too. */
const visible = () => Math.min(shown, further ? groups.length : likely);
const showMore = () => {
  const before = visible(), goes = further || likely === groups.length ? groups.length : likely;
  more.hidden = before === groups.length;
  more.textContent = before < goes ? `Show more (${number(goes - before)} left)` : `Show ${answering(groups.length - before, "that ")} less of it`;
};
more.addEventListener("click", () => {
  const before = visible();
  further ||= before === likely;
  shown = before + STEP;
  cards.append(...groups.slice(before, visible()).map(card));
  watchPassages();
  showMore();
  cards.children[before]?.querySelector("a").focus();
});

/* The words around what was found in a prompt, fetched for results that come into view. */
const passages = new Map();
const watcher = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) { watcher.unobserve(target); quote(target); }
}, { rootMargin: "200px" });
const watchPassages = () => { watcher.disconnect(); for (const place of cards.querySelectorAll(".as-card__found:empty")) watcher.observe(place); };
const quote = async (place) => {
  const agent = data.agents[place.dataset.agent], { stems } = current;
  const { passage, promptOf } = await import("./prompts.js");
  if (!passages.has(agent.number)) passages.set(agent.number, promptOf(root, agent).catch(() => ""));
  const pieces = passage(await passages.get(agent.number), index.language, stems);
  if (pieces && place.isConnected) place.replaceChildren(...pieces.map((piece, at) => (at % 2 ? make("mark", {}, piece) : piece)));
};

/* --- facets ----------------------------------------------------------------------------------- */

/** One facet's box: made once, its values as they are needed, those that leave most agents first. */
class Box {
  constructor(facet, place) {
    Object.assign(this, { facet, place, all: false, like: "", labels: new Map(), counts: [] });
    this.open = OPEN.has(facet.id) || state.chosen.has(facet.id);
    this.head = make("button", { type: "button", "aria-expanded": this.open, "aria-controls": `facet-${facet.id}` });
    this.values = make("div", { class: "as-facet__values" });
    this.rest = make("button", { type: "button", class: "as-facet__more" });
    this.body = make("div", { id: `facet-${facet.id}`, role: "group", "aria-label": facet.title, hidden: !this.open }, this.values, this.rest);
    if (facet.values.length > MANY) {
      this.find = make("input", { type: "search", class: "as-facet__find", placeholder: `Find in ${number(facet.values.length)}`, "aria-label": `Find a value of ${facet.title}`, autocomplete: "off", spellcheck: "false" });
      this.find.addEventListener("input", () => { this.like = this.find.value.toLowerCase(); this.fill(); });
      this.body.prepend(this.find);
    }
    this.head.addEventListener("click", () => {
      this.open = !this.open;
      this.head.setAttribute("aria-expanded", this.open);
      this.body.hidden = !this.open;
      this.fill();
    });
    this.rest.addEventListener("click", () => {
      this.all = !this.all;
      this.fill();
    });
    this.element = make("div", { class: "as-facet" }, this.head, this.body);
  }

  update(counts) {
    this.counts = counts[this.place];
    const wanted = state.chosen.get(this.facet.id)?.size ?? 0;
    this.element.hidden = this.facet.values.length < 2 && !wanted;
    this.head.replaceChildren(make("span", {}, this.facet.title, wanted ? make("span", { class: "as-facet__chosen" }, ` ${wanted} chosen`) : null));
    this.fill();
  }

  fill() {
    if (!this.open || this.element.hidden) return;
    const { facet, counts } = this, wanted = state.chosen.get(facet.id) ?? new Set();
    const like = (at) => !this.like || facet.values[at].some((word) => word.toLowerCase().includes(this.like));
    let order = [...facet.values.keys()].filter((at) => wanted.has(facet.values[at][0]) || like(at));
    order.sort((a, b) => wanted.has(facet.values[b][0]) - wanted.has(facet.values[a][0]) || counts[b] - counts[a] || a - b);
    const most = this.all || this.like ? 200 : Math.max(FEW, wanted.size);
    this.rest.hidden = Boolean(this.like) || order.length <= FEW;
    this.rest.textContent = this.all ? "Show fewer" : `${number(order.length - most)} more`;
    if (!this.all && order.length <= most) this.rest.hidden = true;
    order = order.slice(0, most);
    // Values do not run away from somebody who is choosing among them.
    const staying = this.values.contains(document.activeElement) ? [...this.values.children].map((label) => label.at) : null;
    if (staying) order = [...staying, ...order.filter((at) => !staying.includes(at))];
    const labels = order.map((at) => this.label(at));
    for (const label of labels) {
      const [value] = facet.values[label.at];
      label.firstChild.checked = wanted.has(value);
      label.lastChild.textContent = number(counts[label.at]);
      label.classList.toggle("as-zero", !counts[label.at] && !wanted.has(value));
    }
    if (labels.length !== this.values.children.length || labels.some((label, at) => label !== this.values.children[at])) this.values.replaceChildren(...labels);
  }

  label(at) {
    let made = this.labels.get(at);
    if (made) return made;
    const { facet } = this, [value, word] = facet.values[at];
    const check = make("input", { type: "checkbox", value, "data-facet": facet.id });
    check.addEventListener("change", () => change(() => choose(facet.id, value, check.checked)));
    made = make("label", {}, check, make("span", {}, word), make("span", { class: "as-count" }));
    made.at = at;
    this.labels.set(at, made);
    return made;
  }
}

const wordFor = (facet, value) => facet.values[facet.place.get(value)]?.[1] ?? value;
const drawChosen = () => {
  const chips = data.facets.flatMap((facet) => [...(state.chosen.get(facet.id) ?? [])].map((value) => {
    const word = wordFor(facet, value);
    const chip = make("button", { type: "button", class: "as-chip", "aria-label": `Remove ${facet.title}: ${word}` }, `${facet.title}: ${word} ×`);
    chip.addEventListener("click", () => change(() => choose(facet.id, value, false)).then(() => (chosenBox.querySelector("button") ?? input).focus()));
    return chip;
  }));
  openerCount.hidden = !chips.length;
  openerCount.textContent = chips.length;
  if (chips.length > 1) {
    const all = make("button", { type: "button", class: "as-facet__more" }, "Clear all");
    all.addEventListener("click", () => change(() => state.chosen.clear()).then(() => input.focus()));
    chips.push(all);
  }
  chosenBox.replaceChildren(...chips);
  chosenBox.hidden = !chips.length;
  if (sheet.open) sheetClose.textContent = groups.length ? `Show ${counted(likely, "result", "results")}` : "Nothing is left";
};

/* --- nothing found ---------------------------------------------------------------------------- */

const help = () => {
  const ways = [];
  const way = (label, how, main) => {
    const button = make("button", { type: "button", class: `as-button${main ? " as-button--main" : ""}` }, label);
    button.addEventListener("click", () => change(how).then(() => input.focus()));
    ways.push(button);
  };
  const drops = data.facets.flatMap((facet) => {
    const values = [...(state.chosen.get(facet.id) ?? [])];
    if (!values.length) return [];
    const left = without(data, state.chosen, current.scores, facet.id);
    return [[left, `Drop ${facet.title}: ${values.map((value) => wordFor(facet, value)).join(", ")} (${number(left)})`, facet.id]];
  }).sort((a, b) => b[0] - a[0]);
  for (const [left, label, id] of drops) if (left) way(label, () => state.chosen.delete(id), true);
  if (drops.length > 1 || (drops.length && !drops[0][0])) way("Drop all filters", () => state.chosen.clear());
  const unknown = current.request.filter(({ meant }) => !meant.length);
  for (const { said } of unknown) for (const near of nearWords(said)) way(`Try “${near}”`, () => { state.q = state.q.toLowerCase().includes(said) ? state.q.toLowerCase().replace(said, near) : near; }, true);
  if (current.request.length > 1) for (const { said, meant } of current.request.slice(0, 5)) if (meant.length) way(`Only “${said}”`, () => { state.q = said; });
  if (state.inside) way("Search names and summaries instead", () => { state.inside = false; });
  else if (state.q) way("Look inside prompts", () => { state.inside = true; });
  if (state.q) way("Drop the words", () => { state.q = ""; });
  const said = unknown.length ? `${state.inside ? "No prompt says" : "Nothing is called"} ${unknown.map(({ said: word }) => `“${word}”`).join(" or ")}.` : "Each filter narrows what the others leave.";
  none.replaceChildren(make("p", {}, make("strong", {}, "No agent answers to all of that.")), make("p", { class: "as-quiet" }, said), make("p", { class: "as-none__ways" }, ...ways));
  none.hidden = false;
};
/** Words of agents' titles that are spelled nearly like one. */
const nearWords = (word) => {
  const found = (state.inside ? prompts.index : index).nearly(index.language.stem(word)).slice(0, 3), spelled = new Map();
  const wanted = new Set(found);
  for (const { title, summary } of data.agents) {
    if (!wanted.size) break;
    for (const spelling of index.language.words(`${title} ${summary}`)) {
      const stem = index.language.stem(spelling);
      if (wanted.delete(stem)) spelled.set(stem, spelling);
    }
  }
  return found.map((stem) => spelled.get(stem)).filter(Boolean);
};

/* --- the drawer of a narrow window ------------------------------------------------------------- */

const sheetClose = make("button", { type: "button", class: "as-button as-button--main as-filters-close" }, "Show results");
const sheet = make("dialog", { class: "as-sheet", "aria-labelledby": "as-sheet-title" }, make("div", { class: "as-sheet__head" }, make("h2", { id: "as-sheet-title" }, "Filters"), sheetClose));
box.append(sheet);
const wide = matchMedia("(min-width: 60em)");
opener.addEventListener("click", () => {
  sheet.append(list);
  sheet.showModal();
  opener.setAttribute("aria-expanded", "true");
  drawChosen();
});
sheetClose.addEventListener("click", () => sheet.close());
sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
sheet.addEventListener("close", () => {
  aside.append(list);
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
});
wide.addEventListener("change", () => { if (wide.matches && sheet.open) sheet.close(); });

/* --- the keyboard ------------------------------------------------------------------------------ */

const links = () => [...cards.querySelectorAll(".as-card__title a")];
const columns = () => {
  const tops = [...cards.children].map((one_) => one_.offsetTop);
  return Math.max(1, tops.filter((top) => top === tops[0]).length);
};
box.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const all = links(), at = all.indexOf(document.activeElement);
  if (event.target === input) {
    if (event.key === "ArrowDown" && all.length) { all[0].focus(); event.preventDefault(); }
    else if (event.key === "Escape" && input.value) { change(() => { state.q = ""; }); event.preventDefault(); }
    return;
  }
  if (at < 0) return;
  const steps = { ArrowDown: columns(), ArrowUp: -columns(), ArrowRight: 1, ArrowLeft: -1, Home: -at, End: all.length - 1 - at };
  if (event.key === "Escape" || (event.key === "ArrowUp" && at < columns())) { input.focus(); input.select(); event.preventDefault(); }
  else if (event.key in steps) { all[Math.min(all.length - 1, Math.max(0, at + steps[event.key]))].focus(); event.preventDefault(); }
});

let pending = 0;
const typed = () => {
  clearTimeout(pending);
  if (input.value === state.q) return null;
  const began = !state.q;
  return change(() => { state.q = input.value; }, began);
};
input.addEventListener("input", () => {
  clearTimeout(pending);
  pending = setTimeout(typed, data.agents.length > 3000 ? 120 : 40);
});
input.addEventListener("focus", () => { ready().catch(() => {}); }, { once: true });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await typed();
  links()[0]?.focus();
});
inside.addEventListener("click", () => change(() => { state.inside = !state.inside; }).then(() => { if (!state.q) input.focus(); }));
sort.addEventListener("change", () => change(() => { state.sort = sort.value; }));
window.addEventListener("popstate", () => { clearTimeout(pending); read(); shown = STEP; further = false; draw(); });

/* --- the beginning ------------------------------------------------------------------------------ */

try {
  data = catalogue(await fetched("api/search.json"));
  data.access = data.facets.find((facet) => facet.id === "access");
  data.tier = data.facets.find((facet) => facet.id === "tier");
  data.several = data.facets.find((facet) => facet.id === "collection").values.length > 1;
  for (const agent of data.agents) agent.breadth = places(data.access, agent.number).reduce((sum, value) => sum + (WIDEST[data.access.values[value][0]] ?? 4), 0);
  read();
  boxes = data.facets.map((facet, place) => new Box(facet, place));
  list.replaceChildren(both, ...boxes.map(({ element }) => element));
  await draw();
  performance.mark("catalogue-ready");
  box.dataset.ready = "";
} catch (error) {
  status.textContent = "The catalogue could not be loaded. The collections still list every agent.";
  throw error;
}
