/* The smallest team around some agents, as `specs team` finds it: for whatever a member hands on there is a member that
   takes it. No page is touched here. */

const WEIGHED = 100_000; // members of all teams tried where names leave a choice

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

/** Members with others, and all whom these need without a choice; `open` are the needs that leave one. */
const grown = (graph, members, open, added) => {
  const found = new Set(members), queue = [...added], needs = [...open];
  while (queue.length) {
    const at = queue.pop();
    if (found.has(at)) continue;
    found.add(at);
    for (const need of graph.needsOf(at)) if (need.length === 1) queue.push(need[0]); else needs.push(need);
  }
  const still = [...new Map(needs.map((need) => [need.join(), need])).values()].filter((need) => !need.some((at) => found.has(at)));
  return { members: found, open: still };
};

const smallest = (graph, asked) => {
  const stack = [grown(graph, [], [], asked)];
  let best = null, weighed = 0;
  while (stack.length && (!best || weighed < WEIGHED)) {
    const { members, open } = stack.pop();
    weighed += members.size;
    if (best && members.size + (open.length ? 1 : 0) > best.cost[0]) continue;
    if (!open.length) {
      const sorted = [...members].sort((a, b) => a - b); // keys are in order, so numbers are
      const far = sorted.reduce((sum, at) => sum + graph.needsOf(at).filter(([first]) => !members.has(first)).length, 0);
      const cost = [sorted.length, collectionsOf(graph, sorted), far, ...sorted];
      if (!best || compare(cost, best.cost) < 0) best = { cost, members };
      continue;
    }
    const need = open.reduce((least, one) => (one.length < least.length || (one.length === least.length && compare(one, least) < 0) ? one : least));
    const ways = need.map((option) => grown(graph, members, open, [option]));
    ways.sort((a, b) => b.members.size - a.members.size || collectionsOf(graph, [...b.members]) - collectionsOf(graph, [...a.members]) || compare([...b.members].sort((x, y) => x - y), [...a.members].sort((x, y) => x - y)));
    stack.push(...ways);
  }
  return { members: best.members, exact: !stack.length };
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
