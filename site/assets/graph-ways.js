/* The graph's data and what one asks of it: who is near, which way leads from one agent to another, who makes a team. No page is touched here. */

import { read as readTeams, team as smallestTeam } from "./team.js";

const address = (key) => key.split("/").map(encodeURIComponent).join("/");
const byNumber = (a, b) => a.at - b.at;

/** Nodes, ties and islands from the columns of api/graph-map.json. */
export const read = (columns) => {
  const titles = new Map(columns.collections);
  const islands = columns.islands.map(([name, kind, x, y, radius, colour, agents, shape], at) => ({ at, name, kind, x, y, radius, colour, agents, shape, nodes: [] }));
  const nodes = columns.keys.map((key, at) => {
    const missing = at >= columns.agents, collection = key.replace(/^\?/, "").split("/")[0];
    const node = { at, key, title: columns.titles[at], missing, collection, home: titles.get(collection) ?? collection, island: islands[columns.home[at]], x: columns.x[at], y: columns.y[at], out: [], into: [], degree: 0, on: true };
    if (missing) Object.assign(node, columns.missing[at - columns.agents]);
    else Object.assign(node, { page: `agents/${address(key)}/`, document: `api/agents/${address(key)}.json` });
    node.island.nodes.push(node);
    return node;
  });
  const handingOn = new Set(columns.handing_on);
  const relations = columns.relations.map(([name, out, into], at) => ({ at, name, out, into, count: 0, handsOn: handingOn.has(at) }));
  const ties = columns.from.map((from, at) => {
    const tie = { at, from: nodes[from], to: nodes[columns.to[at]], relation: relations[columns.relation[at]], others: (columns.choices[at] ?? []).map((each) => nodes[each]), on: true };
    tie.from.out.push(tie);
    tie.to.into.push(tie);
    tie.relation.count += 1;
    return tie;
  });
  for (const node of nodes) node.degree = new Set([...node.out.map((tie) => tie.to), ...node.into.map((tie) => tie.from)]).size;
  for (const island of islands) island.nodes.sort((a, b) => Number(a.missing) - Number(b.missing) || b.degree - a.degree || a.at - b.at);
  return { nodes, ties, islands, relations, collections: columns.collections, byKey: new Map(nodes.map((node) => [node.key, node])), step: columns.step, palette: columns.palette };
};

/** The map lying on its other side, for windows that are higher than wide. */
export const turn = (graph) => {
  for (const each of [...graph.nodes, ...graph.islands]) [each.x, each.y] = [each.y, each.x];
  graph.turned = !graph.turned;
};

const said = (node) => node.out.filter((tie) => tie.on);
const heard = (node) => node.into.filter((tie) => tie.on);

/** The node, those it names and those that name it, and the ties between it and them. */
export const around = (node) => {
  const ties = [...said(node), ...heard(node)];
  return { nodes: new Set([node, ...ties.flatMap((tie) => [tie.from, tie.to])]), ties: new Set(ties) };
};

const search = (start, end, neighbours) => {
  const cameFrom = new Map([[start, null]]);
  for (const here of cameFrom.keys()) { // a map gives what is added while it is walked
    if (here === end) {
      const way = [];
      for (let node = end; node; node = cameFrom.get(node)) way.unshift(node);
      return way;
    }
    if (here !== start && here.missing) continue; // it says nothing itself
    for (const other of neighbours(here).sort(byNumber)) if (!cameFrom.has(other)) cameFrom.set(other, here);
  }
  return null;
};

/** The fewest ties from one to the other, as `specs graph --path` finds them: backwards only where there is no other way. */
export const path = (start, end) => {
  const forth = (node) => said(node).map((tie) => tie.to);
  const both = (node) => [...forth(node), ...heard(node).map((tie) => tie.from)];
  const way = search(start, end, forth) ?? search(start, end, both);
  if (!way) return null;
  const steps = way.slice(1).map((there, at) => {
    const here = way[at], onward = said(here).filter((tie) => tie.to === there);
    return { here, there, back: !onward.length, ties: onward.length ? onward : said(there).filter((tie) => tie.to === here) };
  });
  return { nodes: new Set(way), ties: new Set(steps.flatMap((step) => step.ties)), steps };
};

/** Who hands work to whom, as the search for teams reads it. */
const requests = (graph) => {
  const agents = graph.nodes.filter((node) => !node.missing), roles = graph.nodes.filter((node) => node.missing);
  const told = (node) => node.out.filter((tie) => tie.relation.handsOn).map((tie) => [tie.at, tie.to.at, ...tie.others.map((other) => other.at)]);
  return readTeams({ keys: agents.map((node) => node.key), titles: agents.map((node) => node.title), requests: Object.fromEntries(agents.map((node) => [node.at, told(node)])), roles: roles.map((node) => ({ key: node.key, name: node.title })) });
};

/** The smallest team around an agent, as `specs team` finds it: members and roles, each with the ties that ask for it. */
export const team = (graph, start) => {
  graph.requests ??= requests(graph);
  const found = smallestTeam(graph.requests, [start.key]);
  const asked = ({ because }) => because.map((each) => graph.ties[each.relation]); // a tie's number stands for its relation
  const members = found.members.map((member) => [graph.byKey.get(member.agent), asked(member)]);
  const roles = found.roles.map((role) => [graph.byKey.get(role.key), asked(role)]);
  const all = [...members, ...roles];
  return { nodes: new Set(all.map(([node]) => node)), ties: new Set(all.flatMap(([, ties]) => ties)), members, roles, choices: found.choices, exact: found.exact };
};
