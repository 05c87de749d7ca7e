/* The catalogue's data: agents from the columns of api/search.json, and what a choice of facets leaves of them. No page is touched here. */

import { led } from "./search.js";

const fromDigit = (digit) => parseInt(digit, 16);
const plain = (title) => (/^[A-Za-z0-9]/.test(title) ? title : title.replace(/^[^\p{L}\p{N}]+/u, "")).toLowerCase();
const before = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const address = (path) => path.split("/").map(encodeURIComponent).join("/");

class Agent {
  constructor(columns, at, [home, collection], deprecated, held) {
    this.number = at;
    this.id = columns.ids[at];
    this.key = home ? `${home}/${this.id}` : this.id;
    this.name = columns.names[at] || this.id.slice(this.id.lastIndexOf("/") + 1);
    this.title = columns.titles[at];
    this.summary = columns.summaries[at];
    this.plain = plain(this.title);
    this.tokens = columns.tokens[at];
    this.hue = 30 * fromDigit(columns.hues[at]); // of a circle, as everywhere else
    this.known = fromDigit(columns.known[at]);
    this.group = columns.groups[at] ?? at;
    this.deprecated = deprecated;
    this.held = held; // only a summary of it is published
    this.collection = collection;
  }

  get url() { return `agents/${address(this.key)}/`; }

  get api() { return `api/agents/${address(this.key)}.json`; }
}

/** Agents by number, and the facets; a facet's `of` holds for each agent the place of its value, or a list of places. */
export const catalogue = (columns) => {
  const facets = columns.facets.map((facet) => ({ ...facet, place: new Map(facet.values.map(([value], at) => [value, at])) }));
  const home = facets.find((facet) => facet.id === "collection"), deprecated = new Set(columns.deprecated), held = new Set(columns.held);
  return { agents: columns.ids.map((_, at) => new Agent(columns, at, home.values[home.of[at]], deprecated.has(at), held.has(at))), facets, badges: columns.badges };
};

/** The places of an agent's values of a facet. */
export const places = (facet, agent) => (typeof facet.of[agent] === "number" ? [facet.of[agent]] : facet.of[agent]);

/** How many of the agents are skills. */
export const skillsOf = ({ agents, facets }) => {
  const format = facets.find((facet) => facet.id === "format"), skill = format.place.get("agent-skill");
  return skill === undefined ? 0 : agents.filter((_, at) => places(format, at).includes(skill)).length;
};

/** Orders that do not depend on what is asked; agents of one name stay together behind the first of them. */
export const SORTS = {
  known: (a, b) => b.known - a.known || before(a.plain, b.plain) || a.number - b.number,
  title: (a, b) => before(a.plain, b.plain) || a.number - b.number,
  shortest: (a, b) => a.tokens - b.tokens || a.number - b.number,
  longest: (a, b) => b.tokens - a.tokens || a.number - b.number,
};

/** What is left of the agents, and for each facet how many agents each value would leave with the other facets as they are.
    `chosen` holds sets of values by facet; `scores` is null where nothing is asked. */
export const select = ({ agents, facets }, chosen, scores) => {
  const counts = facets.map((facet) => new Uint32Array(facet.values.length));
  const wanted = facets.map((facet) => {
    const values = chosen.get(facet.id);
    if (!values?.size) return null;
    const found = new Set();
    for (const value of values) if (facet.place.has(value)) found.add(facet.place.get(value));
    return found;
  });
  const matched = [];
  const numbers = scores ? scores.keys() : agents.keys();
  const fits = (of, set) => (typeof of === "number" ? set.has(of) : of.some((value) => set.has(value)));
  const asked = wanted.flatMap((set, facet) => (set ? [facet] : []));
  for (const at of numbers) {
    let missed = -1, misses = 0;
    for (const facet of asked) if (!fits(facets[facet].of[at], wanted[facet])) { missed = facet; misses += 1; }
    if (misses > 1) continue;
    for (let facet = 0; facet < facets.length; facet += 1) {
      if (misses && facet !== missed) continue;
      const of = facets[facet].of[at];
      if (typeof of === "number") counts[facet][of] += 1; else for (const value of of) counts[facet][value] += 1;
    }
    if (!misses) matched.push(at);
  }
  return { counts, matched };
};

/** The numbers in groups of one name: by score where there are scores and no other order is wanted. Who stands for the
    name comes first in its group, unless the order says otherwise. */
export const arranged = (matched, agents, scores, sort) => {
  const score = scores && sort === "match" ? (at) => scores.get(at) : () => 0;
  const order = SORTS[sort] ?? SORTS.known;
  const compare = scores && sort === "match" ? (a, b) => score(b) - score(a) || a - b : (a, b) => order(agents[a], agents[b]);
  const stands = (at) => agents[at].group === at;
  const within = scores ? (a, b) => scores.get(b) - scores.get(a) || a - b : (a, b) => stands(b) - stands(a) || a - b;
  const groups = new Map();
  for (const at of matched) {
    const same = groups.get(agents[at].group);
    if (same) same.push(at); else groups.set(agents[at].group, [at]);
  }
  const own = sort in SORTS && sort !== "known";
  for (const same of groups.values()) same.sort(own ? compare : within);
  const lead = (same) => (scores && !own ? led(same, agents, scores) : same);
  if (scores && sort === "match") return [...groups.values()].sort((a, b) => compare(a[0], b[0])).map(lead);
  return [...groups.values()].map(lead).sort((a, b) => compare(a[0], b[0]));
};

/** How many agents would be left without one value, or without a whole facet where no value is given. */
export const without = (data, chosen, scores, facet, value) => {
  const less = new Map([...chosen].map(([id, values]) => [id, new Set(values)]));
  if (value === undefined) less.delete(facet);
  else { less.get(facet).delete(value); if (!less.get(facet).size) less.delete(facet); }
  return select(data, less, scores).matched.length;
};
