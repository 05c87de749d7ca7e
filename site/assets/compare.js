/* Two to five agents side by side, from their JSON; nothing is sent anywhere. What agents say only ever becomes text. */
import { align, fields, isSame, passages } from "./comparison.js";
import { combobox } from "./palette.js";
import { sectionsOf } from "./sections.js";

const { make, mark } = window.agentSpecs;
const box = document.querySelector("[data-as-compare]");
const root = box.dataset.root || "./";
const one = (selector) => box.querySelector(selector);
const out = one(".as-comparison__out"), status = one(".as-status"), variantsRow = one(".as-variants-row");
const input = one("#as-pick"), list = one("#as-pick-list"), said = one("[data-as-pick-said]");
const LETTERS = ["a", "b", "c", "d", "e"], FOLD = 5, SEVERAL = 8;
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const address = (key) => key.split("/").map(encodeURIComponent).join("/");
const nameOf = (key) => key.split("/").pop(), homeOf = (key) => key.split("/")[0];
/** Where an agent is: its collection, and among others of its name there also the folder in which their ways part. */
const placeOf = (key, keys) => {
  const [home, ...way] = key.split("/"), name = way.pop();
  let others = keys.filter((other) => other !== key && homeOf(other) === home && nameOf(other) === name);
  const folder = others.length && way.find((part, at) => !(others = others.filter((other) => other.split("/")[at + 1] === part)).length);
  return folder ? `${home}, ${folder}` : home;
};

const fetched = async (place) => {
  const answer = await fetch(root + place);
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${place}`), { status: answer.status });
  return answer.json();
};
const known = new Map();
/** An agent by its key; `{ key, missing }` where there is none, and an error where nobody can tell. */
const agentOf = (key) => {
  if (!known.has(key)) {
    known.set(key, fetched(`api/agents/${address(key)}.json`).then(async (agent) => ({ ...agent, key, sections: await sectionsOf(agent, root) })).catch((error) => {
      if (error.status === 404) return { key, missing: true };
      known.delete(key);
      throw error;
    }));
  }
  return known.get(key);
};
let told = null;
const tables = () => {
  told ??= fetched("api/comparing.json").then((found) => ({ ...found, order: Object.keys(found.fields), english: new Set(found.common_english) })).catch((error) => { told = null; throw error; });
  return told;
};

/* --- the address ------------------------------------------------------------------------------ */

const chosen = () => {
  const asked = new URLSearchParams(location.search);
  return [...new Set(LETTERS.map((letter) => asked.get(letter)?.trim().replace(/^\/+|\/+$/g, "")).filter(Boolean))];
};
const addressOf = (keys) => {
  const query = keys.map((key, at) => `${LETTERS[at]}=${encodeURIComponent(key).replaceAll("%2F", "/")}`).join("&");
  return location.pathname + (query && `?${query}`);
};
const go = (keys) => {
  history.pushState(null, "", addressOf(keys));
  return draw();
};
const add = (key) => {
  const keys = chosen();
  if (keys.includes(key)) said.textContent = "It is here already.";
  else if (keys.length === LETTERS.length) said.textContent = "Five agents are the most. Remove one first.";
  else go([...keys, key]);
};
/** Without one agent; the keyboard stays where it was. */
const remove = async (key) => {
  await go(chosen().filter((other) => other !== key));
  (out.querySelector(".as-heads button") ?? input).focus();
};

/* --- values in words -------------------------------------------------------------------------- */

const item = (value) => (typeof value === "string" ? value : Array.isArray(value?.only) ? `${value.tool} (${value.only.join(", ")} only)` : JSON.stringify(value));
const spoken = (name, value) => {
  if (value === null) return name === "tools" || name === "model" ? "left to the host" : "says nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (name === "tools") {
    const deny = value.deny?.length ? `; never ${value.deny.map(item).join(", ")}` : "";
    return (value.allow === "all" ? "all the host has" : (value.allow ?? []).map(item).join(", ") || "none") + deny;
  }
  if (Array.isArray(value) && !value.some((each) => each && typeof each === "object")) return value.join(", ") || "none";
  return JSON.stringify(value);
};
const labelOf = (name, words) => {
  const [owner, ...key] = name.split(".");
  const label = key.join(".").replaceAll("_", " ") || (words[name] ?? name.replaceAll("_", " "));
  const shown = label.slice(0, 1).toUpperCase() + label.slice(1);
  return key.length ? make("span", {}, shown, make("small", {}, `of ${owner} alone`)) : shown;
};

/* --- texts with their differences ------------------------------------------------------------- */

const line = (text, sign = null, ...children) => make("div", { class: sign ? `as-line as-line--${sign}` : "as-line" }, ...(children.length ? children : [text]));
const piece = ([sign, text], at) => [at ? " " : "", sign === "same" ? text : make(sign === "first" ? "del" : "ins", {}, text)];
/** Lines that say the same; many fold into one that can be opened. */
const folded = (lines) => (lines.length <= FOLD ? lines.map((text) => line(text)) : [
  line(lines[0]), make("details", {}, make("summary", {}, `${lines.length - 2} lines the same`), ...lines.slice(1, -1).map((text) => line(text))), line(lines.at(-1)),
]);
/** A text beside that of the first: `side` says whose words are shown, those of both where it is null. */
const beside = (base, text, side) => {
  const found = passages(base, text), apart = ({ same, pieces }) => !same && pieces.every(([sign]) => sign !== "same");
  if (found.every(apart)) return plain(side === "first" ? base : text); // two texts, not two wordings of one
  return found.flatMap((passage) => {
    if (passage.same) return folded(passage.same);
    if (!apart(passage)) return [line("", "changed", ...passage.pieces.filter(([sign]) => sign === "same" || !side || sign === side).flatMap(piece))];
    const [left, right] = passage.lines;
    return [...(side === "second" ? [] : left.map((each) => line("", "gone", make("del", {}, each)))), ...(side === "first" ? [] : right.map((each) => line("", "come", make("ins", {}, each))))];
  });
};
const plain = (text) => text.split("\n").filter((each) => each.trim()).map((each) => line(each));
/** Texts in the order of the agents, `null` where there is none: those of two show each its own words, of more each what it does to the first. */
const texts = (all, none) => {
  const base = all.findIndex((text) => text !== null), two = all.length === 2;
  return all.map((text, at) => {
    if (text === null) return [make("span", { class: "as-quiet" }, none)];
    if (at === base) return two && all[1] !== null ? beside(text, all[1], "first") : plain(text);
    if (text.trim() === all[base].trim()) return [make("span", { class: "as-quiet" }, "the same as the first")];
    return two ? beside(all[base], text, "second") : beside(all[base], text, null);
  });
};

/* --- the table -------------------------------------------------------------------------------- */

const row = (label, cells, { same = false, sign = "" } = {}) => make("tr", { role: "row", class: same ? "as-row as-row--same" : "as-row" },
  make("th", { scope: "row", role: "rowheader" }, make("span", { class: "as-row__label" }, label, sign && make("span", { class: "as-row__sign" }, sign))),
  ...cells.map((cell) => make("td", { role: "cell" }, ...[cell].flat())));
/** Every cell says whose it is, for screens on which they stand one below the other. */
const owned = (agents, rows) => {
  const shared = new Set(agents.map(({ title }) => title)).size < agents.length;
  const names = agents.map(({ title, place }) => (shared ? `${title}, ${place}` : title));
  if (agents.length > 1) for (const each of rows) each.querySelectorAll("td").forEach((cell, at) => { cell.dataset.agent = names[at]; });
  return rows;
};
const table = (name, agents, rows) => make("table", { class: "as-beside", role: "table", "aria-label": name },
  make("thead", { role: "rowgroup", class: "as-hidden" }, make("tr", { role: "row" }, make("th", { scope: "col", role: "columnheader" }, "What"), ...agents.map((agent) => make("th", { scope: "col", role: "columnheader" }, `${agent.title}, ${agent.place}`)))),
  make("tbody", { role: "rowgroup" }, ...owned(agents, rows)));

const differing = (values) => new Set(values.map((value) => JSON.stringify(value))).size > 1;
const accessRow = (agents, phrases) => {
  const all = agents.map((agent) => agent.access ?? []);
  const everywhere = (id) => all.every((ids) => ids.includes(id));
  const cells = all.map((ids) => make("ul", { class: "as-plain as-may" }, ...ids.map((id) => {
    const phrase = phrases[id] ?? `may use ${id}`;
    return make("li", {}, everywhere(id) ? phrase : make("strong", {}, phrase), !everywhere(id) && agents.length > 1 ? make("small", {}, ` ${all.filter((others) => others.includes(id)).length === 1 ? "only here" : "not in all"}`) : null);
  })));
  return row("What it may touch", cells, { same: !differing(all.map((ids) => [...ids].sort())) });
};
const factRows = (agents) => [
  ["Collection", (agent) => agent.collection],
  ["Format", (agent) => agent.format ?? "not stated"],
  ["Licence", (agent) => (agent.license === "NOASSERTION" ? "not stated" : agent.license)],
  ["Length", (agent) => `${(agent.characters ?? 0).toLocaleString("en")} characters`],
  ["Works with", (agent) => [...new Set(agent.works_with.map((tie) => tie.agent.split("/").pop()))].sort().join(", ") || "nobody named"],
].map(([label, of]) => [label, agents.map(of)]).map(([label, values]) => row(label, values.map(String), { same: !differing(values) }));

const fieldRows = (agents, words) => {
  const rows = fields(agents, words.order).map(({ name, values, same }) => {
    const prose = !same && values.some((value) => typeof value === "string" && value.includes(" "));
    const cells = prose ? texts(values.map((value) => (value === null ? null : spoken(name, value))), "says nothing") : values.map((value) => (value === null ? make("span", { class: "as-quiet" }, spoken(name, value)) : spoken(name, value)));
    return row(labelOf(name, words.fields), cells, { same });
  });
  const every = [accessRow(agents, words.access), ...rows, ...factRows(agents)];
  const isTheSame = (each) => each.classList.contains("as-row--same");
  return [...every.filter((each) => !isTheSame(each)), ...every.filter(isTheSame)];
};

const sectionRows = (agents, words) => {
  const shown = agents.filter((agent) => agent.sections);
  if (!shown.length) return [];
  const place = agents.map((agent) => shown.indexOf(agent));
  return align(shown, words.english).map((sections) => {
    const base = sections.find(Boolean), there = sections.filter(Boolean);
    const same = there.length === shown.length && sections.every((section) => isSame(base, section));
    const cells = texts(sections.map((section) => section && (section.heading ?? "") + section.text), "no such section");
    const only = shown.length > 1 && there.length === 1 ? `only in ${shown[sections.indexOf(base)].title}` : "";
    const sign = only || (shown.length < 2 ? "" : same ? "the same" : there.length < shown.length ? "not in all" : "reworded");
    const label = make("span", {}, base.title || "Before the first heading", base.kind ? make("span", { class: "as-kind" }, base.kind) : null);
    return row(label, place.map((at) => (at < 0 ? make("span", { class: "as-quiet" }, "not published here") : same && at > 0 ? make("span", { class: "as-quiet" }, "the same") : cells[at])), { same: same && shown.length > 1, sign });
  });
};

const head = (agent, at) => {
  const off = make("button", { type: "button", class: "as-text-button", "aria-label": `Remove ${agent.title}` }, "Remove");
  off.addEventListener("click", () => remove(agent.key));
  const first = at > 0 && make("button", { type: "button", class: "as-text-button", "aria-label": `Put first: ${agent.title}` }, "Put first");
  if (first) first.addEventListener("click", () => go([agent.key, ...chosen().filter((key) => key !== agent.key)]).then(() => out.querySelector(".as-heads a").focus()));
  return make("div", { class: "as-heads__one" },
    make("p", { class: "as-heads__title" }, mark(agent), make("a", { href: root + agent.url }, agent.title)),
    make("p", { class: "as-heads__where" }, make("span", {}, agent.place), ...(first ? [first] : []), off));
};

/** The names stand above the columns however far one reads down, and move sideways with them. */
const together = (heads, scroller) => {
  const follow = (one_, other) => one_.addEventListener("scroll", () => { if (Math.abs(other.scrollLeft - one_.scrollLeft) > 1) other.scrollLeft = one_.scrollLeft; }, { passive: true });
  follow(scroller, heads);
  follow(heads, scroller); // a name that is focused comes into view by itself
};

const counted = (rows) => {
  const same = rows.filter((each) => each.classList.contains("as-row--same")).length;
  return { same, other: rows.length - same };
};
let showSame = false;

const compared = (agents, words) => {
  const about = fieldRows(agents, words), parts = sectionRows(agents, words);
  const held = agents.filter((agent) => !agent.sections);
  const heads = make("div", { class: "as-heads", role: "group", "aria-label": "The agents" }, make("div", { class: "as-heads__in" }, make("span", {}), ...agents.map(head)));
  const sections = parts.length ? [make("h2", {}, "Prompt"), table("Prompt, section by section", agents, parts)] : [];
  const scroller = make("div", { class: "as-scrollx", role: "region", tabindex: 0, "aria-label": "Comparison; scrolls sideways" }, make("h2", { class: "as-first" }, "What they say of themselves"), table("Fields", agents, about), ...sections);
  const view = make("div", { class: "as-compared" }, heads, scroller);
  view.style.setProperty("--n", agents.length);
  view.dataset.n = agents.length;
  view.dataset.many = agents.length > 3;
  const check = make("input", { type: "checkbox" });
  check.checked = showSame;
  const tell = () => { showSame = check.checked; view.classList.toggle("as-compared--all", showSame || agents.length === 1); };
  check.addEventListener("change", tell);
  tell();
  together(heads, scroller);
  const fieldCount = counted(about), partCount = counted(parts);
  const copy = make("button", { type: "button", class: "as-button" }, "Copy link");
  copy.addEventListener("click", async () => {
    copy.textContent = await navigator.clipboard.writeText(location.href).then(() => "Copied", () => "Could not copy");
    setTimeout(() => { copy.textContent = "Copy link"; }, 1800);
  });
  const whole = parts.length && !partCount.other && !held.length;
  return {
    summary: `${plural(fieldCount.other, "field")} differ${fieldCount.other === 1 ? "s" : ""} and ${fieldCount.same} ${fieldCount.same === 1 ? "is" : "are"} the same. ${whole ? "The prompts are the same." : parts.length && agents.length - held.length > 1 ? `Of ${plural(parts.length, "section")} ${partCount.same || "none"} ${partCount.same === 1 || !partCount.same ? "is" : "are"} the same in all.` : ""}`,
    parts: [
      make("div", { class: "as-compared__bar" }, ...(agents.length > 1 ? [make("label", {}, check, " Show also what is the same")] : []), copy),
      ...held.map((agent) => make("p", { class: "as-note" }, `The prompt of ${agent.title} is not published here; only its summary is compared: `, make("span", {}, agent.summary || "it has none"), ".")),
      view,
    ],
  };
};

/* --- what may be added ------------------------------------------------------------------------ */

const suggestions = (agents, words) => {
  const keys = new Set(agents.map((agent) => agent.key)), found = new Map();
  for (const agent of agents) {
    for (const { exact, agents: family } of words.families) if (family.includes(agent.key)) for (const key of family) if (!keys.has(key)) found.set(key, exact ? "exact copy" : "copy");
    for (const key of agent.variants) if (!keys.has(key) && !found.has(key)) found.set(key, "same name");
  }
  return found;
};
const offer = (agents, words) => {
  const found = agents.length && agents.length < LETTERS.length ? suggestions(agents, words) : new Map();
  variantsRow.hidden = !found.size;
  const keys = [...agents.map(({ key }) => key), ...found.keys()];
  const buttons = [...found].slice(0, SEVERAL).map(([key, kind]) => {
    const button = make("button", { type: "button", class: "as-chip" }, `+ ${nameOf(key)} in ${placeOf(key, keys)}`, make("small", {}, kind));
    button.addEventListener("click", () => add(key));
    return button;
  });
  variantsRow.replaceChildren(...(found.size ? [make("span", { class: "as-quiet" }, "Variants to add: "), ...buttons, found.size > SEVERAL ? make("span", { class: "as-quiet" }, `and ${found.size - SEVERAL} more`) : ""] : []));
};

const nothing = (words) => {
  const families = words.families.slice(0, 6).map(({ exact, agents }) => {
    const keys = agents.slice(0, LETTERS.length), name = keys[0].split("/").pop();
    return make("li", {}, make("a", { href: addressOf(keys) }, name), ` ${plural(agents.length, exact ? "exact copy" : "copy").replace("copys", "copies")}, in ${[...new Set(agents.map((key) => key.split("/")[0]))].slice(0, 3).join(", ")}`);
  });
  return [make("div", { class: "as-none" }, make("p", {}, make("strong", {}, "No agent is chosen yet.")), make("p", { class: "as-quiet" }, "Search above, or press “Compare” on an agent's page."),
    ...(families.length ? [make("h2", {}, "Copies to compare"), make("ul", {}, ...families)] : []))];
};

const unknown = (agent) => {
  const off = make("button", { type: "button", class: "as-text-button" }, "Remove it");
  off.addEventListener("click", () => remove(agent.key));
  const name = agent.key.split("/").pop();
  return make("p", { class: "as-note as-note--warning" }, `There is no agent ${agent.key} here. `, make("a", { href: `${root}catalogue/?q=${encodeURIComponent(name.replaceAll("-", " "))}` }, "Search for it"), " ", off);
};

let round = 0;
const draw = async () => {
  const mine = round += 1, keys = chosen();
  box.removeAttribute("data-ready");
  if (keys.length) status.textContent = "Loading …";
  let agents, words;
  try { [words, ...agents] = await Promise.all([tables(), ...keys.map(agentOf)]); } catch {
    if (mine !== round) return;
    const again = make("button", { type: "button", class: "as-button" }, "Try again");
    again.addEventListener("click", draw);
    status.textContent = "The agents could not be loaded.";
    out.replaceChildren(again);
    return;
  }
  if (mine !== round) return;
  const here = agents.filter((agent) => !agent.missing).map((agent) => ({ ...agent, place: placeOf(agent.key, keys) })), missing = agents.filter((agent) => agent.missing).map(unknown);
  offer(here, words);
  if (!here.length) {
    status.textContent = missing.length ? "Nothing to compare." : "Choose two agents or more.";
    out.replaceChildren(...missing, ...nothing(words));
  } else {
    const { summary, parts } = compared(here, words);
    status.textContent = here.length === 1 ? "One agent. Add another to compare it with." : summary;
    out.replaceChildren(...missing, ...parts);
  }
  document.title = `${here.length ? here.map(({ title }) => title).join(" and ") : "Compare"} · ${document.title.split(" · ").pop()}`;
  input.disabled = keys.length >= LETTERS.length;
  input.placeholder = input.disabled ? "Five are the most" : "A name, a task, a tool";
  box.dataset.ready = "";
};

/* --- the picker ------------------------------------------------------------------------------- */

const show = combobox(root, input, list, (found) => { said.textContent = typeof found === "string" ? found : found === null ? "" : plural(found, "name"); });
const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); };
list.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  const path = new URL(link.href).pathname, start = new URL(`${root}agents/`, location.href).pathname;
  input.value = "";
  close();
  add(path.slice(start.length).replace(/\/$/, "").split("/").map(decodeURIComponent).join("/"));
  input.focus();
});
input.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { input.value = ""; close(); }
  else if (event.key === "Enter" && list.hidden && input.value.includes("/")) add(input.value.trim());
});
input.addEventListener("focus", () => { if (input.value) show(); });
input.addEventListener("blur", () => setTimeout(close, 200));
window.addEventListener("popstate", draw);
await draw();
