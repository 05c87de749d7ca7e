/* The page of the graph: what is chosen and filtered, which the address says too, and the panel that tells about it. */

import { Chart, cut, sentence } from "./graph-map.js";
import { around, path, read, team, turn } from "./graph-ways.js";

const { make, fold } = window.agentSpecs;
const box = document.querySelector("[data-as-graph]"), root = box.dataset.root || "./";
const canvas = box.querySelector("canvas"), side = box.querySelector(".as-told-of"), status = box.querySelector(".as-graph-status");
const withMissing = box.querySelector("#as-graph-missing"), withAlone = box.querySelector("#as-graph-alone");
const FIRST = 12;
const number = (value) => value.toLocaleString("en");
const count = (many, one, more = `${one}s`) => `${number(many)} ${many === 1 ? one : more}`;

let graph, chart, chosen;

// --- what is chosen, as the address has it -----------------------------------------------------------

const NOTHING = { agent: null, to: null, team: false, community: null };
const asked = () => {
  const query = new URLSearchParams(location.search), hash = location.hash.slice(1);
  const list = (name) => new Set(query.getAll(name));
  let old = null; // what this page's addresses were like before
  try { old = decodeURIComponent(hash); } catch { /* not one of ours */ }
  const agent = query.get("agent") ?? (graph.byKey.has(old) ? old : null);
  return {
    agent: graph.byKey.get(agent) ?? null,
    to: graph.byKey.get(query.get("to")) ?? null,
    team: query.has("team"),
    community: graph.islands.find((island) => island.name === query.get("community")) ?? null,
    relations: list("relation"),
    collections: list("collection"),
    missing: query.get("missing") !== "no",
    alone: query.get("alone") === "yes",
  };
};
const address = () => {
  const query = new URLSearchParams();
  if (chosen.agent) query.set("agent", chosen.agent.key);
  if (chosen.agent && chosen.to) query.set("to", chosen.to.key);
  if (chosen.agent && chosen.team) query.set("team", "");
  if (chosen.community) query.set("community", chosen.community.name);
  for (const name of chosen.relations) query.append("relation", name);
  for (const name of chosen.collections) query.append("collection", name);
  if (!chosen.missing) query.set("missing", "no");
  if (chosen.alone) query.set("alone", "yes");
  const text = query.toString().replaceAll("%2F", "/").replace(/(team)=(?=&|$)/, "$1");
  return `${location.pathname}${text ? `?${text}` : ""}`;
};

/** Choose something else; what is said of it replaces what was. */
const go = (change, { filters = false } = {}) => {
  chosen = { ...chosen, ...(filters ? {} : NOTHING), ...change };
  reveal();
  history.pushState(null, "", address());
  show({ moved: !filters || !chosen.agent });
};
/** What is chosen can be seen, whatever was filtered out. */
const reveal = () => {
  for (const node of [chosen.agent, chosen.to]) {
    if (node?.missing) chosen.missing = true;
    if (node?.island.kind === "alone") chosen.alone = true;
  }
  if (chosen.community?.kind === "alone") chosen.alone = true;
};

const sift = () => {
  const { relations, collections, missing, alone } = chosen, home = (node) => !collections.size || collections.has(node.collection);
  const tied = new Set();
  for (const tie of graph.ties) {
    tie.on = (!relations.size || relations.has(tie.relation.name)) && (home(tie.from) || home(tie.to)) && (missing || !tie.to.missing);
    if (tie.on) tied.add(tie.from).add(tie.to);
  }
  for (const node of graph.nodes) node.on = tied.has(node) || (node.island.kind === "alone" ? alone && home(node) : !relations.size && !node.missing && home(node));
  for (const node of [chosen.agent, chosen.to]) if (node) node.on = true;
};

const look = () => {
  const { agent, to, community } = chosen;
  if (agent && to) return { ...(path(agent, to) ?? { nodes: new Set([agent, to]), ties: new Set() }), node: agent, island: null };
  if (agent && chosen.team) return { ...team(graph, agent), node: agent, island: null, whole: true };
  if (agent) return { ...around(agent), node: agent, island: null };
  if (community) return { nodes: new Set(community.nodes.filter((node) => node.on)), ties: null, node: null, island: community };
  return { nodes: null, ties: null, node: null, island: null };
};
const fit = (atOnce = false) => {
  const { nodes, island } = chart.look;
  const all = graph.islands.filter((each) => each.on).map((each) => [each.x, each.y, each.radius]);
  if (island?.on) chart.fit([[island.x, island.y, island.radius]], { atOnce });
  else if (nodes) chart.fit([...nodes].map((node) => [node.x, node.y, 1.6 * graph.step]), { most: 3.2, atOnce });
  else chart.fit(all, { most: 3, atOnce });
};

const show = ({ moved = true, first = false } = {}) => {
  const within = side.contains(document.activeElement);
  sift();
  chart.look = look();
  chart.sifted();
  controls();
  tell();
  if (moved) fit(first);
  if (within) side.focus({ preventScroll: true });
  if (!first) side.scrollTop = 0;
};

// --- the panel ----------------------------------------------------------------------------------------

const quiet = (...what) => make("span", { class: "as-quiet" }, ...what);
const swatch = (island) => {
  const mark = make("span", { class: `as-swatch${island.shape ? ` as-swatch--shape${island.shape}` : ""}`, "aria-hidden": "true" });
  mark.style.background = `var(--as-island-${island.colour ?? "x"})`;
  return mark;
};
const link = (node, change = {}) => {
  const title = cut(node.title, 60), button = make("button", { type: "button", class: "as-link", dir: "auto", title: title === node.title ? null : node.title }, title);
  button.addEventListener("click", () => go({ agent: node, ...change }));
  button.addEventListener("pointerenter", () => { chart.hover = node; chart.paint(); });
  button.addEventListener("pointerleave", () => { chart.hover = null; chart.paint(); });
  return button;
};
const islandLink = (island, many = island.agents) => {
  const button = make("button", { type: "button", class: "as-island" }, swatch(island), make("span", { dir: "auto" }, sentence(island.name)), make("span", { class: "as-count" }, number(many)));
  button.addEventListener("click", () => go({ community: island }));
  button.addEventListener("pointerenter", () => { chart.hover = island; chart.paint(); });
  button.addEventListener("pointerleave", () => { chart.hover = null; chart.paint(); });
  return button;
};
const action = (words, change) => {
  const button = make("button", { type: "button", class: "as-button" }, words);
  button.addEventListener("click", () => go(change));
  return button;
};
const heading = (words, back, backWords) => {
  const close = make("button", { type: "button", class: "as-close", "aria-label": backWords, title: backWords }, "×");
  close.addEventListener("click", () => go(back));
  return [close, make("h2", { dir: "auto" }, cut(words, 240))];
};
/** A list of which the rest is shown when asked for. */
const list = (items, first = FIRST) => {
  const whole = make("ul", { class: "as-plain" }, ...items.slice(0, items.length > first + 3 ? first : undefined).map((item) => item()));
  if (items.length <= first + 3) return [whole];
  const more = make("button", { type: "button", class: "as-link as-more" }, `Show all ${number(items.length)}`);
  more.addEventListener("click", () => { whole.append(...items.slice(first).map((item) => item())); more.remove(); whole.children[first].querySelector("button, a")?.focus(); });
  return [whole, more];
};
const heads = (node) => quiet(node.missing ? "missing agent" : node.home);

const documents = new Map();
/** What the agent's own document says; null where it cannot be had. */
const documentOf = (node) => {
  if (!node.document) return Promise.resolve(null);
  if (!documents.has(node)) documents.set(node, fetch(root + node.document).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
  return documents.get(node);
};
/** The words a tie rests on, as soon as they are there. Documents tell ties in the order of the map. */
const words = (tie) => {
  const place = make("div", { class: "as-words" });
  documentOf(tie.from).then((said) => {
    const told = said?.works_with?.[tie.from.out.indexOf(tie)];
    if (!told || told.relation !== tie.relation.name) return;
    if (told.about) place.append(make("p", { class: "as-about", dir: "auto" }, told.about));
    if (told.when) place.append(make("p", { class: "as-about", dir: "auto" }, `when ${told.when.replace(/^when\s+/i, "")}`));
    if (told.evidence) place.append(make("blockquote", { dir: "auto", title: told.evidence.length > 220 ? told.evidence : null }, cut(told.evidence.replace(/\*\*|`/g, ""), 220)));
  });
  return place;
};
const tieItem = (tie, other) => () => {
  const mine = other === tie.to;
  return make("li", {}, mine ? quiet(`${tie.relation.out} `) : null, link(other), mine ? null : quiet(` ${tie.relation.out} it`), other.missing ? quiet(" (missing)") : null, words(tie));
};
const candidates = (node) => (node.candidates.length
  ? list(node.candidates.map(([at, alike, shared, lacks]) => () => make("li", {}, link(graph.nodes[at]), quiet(` ${[alike ? "its name is alike" : "", shared.length ? `shares ${shared.join(", ")}` : "", lacks.length ? `may not use ${lacks.join(", ")}` : ""].filter(Boolean).join("; ")}`))))
  : [make("p", { class: "as-quiet" }, "Nobody comes near.")]);

const legend = () => {
  const groups = graph.islands.filter((island) => island.kind !== "alone" && island.on);
  return [
    make("h2", {}, "Communities"),
    make("p", { class: "as-quiet" }, "Agents that name each other more than others, called by what they share. Colour and shape of the marks are theirs. Choose one to see who is in it."),
    make("ul", { class: "as-plain as-islands" }, ...groups.map((island) => make("li", {}, islandLink(island)))),
    make("h3", {}, "How to read it"),
    make("ul", { class: "as-legend" },
      make("li", {}, make("span", { class: "as-swatch as-swatch--big" }), "larger: tied to more others"),
      make("li", {}, make("span", { class: "as-swatch as-swatch--missing" }), "missing: named, and nobody answers"),
      make("li", {}, make("span", { class: "as-line" }), "one names the other"),
      make("li", {}, "Choose an agent for whom it names and who names it. Drag to move; pinch, or Ctrl and wheel, to zoom.")),
  ];
};

const islandPanel = () => {
  const island = chosen.community, near = new Map();
  for (const tie of graph.ties) {
    if (!tie.on || (tie.from.island === island) === (tie.to.island === island)) continue;
    const other = tie.from.island === island ? tie.to.island : tie.from.island;
    near.set(other, (near.get(other) ?? 0) + 1);
  }
  const agents = island.nodes.filter((node) => node.on && !node.missing), missing = island.nodes.filter((node) => node.on && node.missing);
  return [
    ...heading(sentence(island.name), NOTHING, "Show all communities"),
    make("p", { class: "as-quiet" }, [count(agents.length, "agent"), missing.length ? `${count(missing.length, "name")} nobody bears` : ""].filter(Boolean).join(", ")),
    ...list(agents.map((node) => () => make("li", {}, link(node), quiet(node.degree ? ` ${count(node.degree, "tie")}` : ""))), 30),
    ...(near.size ? [make("h3", {}, "Most ties to"), make("ul", { class: "as-plain as-islands" }, ...[...near].sort((a, b) => b[1] - a[1] || a[0].at - b[0].at).slice(0, 8).map(([other, many]) => make("li", {}, islandLink(other, many))))] : []),
    ...(missing.length ? [make("h3", {}, "Missing"), ...list(missing.map((node) => () => make("li", {}, link(node))))] : []),
  ];
};

const agentPanel = () => {
  const { agent } = chosen;
  const out = agent.out.filter((tie) => tie.on), into = agent.into.filter((tie) => tie.on);
  const summary = make("p", { class: "as-summary", dir: "auto" });
  documentOf(agent).then((said) => { if (said?.summary) summary.textContent = cut(said.summary, 200); });
  return [
    ...heading(agent.title, NOTHING, "Show all again"),
    make("p", { class: "as-where" }, heads(agent), quiet(" · "), make("span", {}, (() => { const button = make("button", { type: "button", class: "as-link" }, cut(sentence(agent.island.name), 32)); button.addEventListener("click", () => go({ community: agent.island })); return button; })())),
    ...(agent.missing
      ? [make("p", {}, agent.doubtful ? "Nobody has this name, and it may be no agent's at all." : "Nobody has this name."), make("h3", {}, "Who could be meant, or fill the role"), ...candidates(agent)]
      : [summary, make("p", { class: "as-buttons" }, make("a", { class: "as-button as-button--main", href: root + agent.page }, "Its page"), agent.out.some((tie) => tie.relation.handsOn) ? action("Its team", { agent, team: true }) : null)]),
    wayTo(agent),
    ...(out.length ? [make("h3", {}, "Whom it names ", quiet(number(out.length))), ...list(out.map((tie) => tieItem(tie, tie.to)))] : []),
    ...(into.length ? [make("h3", {}, "Who names it ", quiet(number(into.length))), ...list(into.map((tie) => tieItem(tie, tie.from)))] : []),
    ...(out.length || into.length ? [] : [make("p", { class: "as-quiet" }, chosen.relations.size || chosen.collections.size || !chosen.missing ? "No ties with these filters." : "It names nobody, and nobody names it.")]),
  ];
};
let fields = 0;
const wayTo = (from) => {
  const id = `as-way-${fields += 1}`;
  const input = make("input", { type: "search", id, placeholder: "Find the way to another agent", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-found`, "aria-autocomplete": "list" });
  const found = make("ul", { id: `${id}-found`, role: "listbox", "aria-label": "Agents found", hidden: true });
  suggest(input, found, (node) => go({ agent: from, to: node }), (node) => node !== from);
  return make("div", { class: "as-pick as-wayto" }, make("label", { class: "as-hidden", for: id }, `The way from ${from.title} to another agent`), input, found);
};

const pathPanel = () => {
  const { agent, to } = chosen, found = chart.look.steps && chart.look, back = found?.steps.some((step) => step.back);
  const title = `From ${cut(agent.title, 40)} to ${cut(to.title, 40)}`;
  const turn = action("The other way round", { agent: to, to: agent });
  if (!found) {
    return [...heading(title, { agent }, "Back to the first agent"), make("p", {}, "No ties lead from one to the other", chosen.relations.size || chosen.collections.size ? " with these filters." : "."), wayTo(agent)];
  }
  const steps = found.steps.map(({ here, there, back: against, ties }) => make("li", {}, link(here), quiet(against ? " is named by " : " names "), link(there),
    ...ties.map((tie) => make("div", { class: "as-step" }, quiet(against ? `${cut(tie.from.title)} ${tie.relation.out} ${cut(tie.to.title)}` : tie.relation.out), words(tie)))));
  return [
    ...heading(title, { agent }, "Back to the first agent"),
    make("p", { class: "as-quiet" }, `${count(found.steps.length, "step")}, the fewest there are.${back ? " No ties lead there in their own direction, so some are followed backwards." : ""}`),
    make("ol", { class: "as-steps" }, ...steps),
    make("p", { class: "as-buttons" }, turn),
  ];
};

const teamPanel = () => {
  const { agent } = chosen, { members, roles, choices, exact } = chart.look;
  const why = (because) => because.map((tie) => make("div", { class: "as-step" }, quiet(`${cut(tie.from.title)} ${tie.relation.out} it`), words(tie)));
  return [
    ...heading(`Team of ${cut(agent.title, 60)}`, { agent }, "Back to the agent"),
    make("p", { class: "as-quiet" }, `${count(members.length, "agent")}${roles.length ? ` and ${count(roles.length, "role")} to fill` : ""}: the smallest set in which all work that is handed on, delegated or escalated finds its agent.`),
    ...(choices ? [make("p", { class: "as-quiet" }, `${count(choices, "reference")} may mean several agents; those that keep the team small were taken.${exact ? "" : " There were too many ways to try all, so a smaller team may be possible."}`)] : []),
    make("ol", { class: "as-steps" }, ...members.map(([node, because]) => make("li", {}, link(node), node === agent ? quiet(" asked for") : null, ...(node === agent ? [] : why(because))))),
    ...(roles.length ? [make("h3", {}, "Roles to fill"), make("ul", { class: "as-plain" }, ...roles.map(([node, because]) => make("li", {}, link(node), quiet(" nobody has this name"), ...why(because), make("div", { class: "as-could" }, quiet("Could be:"), ...candidates(node)))))] : []),
  ];
};

const tell = () => {
  const { agent, to, community } = chosen;
  side.replaceChildren(...(agent && to ? pathPanel() : agent && chosen.team ? teamPanel() : agent ? agentPanel() : community ? islandPanel() : legend()));
  const on = graph.nodes.filter((node) => node.on), missing = on.filter((node) => node.missing).length;
  const all = [count(on.length - missing, "agent"), missing ? `${number(missing)} missing` : "", count(graph.ties.filter((tie) => tie.on).length, "statement")].filter(Boolean).join(", ");
  status.textContent = !on.length ? "Nothing is left by these filters." : agent ? `${cut(agent.title, 40)}: names ${new Set(agent.out.filter((tie) => tie.on).map((tie) => tie.to)).size}, named by ${new Set(agent.into.filter((tie) => tie.on).map((tie) => tie.from)).size}` : all;
};

// --- fields and filters -------------------------------------------------------------------------------

/** A field below which agents are suggested while one types. */
const suggest = (input, found, picked, wanted = () => true) => {
  let at = 0, nodes = [];
  const close = () => { found.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const point = (place) => {
    at = (place + nodes.length) % nodes.length;
    [...found.children].forEach((item, i) => item.setAttribute("aria-selected", i === at));
    input.setAttribute("aria-activedescendant", found.children[at].id);
    found.children[at].scrollIntoView({ block: "nearest" });
  };
  const pick = (node) => { close(); input.value = ""; picked(node); };
  const score = (node, asked) => {
    node.folded ??= fold(node.title);
    const place = node.folded.indexOf(asked);
    return place < 0 ? 0 : (node.folded === asked ? 8 : place === 0 ? 5 : /[^\p{L}\p{N}]/u.test(node.folded[place - 1]) ? 3 : 1) - (node.missing ? .5 : 0) + Math.min(node.degree, 99) / 400;
  };
  const search = () => {
    const typed = fold(input.value.trim());
    if (!typed) { close(); return; }
    nodes = graph.nodes.filter(wanted).map((node) => [score(node, typed), node]).filter(([much]) => much > 0).sort((a, b) => b[0] - a[0] || a[1].at - b[1].at).slice(0, 8).map(([, node]) => node);
    found.replaceChildren(...nodes.map((node, i) => {
      const item = make("li", { role: "option", id: `${found.id}-${i}` }, make("span", { dir: "auto" }, node.title), make("small", {}, node.missing ? "missing" : node.home));
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => pick(node));
      return item;
    }));
    if (!nodes.length) found.replaceChildren(make("li", { role: "option", "aria-disabled": "true", class: "as-quiet" }, "No agent of that name."));
    found.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (nodes.length) point(0);
  };
  input.addEventListener("input", search);
  input.addEventListener("focus", () => { if (input.value.trim()) search(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { if (!found.hidden) { close(); event.preventDefault(); } return; }
    if (event.key === "Enter") { event.preventDefault(); if (found.hidden) search(); if (nodes.length && input.value.trim()) pick(nodes[at]); return; }
    if (found.hidden || !nodes.length) return;
    if (event.key === "ArrowDown") { point(at + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { point(at - 1); event.preventDefault(); }
  });
};

const choosers = [];
/** A list of boxes to tick; none ticked means all. */
const chooser = (name, options, key, all, several) => {
  const whole = box.querySelector(`[data-as-choose="${name}"]`), summary = whole.querySelector("summary"), group = whole.querySelector("div");
  const ticks = options.map(([value, title, many]) => {
    const tick = make("input", { type: "checkbox", value });
    tick.addEventListener("change", () => go({ [key]: new Set(ticks.filter((each) => each.checked).map((each) => each.value)) }, { filters: true }));
    group.append(make("label", {}, tick, make("span", { dir: "auto" }, title), make("span", { class: "as-count" }, number(many))));
    return tick;
  });
  const none = make("button", { type: "button", class: "as-link" }, all);
  none.addEventListener("click", () => go({ [key]: new Set() }, { filters: true }));
  group.append(none);
  whole.addEventListener("keydown", (event) => { if (event.key === "Escape" && whole.open) { whole.open = false; summary.focus(); event.stopPropagation(); } });
  document.addEventListener("pointerdown", (event) => { if (whole.open && !whole.contains(event.target)) whole.open = false; });
  choosers.push(() => {
    const wanted = chosen[key];
    for (const tick of ticks) tick.checked = wanted.has(tick.value);
    none.hidden = !wanted.size;
    summary.textContent = !wanted.size ? all : wanted.size === 1 ? cut(options.find(([value]) => wanted.has(value))?.[1] ?? "", 26) : `${wanted.size} ${several}`;
    whole.classList.toggle("as-chosen-some", wanted.size > 0);
  });
};
const controls = () => {
  for (const refresh of choosers) refresh();
  withMissing.checked = chosen.missing;
  withAlone.checked = chosen.alone;
};

// --- the beginning ------------------------------------------------------------------------------------

const dress = () => {
  const dark = document.body.dataset.mdColorScheme === "slate", { light, dark: night } = graph.palette;
  for (const [place, colour] of (dark ? night : light).entries()) box.style.setProperty(`--as-island-${place}`, colour);
};
let hint = 0;
const told = (what, first) => {
  if (what === "fit") fit();
  else if (what === "size" && chart) { if (upright() || first) fit(true); }
  else if (what === "wheel" && !hint) {
    const before = status.textContent;
    status.textContent = "Hold Ctrl to zoom, or click into the map first.";
    hint = setTimeout(() => { hint = 0; status.textContent = before; }, 1800);
  }
};
/** Lay the map as the window is; whether that turned it. */
const upright = () => {
  const { width, height } = chart, wrong = graph.turned ? width > height * 1.2 : height > width * 1.05;
  if (wrong) turn(graph);
  return wrong;
};
const pickAt = (what) => {
  if (!what) { if (chosen.agent && (chosen.to || chosen.team)) go({ agent: chosen.agent }); else if (chosen.agent || chosen.community) go(NOTHING); } // one step back
  else if (what.kind) go({ community: what });
  else go({ agent: what });
};

try {
  const answer = await fetch(box.dataset.map);
  if (!answer.ok) throw new Error(`${answer.status}`);
  graph = read(await answer.json());
  chosen = asked();
  reveal();
  dress();
  new MutationObserver(dress).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
  chooser("relation", graph.relations.map(({ name, out, count: many }) => [name, out, many]), "relations", "All relations", "relations");
  const homes = new Map();
  for (const node of graph.nodes) if (!node.missing) homes.set(node.collection, (homes.get(node.collection) ?? 0) + 1);
  chooser("collection", graph.collections.map(([name, title]) => [name, title, homes.get(name) ?? 0]), "collections", "All collections", "collections");
  withMissing.addEventListener("change", () => go({ missing: withMissing.checked }, { filters: true }));
  withAlone.addEventListener("change", () => go({ alone: withAlone.checked }, { filters: true }));
  suggest(box.querySelector("#as-graph-q"), box.querySelector("#as-graph-found"), (node) => go({ agent: node }));
  const zooms = { in: () => chart.zoom(1.5, undefined, undefined, false), out: () => chart.zoom(1 / 1.5, undefined, undefined, false), fit: () => fit() };
  for (const button of box.querySelectorAll("[data-zoom]")) button.addEventListener("click", zooms[button.dataset.zoom]);
  addEventListener("popstate", () => { chosen = asked(); show(); });
  chart = new Chart(canvas, graph, { choose: pickAt, told, buttons: box.querySelector(".as-zoom") });
  upright();
  show({ first: true });
  window.agentGraph = {
    choose: (key) => go({ agent: graph.byKey.get(key) ?? null }),
    place: (key) => chart.place(graph.byKey.get(key)),
    focused: () => chosen.agent?.key ?? null,
    path: (a, b) => path(graph.byKey.get(a), graph.byKey.get(b))?.steps.map((step) => [step.here.key, step.there.key, step.back]) ?? null,
    team: (key) => { const found = team(graph, graph.byKey.get(key)); return { members: found.members.map(([node]) => node.key), roles: found.roles.map(([node]) => node.key), exact: found.exact }; },
  };
  box.dataset.ready = "";
} catch {
  status.textContent = "The map could not be loaded; the list below says the same.";
  box.classList.add("as-graph--none");
}
