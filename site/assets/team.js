/* The smallest team around some agents, by the very search of `specs team` (converters/graph/team.py): for whatever a
   member hands on there is a member that takes it. The fewest members win, then the fewest collections, then those that
   most names mean by folder. No page is touched here. */

const WEIGHED = 100_000; // members of all teams tried where names leave a choice, as there

/** The graph of `api/teams.json`, ready for `team`. */
export const read = (told) => {
  const numbers = new Map(told.keys.map((key, at) => [key, at])), roles = told.keys.length;
  const requests = (at) => told.requests[at] ?? [];
  const needs = new Map();
  const needsOf = (at) => {
    if (!needs.has(at)) {
      const found = requests(at).map(([, ...meant]) => meant).filter(([first]) => first < roles);
      needs.set(at, [...new Map(found.map((meant) => [meant.join(), meant])).values()]);
    }
    return needs.get(at);
  };
  return { told, numbers, roles, requests, needsOf };
};

const collectionsOf = (graph, members) => new Set(members.map((at) => graph.told.keys[at].split("/")[0])).size;
const compare = (one, other) => {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) if (one[at] !== other[at]) return one[at] - other[at];
  return one.length - other.length;
};

/** Who is whose kin (two that one name may mean are), and what all of a kin need; `bound` says below which size no team is. */
const kinship = (graph, asked) => {
  const kin = new Map(), seen = new Set(asked), queue = [...asked];
  const head = (at) => {
    let top = at;
    while ((kin.get(top) ?? top) !== top) top = kin.get(top);
    for (let here = at; here !== top;) { const next = kin.get(here); kin.set(here, top); here = next; }
    return top;
  };
  while (queue.length) {
    for (const need of graph.needsOf(queue.pop())) for (const option of need) {
      kin.set(head(option), head(need[0]));
      if (!seen.has(option)) { seen.add(option); queue.push(option); }
    }
  }
  const common = new Map();
  for (const at of seen) {
    const needed = new Set(graph.needsOf(at).map(([first]) => head(first))), before = common.get(head(at));
    common.set(head(at), before ? new Set([...before].filter((one) => needed.has(one))) : needed);
  }
  /** The members, one more for each kin that is needed next, and one for each kin that all of these need. */
  return (members, open) => {
    const here = new Set([...members].map(head)), found = new Set(open.map(([first]) => head(first)));
    for (const one of found) for (const other of common.get(one)) if (!here.has(other)) found.add(other); // a set gives what is added while it is walked
    return members.size + found.size;
  };
};

/** Members with others, and all whom these need without a choice; `open` are the needs that leave one. */
const grown = (graph, bound, members, open, added) => {
  const found = new Set(members), queue = [...added], needs = [...open];
  while (queue.length) {
    const at = queue.pop();
    if (found.has(at)) continue;
    found.add(at);
    for (const need of graph.needsOf(at)) if (need.length === 1) queue.push(need[0]); else needs.push(need);
  }
  const still = [...new Map(needs.map((need) => [need.join(), need])).values()].filter((need) => !need.some((at) => found.has(at)));
  const sorted = [...found].sort((a, b) => a - b); // keys are in order, so numbers are
  return { members: found, sorted, open: still, bound: bound(found, still), collections: collectionsOf(graph, sorted) };
};

const smallest = (graph, asked) => {
  const bound = kinship(graph, asked), stack = [grown(graph, bound, [], [], asked)];
  let best = null, weighed = 0;
  while (stack.length && (!best || weighed < WEIGHED)) {
    const { members, sorted, open, bound: least, collections } = stack.pop();
    weighed += members.size;
    if (best && least > best.cost[0]) continue;
    if (!open.length) {
      const far = sorted.reduce((sum, at) => sum + graph.needsOf(at).filter(([first]) => !members.has(first)).length, 0);
      const cost = [sorted.length, collections, far, ...sorted];
      if (!best || compare(cost, best.cost) < 0) best = { cost, members };
      continue;
    }
    const need = open.reduce((first, one) => (one.length < first.length || (one.length === first.length && compare(one, first) < 0) ? one : first));
    const ways = need.map((option) => grown(graph, bound, members, open, [option]));
    stack.push(...ways.sort((a, b) => b.bound - a.bound || b.collections - a.collections || compare(b.sorted, a.sorted)));
  }
  return { members: best.members, exact: stack.every((left) => left.bound >= best.members.size) };
};

/** The team around agents, by key: `{ members, roles, choices, exact }`.
    Members and roles say who of the team asks for them, and by which relation; `choices` is how many requests may mean
    several agents; `exact` is false where the search for the smallest team was not through. Unknown keys are left out. */
export const team = (graph, keys) => {
  const asked = keys.flatMap((key) => (graph.numbers.has(key) ? [graph.numbers.get(key)] : []));
  const { members: chosen, exact } = smallest(graph, asked);
  const taken = (meant) => meant.find((at) => chosen.has(at));
  const order = new Set(asked);
  for (let ring = [...order]; ring.length;) {
    ring = [...new Set(ring.flatMap((at) => graph.needsOf(at).map(taken)))].filter((at) => !order.has(at)).sort((a, b) => a - b);
    for (const at of ring) order.add(at);
  }
  const because = new Map();
  let choices = 0;
  for (const at of order) for (const [relation, ...meant] of graph.requests(at)) {
    const target = meant[0] < graph.roles ? taken(meant) : meant[0];
    if (!because.has(target)) because.set(target, []);
    because.get(target).push({ agent: graph.told.keys[at], relation });
    if (meant.length > 1) choices += 1;
  }
  const roles = [...because].filter(([at]) => at >= graph.roles).map(([at, reasons]) => ({ ...graph.told.roles[at - graph.roles], because: reasons }));
  const askers = ({ because: reasons }) => new Set(reasons.map(({ agent }) => agent)).size;
  const first = new Set(asked);
  return {
    members: [...order].map((at) => ({ agent: graph.told.keys[at], title: graph.told.titles[at], asked: first.has(at), because: because.get(at) ?? [] })),
    roles: roles.sort((a, b) => askers(b) - askers(a) || (a.name < b.name ? -1 : 1)),
    choices, exact,
  };
};
