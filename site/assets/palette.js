/* Finding an agent from any page: a field whose list is filled while one types, in a dialog or below the field of the home page. */

import { catalogue } from "./facets.js";
import { Index, Language } from "./search.js";

const { make, mark } = window.agentSpecs;
const MOST = 8;

const fetched = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
};
let finder = null;
const finderOf = (root) => {
  finder ??= Promise.all([fetched(`${root}api/search.json`), fetched(`${root}api/search-terms.json`)]).then(([cards, terms]) => {
    const { agents } = catalogue(cards);
    return { agents, index: new Index(new Language(terms.tables), terms.factors, agents).add(terms) };
  }).catch((error) => { finder = null; throw error; });
  return finder;
};

/** Makes a field a combobox over `list`; `tell` is given what there is to say of the results. */
export const combobox = (root, input, list, tell) => {
  let at = -1, round = 0;
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) input.setAttribute(name, value);
  const point = (place) => {
    const items = [...list.querySelectorAll("[role=option]")];
    at = place === null || !items.length ? -1 : (place + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute("aria-selected", i === at));
    if (at < 0) input.removeAttribute("aria-activedescendant"); else { input.setAttribute("aria-activedescendant", items[at].id); items[at].scrollIntoView({ block: "nearest" }); }
  };
  const show = async () => {
    const mine = round += 1;
    let found;
    try { found = await finderOf(root); } catch { tell("The index could not be loaded."); return; }
    if (mine !== round) return;
    const { agents, index } = found, asked = input.value.trim();
    const groups = asked ? index.find(input.value) : [];
    list.replaceChildren(...groups.slice(0, MOST).map((same, i) => {
      const agent = agents[same[0]], where = same.length > 1 ? `${same.length} versions` : agent.collection;
      return make("li", { role: "presentation" },
        make("a", { href: root + agent.url, role: "option", id: `${list.id}-${i}`, "aria-selected": "false", tabindex: "-1" }, mark(agent), make("span", {}, agent.title), make("small", {}, `${where} · ${agent.summary}`)));
    }));
    input.setAttribute("aria-expanded", groups.length > 0);
    list.hidden = !groups.length;
    tell(asked ? groups.length : null, agents.length);
    point(input.dataset.first === undefined ? null : 0);
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { point(at + 1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { point(at < 0 ? -1 : at - 1); event.preventDefault(); }
    else if (event.key === "Enter" && list.children[at]) { list.querySelectorAll("[role=option]")[at].click(); event.preventDefault(); }
    else if (event.key === "Escape" && !list.hidden && input.dataset.first === undefined) { list.hidden = true; input.setAttribute("aria-expanded", "false"); point(null); event.preventDefault(); }
  });
  return show;
};

/** Fills the dialog somebody opened; what they have typed by now counts. */
export const fill = (root, input, list, note) => {
  const show = combobox(root, input, list, (said, of) => {
    if (said === null) note.textContent = `Type a name, a task, a tool: ${of.toLocaleString("en")} agents.`;
    else if (said) note.replaceChildren(make("a", { href: `${root}catalogue/?q=${encodeURIComponent(input.value)}` }, `${said > MOST ? `All ${said.toLocaleString("en")}` : said} in the catalogue`));
    else note.textContent = said === 0 ? "Nothing answers to that. Try other words." : said;
  });
  show();
};

/** Suggestions below the field of a form that would do without them. */
export const suggest = (root, input) => {
  const list = make("ul", { id: "as-suggested", class: "as-suggested", role: "listbox", "aria-label": "Agents found", hidden: true });
  const note = make("span", { class: "as-hidden", role: "status" });
  input.after(list, note);
  const show = combobox(root, input, list, (said) => { note.textContent = said === null ? "" : `${said} found`; });
  input.addEventListener("blur", () => setTimeout(() => { list.hidden = true; }, 200));
  if (input.value) show();
};
