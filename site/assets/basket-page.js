/* The basket's page: several agents, whom they still need, and one archive of them in the format of one tool.
   What agents say only ever becomes text. */
import { held, hold, watch } from "./basket.js";
import { access, FATES, fields } from "./fates.js";
import { read, team } from "./team.js";

const { make, mark } = window.agentSpecs;
const box = document.querySelector("[data-as-basketpage]");
const root = box.dataset.root || "./", converts = "converts" in box.dataset;
const site = box.dataset.url || new URL(root, document.baseURI).href;
const one = (selector) => box.querySelector(selector);
const status = one(".as-status"), list = one(".as-held__list"), needs = one(".as-needs__out"), out = one(".as-home__out"), select = one("#as-home-format");
const REMEMBERED = "as-format"; // the format chosen last, as on an agent's page
const plural = (count, word, more = `${word}s`) => `${count} ${count === 1 ? word : more}`;
const address = (key) => key.split("/").map(encodeURIComponent).join("/");
const quoted = (word) => (/^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", "'\"'\"'")}'`);
const nameOf = (key) => key.split("/").pop();

const fetched = async (place) => {
  const answer = await fetch(root + place);
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${place}`), { status: answer.status });
  return answer;
};
const kept = new Map();
/** What `make_` gives for a key, once; a failure is tried again when it is next asked for. */
const once = (key, make_) => {
  if (!kept.has(key)) kept.set(key, make_().catch((error) => { kept.delete(key); throw error; }));
  return kept.get(key);
};
const agentOf = (key) => once(key, () => fetched(`api/agents/${address(key)}.json`).then((answer) => answer.json()).then((agent) => ({ ...agent, key })).catch((error) => {
  if (error.status === 404) return { key, missing: true };
  throw error;
}));
const canonicalOf = (agent) => once(`${agent.key} canonical`, () => fetched(agent.canonical).then((answer) => answer.text()));
/* What lies around an agent in a file it shares with others: with it, that file is written as it was. */
const sharedOf = ({ shared }) => (shared ? once(shared, () => fetched(shared).then((answer) => answer.text())) : null);
const graph = () => once("teams", () => fetched("api/teams.json").then((answer) => answer.json()).then(read));
const targets = () => once("targets", () => fetched("api/targets.json").then((answer) => answer.json()));

/* --- the address ------------------------------------------------------------------------------ */

/** The agents an address names: keys are separated by commas, and a comma of a key is encoded. */
const named = () => {
  const asked = /[?&]agents=([^&]*)/.exec(location.search)?.[1];
  if (!asked) return null;
  try { return [...new Set(asked.split(",").map((key) => decodeURIComponent(key.replaceAll("+", " ")).replace(/^\/+|\/+$/g, "")).filter(Boolean))]; } catch { return null; }
};
const wanted = () => new URLSearchParams(location.search).get("to");
const same = (one_, other) => one_.length === other.length && one_.every((key) => other.includes(key));

/* Somebody else's basket is looked at, and changed, without touching one's own. */
const shared = { on: named() !== null && !same(named(), held()), keys: named() ?? [] };
const keysNow = () => (shared.on ? shared.keys : held());
const write = () => {
  const keys = keysNow(), said = [keys.length && `agents=${keys.map(address).map((key) => key.replaceAll(",", "%2C")).join(",")}`, select.value && keys.length && `to=${encodeURIComponent(select.value)}`].filter(Boolean);
  history.replaceState(null, "", location.pathname + (said.length ? `?${said.join("&")}` : ""));
};
const change = (keys) => {
  if (shared.on) { shared.keys = keys; draw(); } else hold(keys); // which draws
};

/** With more agents; the button that did it is gone then, so the keyboard goes to the heading of them all. */
const grow = (keys) => {
  change([...keysNow(), ...keys]);
  awaited.then(() => one("#as-held-title").focus());
};

const banner = () => {
  const place = one(".as-shared");
  place.hidden = !shared.on;
  if (!shared.on) return;
  const own = held();
  const leave = (keys) => { shared.on = false; hold(keys); };
  const button = (label, how, main) => {
    const made = make("button", { type: "button", class: `as-button${main ? " as-button--main" : ""}` }, label);
    made.addEventListener("click", how);
    return made;
  };
  place.replaceChildren(make("div", { class: "as-note" }, make("p", {}, own.length ? `This basket came with the address. Your own, with ${plural(own.length, "agent")}, is untouched.` : "This basket came with the address."),
    make("p", { class: "as-buttons" }, button(own.length ? "Add these to mine" : "Keep it as mine", () => leave([...own, ...shared.keys]), true), own.length ? button("Go to mine", () => leave(own)) : null)));
};

/* --- the agents ------------------------------------------------------------------------------- */

const badges = (agent) => (agent.access ?? []).map((id) => make("span", { class: `as-badge as-badge--${/^[a-z]+$/.test(id) ? id : "other"}` }, id === "none" ? "no tools" : id));
const listed = (agent) => {
  const off = make("button", { type: "button", class: "as-text-button", "aria-label": `Remove ${agent.title ?? agent.key}` }, "Remove");
  off.addEventListener("click", () => {
    const next = off.closest("li").nextElementSibling ?? off.closest("li").previousElementSibling, key = next?.dataset.key;
    change(keysNow().filter((other) => other !== agent.key));
    awaited.then(() => ([...list.children].find((item) => item.dataset.key === key)?.querySelector("button") ?? one("a, button"))?.focus());
  });
  if (agent.missing) return make("li", { "data-key": agent.key, class: "as-held__one" }, make("p", {}, make("strong", {}, agent.key), " ", make("span", { class: "as-badge as-badge--warn" }, "no such agent here")), off);
  return make("li", { "data-key": agent.key, class: "as-held__one" }, mark(agent),
    make("div", { class: "as-held__words" }, make("p", { class: "as-who" }, make("a", { href: root + agent.url }, agent.title), " ", make("span", { class: "as-quiet" }, agent.collection), " ", make("span", { class: "as-pills" }, ...badges(agent))),
      make("p", { class: "as-quiet" }, agent.canonical ? agent.summary ?? "" : "Its file is not published here, so it is not part of the archive. Its page tells where it comes from.")), off);
};

const buttons = (agents) => {
  const clear = make("button", { type: "button", class: "as-button as-button--quiet" }, "Empty the basket");
  clear.addEventListener("click", () => { change([]); one(".as-basketpage__empty a")?.focus(); });
  const copy = make("button", { type: "button", class: "as-button" }, "Copy link");
  copy.addEventListener("click", async () => {
    copy.textContent = await navigator.clipboard.writeText(location.href).then(() => "Copied", () => "Could not copy");
    setTimeout(() => { copy.textContent = "Copy link"; }, 1800);
  });
  const some = agents.filter(({ missing }) => !missing).slice(0, 5);
  const beside = some.length > 1 && make("a", { class: "as-button", href: `${root}compare/?${some.map(({ key }, at) => `${"abcde"[at]}=${encodeURIComponent(key)}`).join("&")}` }, agents.length > 5 ? "Compare the first five" : "Compare them");
  one(".as-held__buttons").replaceChildren(copy, ...(beside ? [beside] : []), clear);
};

/* --- whom they still need ------------------------------------------------------------------------ */

const short = (titles) => {
  const shown = titles.length > 3 ? [...titles.slice(0, 3), `${titles.length - 3} more`] : titles;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown[0];
};
const reasons = (because, found, relations) => {
  const titles = new Map(found.told.keys.map((key, at) => [key, found.told.titles[at]])), by = new Map();
  for (const { agent, relation } of because) by.set(relation, new Set([...(by.get(relation) ?? []), titles.get(agent)]));
  return [...by].map(([relation, who]) => `${short([...who])} ${who.size > 1 ? plurals(relations[relation]) : relations[relation]} it`).join("; ");
};
/** `hands over to` as several do it: `hand over to`. */
const plurals = (words) => words.replace(/^(\w+?)s\b/, "$1");

const team_ = (keys, found) => {
  const { members, roles, choices, exact } = team(found, keys), others = members.filter(({ asked }) => !asked);
  const away = new Set((found.told.held ?? []).map((at) => found.told.keys[at])), there = others.filter(({ agent }) => !away.has(agent));
  const unknown = keys.filter((key) => !found.numbers.has(key)).length;
  const parts = [];
  if (others.length) {
    const all = make("button", { type: "button", class: "as-button as-button--main" }, there.length < others.length ? `Add the ${plural(there.length, "agent")} to be had here` : `Complete the team: add ${plural(others.length, "agent")}`);
    all.addEventListener("click", () => grow(there.map(({ agent }) => agent)));
    parts.push(there.length ? make("p", {}, all) : "", make("ul", { class: "as-plain as-team" }, ...others.map(({ agent, title, because }) => {
      const add = make("button", { type: "button", class: "as-text-button", "aria-label": `Add ${title}` }, "Add");
      add.addEventListener("click", () => grow([agent]));
      return make("li", { "data-key": agent }, make("p", { class: "as-who" }, make("a", { href: `${root}agents/${address(agent)}/` }, title), " ", make("span", { class: "as-quiet" }, agent.split("/")[0]), " ", away.has(agent) ? make("span", { class: "as-tier" }, "summary only") : add), make("p", { class: "as-quiet" }, reasons(because, found, found.told.relations)));
    })));
  } else parts.push(make("p", { class: "as-note as-note--good" }, unknown === keys.length ? "Nothing is known of whom they hand work to." : roles.length ? "Nobody else of this catalogue is needed; only the roles below are open." : "Nobody: whatever one of them hands on, another takes."));
  if (choices) parts.push(make("p", { class: "as-quiet" }, `${plural(choices, "reference")} may mean several agents of one name; the team is the smallest that serves${exact ? "" : ", as far as was searched"}.`));
  if (roles.length) parts.push(make("h3", {}, "Roles nobody fills"), make("ul", { class: "as-plain as-team" }, ...roles.map(({ name, because, candidates }) => make("li", {},
    make("p", { class: "as-who" }, make("span", { class: "as-missing" }, name), " ", make("span", { class: "as-badge as-badge--warn" }, "no such agent")),
    make("p", { class: "as-quiet" }, reasons(because, found, found.told.relations)),
    candidates.length ? make("p", { class: "as-team__could" }, make("span", { class: "as-quiet" }, "Could fill it: "), ...candidates.filter(([at]) => !keys.includes(found.told.keys[at]) && !away.has(found.told.keys[at])).map(([at, alike, words]) => {
      const key = found.told.keys[at], add = make("button", { type: "button", class: "as-chip", title: alike ? "its name looks alike" : words.join(", ") }, `+ ${found.told.titles[at]}`, make("small", {}, alike ? "alike in name" : words.slice(0, 2).join(", ")));
      add.addEventListener("click", () => grow([key]));
      return add;
    })) : null))));
  needs.replaceChildren(...parts);
};

/* --- taking them home ------------------------------------------------------------------------------ */

let allowed = false, asked = 0, made = null; // what was made last, for these agents and this tool
/** The line that does the same; until the leave it needs is given, how many it would refuse is said beside it. */
const command = (keys) => {
  const leave = made?.leave && `--access ${select.value}=${made.leave}`, wider = made?.reports.filter((report) => report.access.wider.length).length;
  const words = ["specs install", ...keys.map(quoted), `--to ${select.value}`, `--from ${quoted(site)}`, ...(allowed && leave ? [leave] : [])];
  const code = make("code", { id: "as-basket-install", tabindex: "0" }, ...words.flatMap((word, at) => [at ? " " : "", make("span", {}, word)]));
  one(".as-home__command").replaceChildren(make("span", { class: "as-command" }, code, make("button", { type: "button", class: "as-text-button", "data-as-copy": "as-basket-install", "aria-label": "Copy the command" }, "Copy")),
    leave && !allowed ? make("span", { class: "as-quiet as-home__refused" }, `Refuses ${wider} of ${keys.length} as it stands, for ${wider === 1 ? "it" : "they"} may touch more there: tick “I want them all the same” below to add `, make("code", {}, leave), ".") : "");
};
const files = (agents) => {
  one(".as-home__files")?.replaceChildren(...agents.map((agent) => make("li", {}, make("a", { href: root + agent.canonical, download: `${nameOf(agent.key)}.yaml` }, `${agent.key}.yaml`))));
};

const reported = (agents, result) => {
  const written = new Set(result.files.flatMap(({ agents: owners }) => owners));
  const rows = result.reports.map((report, at) => {
    const agent = agents[at], refused = !written.has(report.agent);
    return make("tr", { class: refused ? "as-refused" : null },
      make("th", { scope: "row" }, agent?.title ?? report.agent, refused ? make("span", { class: "as-badge as-badge--error" }, "refused") : null),
      ...FATES.map((word) => make("td", { class: `as-number${report[word].length && word === "lost" ? " as-lost" : ""}`, "data-word": word, title: fields(report, word) }, String(report[word].length))),
      make("td", { "data-word": "access", class: report.access.wider.length ? "as-wider" : null }, access(report)));
  });
  const details = result.reports.map((report, at) => [agents[at], FATES.slice(1).filter((word) => report[word].length), report]).filter(([, words]) => words.length).map(([agent, words, report]) => make("li", {},
    make("strong", {}, agent?.title ?? report.agent), ": ", words.map((word) => `${word} ${fields(report, word)}`).join(". "), "."));
  const lost = result.reports.filter((report) => report.lost.length && written.has(report.agent)).length,
    reasons = result.reports.flatMap((report, at) => (written.has(report.agent) ? [] : report.refused.map((reason) => `${agents[at]?.title ?? report.agent}: ${reason}`))),
    refused = result.reports.filter((report) => !written.has(report.agent)).length;
  return make("div", { class: "as-bundle" },
    result.files.length
      ? make("p", {}, make("strong", {}, `${plural(result.files.length, "file")} for ${plural(result.reports.length - refused, "agent")}. `), refused ? `${plural(refused, "agent")} refused. ` : "", lost ? `${plural(lost, "agent")} ${lost === 1 ? "loses" : "lose"} something.` : "Nothing is lost.")
      : make("p", {}, make("strong", {}, refused === 1 ? "There is no archive: the agent is refused." : `There is no archive: all ${refused} agents are refused.`)),
    result.refused.length ? make("ul", { class: "as-note as-note--warning" }, ...(reasons.length ? reasons : result.refused).map((reason) => make("li", {}, reason))) : null,
    make("div", { class: "as-table", tabindex: 0, role: "region", "aria-label": "What is kept and lost" }, make("table", { class: "as-grid as-fates-all" },
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Agent"), ...FATES.map((word) => make("th", { scope: "col", class: "as-number" }, word[0].toUpperCase() + word.slice(1))), make("th", { scope: "col" }, "Access"))), make("tbody", {}, ...rows))),
    details.length ? make("details", {}, make("summary", {}, "Every field"), make("ul", {}, ...details)) : null,
    result.files.length ? make("details", {}, make("summary", {}, `What is in the archive: ${plural(result.files.length, "file")}`), make("ul", {}, ...result.files.map(({ path }) => make("li", {}, make("code", {}, path))))) : null);
};

/** The archive as the command would write it, with its report on the page; nothing where it could not be made. */
const bundled = async () => {
  const mine = asked += 1;
  const bar = make("progress", { max: 100, value: 0, "aria-label": "Loading the converters" });
  out.replaceChildren(make("p", { class: "as-quiet" }, "Working it out in your browser. "), bar);
  let result, agents;
  try {
    agents = (await Promise.all(keysNow().map(agentOf))).filter(({ canonical }) => canonical);
    const [{ open }, ...texts] = await Promise.all([import("./engine/engine.js"), ...agents.map(canonicalOf)]), around = await Promise.all(agents.map(sharedOf));
    const engine = await open(root, (percent) => { bar.value = percent; });
    result = engine.problem ? engine : await engine.bundle(agents.map(({ key }, at) => ({ canonical: texts[at], path: `${key}.yaml`, ...(around[at] && { shared: around[at] }) })), select.value, { access: allowed ? "allow" : "refuse" });
  } catch (error) { result = { problem: "The agents could not be loaded." }; }
  if (mine !== asked) return null;
  if (result.problem) {
    out.replaceChildren(make("p", { class: "as-note as-note--warning" }, `${result.problem} The command above does the same.`));
    return null;
  }
  made = result;
  command(agents.map(({ key }) => key));
  const parts = [reported(agents, result)];
  if (allowed || result.reports.some((report) => report.access.wider.length)) {
    const check = make("input", { type: "checkbox" });
    check.checked = allowed;
    check.addEventListener("change", async () => { allowed = check.checked; command(agents.map(({ key }) => key)); await bundled(); out.querySelector(".as-leave input")?.focus(); });
    parts.push(make("label", { class: "as-leave" }, check, make("span", {}, " Some may touch more there; I want them all the same")));
  }
  out.replaceChildren(...parts);
  return result;
};

one("[data-as-report]")?.addEventListener("click", bundled);
one("[data-as-zip]")?.addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  const result = await bundled();
  button.disabled = false;
  if (!result?.files.length) return;
  const { save } = await import("./engine/engine.js");
  save(result.zip, `agents-${select.value}.zip`);
});
select.addEventListener("change", () => {
  try { localStorage.setItem(REMEMBERED, select.value); } catch { /* then it is not remembered */ }
  allowed = false;
  made = null;
  out.replaceChildren();
  asked += 1;
  draw();
});

const fill = ({ formats, first }) => {
  if (select.options.length) return;
  const options = (some) => some.map(({ id, title, path }) => make("option", { value: id, "data-path": path }, title));
  select.append(make("optgroup", { label: "Most used" }, ...options(formats.slice(0, first))), make("optgroup", { label: "All others" }, ...options(formats.slice(first))));
  let before = null;
  try { before = localStorage.getItem(REMEMBERED); } catch { /* then the first */ }
  const id = [wanted(), before].find((asked_) => formats.some((format) => format.id === asked_));
  if (id) select.value = id;
};

/* --- the page -------------------------------------------------------------------------------------- */

const empty = () => make("div", { class: "as-none" }, make("p", {}, make("strong", {}, "Nothing is in it yet.")),
  make("p", { class: "as-quiet" }, "Press “+” on a card of the catalogue, or “Add to basket” on an agent's page. The basket stays in this browser."),
  make("p", { class: "as-none__ways" }, make("a", { class: "as-button as-button--main", href: `${root}catalogue/` }, "To the catalogue")));

let round = 0, drawn = "", awaited = Promise.resolve();
const paint = async () => {
  const mine = round += 1, keys = keysNow();
  box.removeAttribute("data-ready");
  banner();
  const sections = box.querySelectorAll("section"), none = one(".as-basketpage__empty");
  none.hidden = keys.length > 0;
  if (!keys.length) { for (const section of sections) section.hidden = true; none.replaceChildren(empty()); status.textContent = ""; }
  if (drawn !== keys.join()) { out.replaceChildren(); asked += 1; drawn = keys.join(); allowed = false; made = null; }
  try {
    const [formats, found, ...agents] = await Promise.all([targets(), graph(), ...keys.map(agentOf)]);
    if (mine !== round) return;
    fill(formats);
    write();
    if (keys.length) {
      for (const section of sections) section.hidden = false;
      const taken = agents.filter(({ canonical }) => canonical), away = agents.length - taken.length;
      status.textContent = `${plural(agents.length, "agent")}${away ? `, ${away} of them not to be had here` : ""}.`;
      list.replaceChildren(...agents.map(listed));
      buttons(agents);
      team_(keys, found);
      one(".as-home").hidden = !taken.length;
      one(".as-home__place").replaceChildren("laid out as ", make("code", {}, select.selectedOptions[0]?.dataset.path ?? ""));
      command(taken.map(({ key }) => key));
      files(taken);
    }
    box.dataset.ready = "";
  } catch {
    if (mine !== round) return;
    const again = make("button", { type: "button", class: "as-button" }, "Try again");
    again.addEventListener("click", draw);
    status.replaceChildren("The agents could not be loaded. ", again);
  }
};
const draw = () => (awaited = paint());
watch(() => draw());
window.addEventListener("popstate", () => { shared.keys = named() ?? []; shared.on = named() !== null && !same(shared.keys, held()); draw(); });
await draw();
