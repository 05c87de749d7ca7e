/* Agents laid beside each other, by the rules of `specs compare`: which sections are each other's counterparts, which
   fields say the same, and where two texts are worded otherwise. No page is touched here. */

const SPACE = /[\s\x1c-\x1f\x85]+/u;
const words = (text) => text.split(SPACE).filter(Boolean);
const textOf = (section) => (section.heading ?? "") + section.text;

/** An agent's name, or a title, as references spell it. */
export const slug = (text) => text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");

/* --- fields ----------------------------------------------------------------------------------- */

/** What an agent says outside its prompt, by field; `null` where it says nothing. */
const fieldsOf = (agent) => {
  const said = { name: agent.name, ...agent.settings };
  for (const name of ["description", "when_to_use", "tools"]) if (agent[name] !== null && agent[name] !== undefined) said[name] = agent[name];
  if (agent.tags?.length) said.tags = agent.tags;
  if (agent.tools && !agent.tools.deny?.length) said.tools = { allow: agent.tools.allow };
  for (const hidden of ["aliases", "id", "extensions"]) delete said[hidden];
  for (const [owner, keys] of Object.entries(agent.extensions ?? {})) for (const [key, value] of Object.entries(keys)) said[`${owner}.${key}`] = value;
  return said;
};

const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value && typeof value === "object") return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
  return value;
};
const written = (value) => JSON.stringify(sorted(value ?? null));
const meaning = (name, value) => {
  if (name !== "tools" || !value || typeof value !== "object") return written(value);
  return written(Object.fromEntries(Object.entries(value).map(([key, tools]) => [key, Array.isArray(tools) ? tools.map(written).sort() : tools])));
};

/** Every field that some agent says: its name, the values in the order of the agents, and whether all mean the same. */
export const fields = (agents, order) => {
  const said = agents.map(fieldsOf), place = (name) => (order.includes(name) ? order.indexOf(name) : order.length);
  const names = [...new Set(said.flatMap((one) => Object.keys(one)))].sort((a, b) => place(a) - place(b));
  return names.map((name) => {
    const values = said.map((one) => one[name] ?? null);
    return { name, values, same: new Set(values.map((value) => meaning(name, value))).size === 1 };
  });
};

/* --- sections --------------------------------------------------------------------------------- */

const titleOf = (section) => slug(section.title || section.heading || "");
const byKindAndTitle = (section) => JSON.stringify([section.slot ?? null, section.kind ?? null, titleOf(section)]);
const byTitle = titleOf;
const byKind = (section) => section.kind ?? null;
const byLevel = (section) => section.level ?? 0;

/** What counterparts have in common, the surest first; and where titles are in different languages. */
const WAYS = [byKindAndTitle, byTitle, byKind], FOREIGN = [byTitle, byLevel];

/** Each key with how many of it stood before. */
const numbered = (keys) => {
  const met = new Map();
  return keys.map((key) => {
    const count = met.get(key) ?? 0;
    met.set(key, count + 1);
    return key === null ? null : `${count} ${typeof key} ${key}`;
  });
};

/** The longest row of keys in both, the nth of a key standing for the nth; no key has no counterpart. */
const common = (ones, others) => {
  const places = new Map(numbered(others).map((key, place) => [key, place]));
  const pairs = numbered(ones).flatMap((key, one) => (key !== null && places.has(key) ? [[one, places.get(key)]] : []));
  const ends = [], longest = []; // for each length the least place a row of that length ends at
  for (const [, other] of pairs) {
    let low = 0, high = ends.length;
    while (low < high) { const middle = (low + high) >> 1; if (ends[middle] < other) low = middle + 1; else high = middle; }
    ends[low] = other;
    longest.push(low);
  }
  const row = [];
  let wanted = ends.length - 1;
  for (let at = pairs.length - 1; at >= 0; at -= 1) {
    if (longest[at] === wanted && (!row.length || pairs[at][1] < row.at(-1)[1])) { row.push(pairs[at]); wanted -= 1; }
  }
  return row.reverse();
};

/** The places of counterparts, in order and never crossing; what a surer way matches bounds the next. */
const matched = (ones, others, ways, at = [0, 0]) => {
  if (!ways.length || !ones.length || !others.length) return [];
  const found = [];
  let before = [-1, -1];
  for (const [one, other] of [...common(ones.map(ways[0]), others.map(ways[0])), [ones.length, others.length]]) {
    const gap = [before[0] + 1, before[1] + 1];
    found.push(...matched(ones.slice(gap[0], one), others.slice(gap[1], other), ways.slice(1), [at[0] + gap[0], at[1] + gap[1]]));
    if (one < ones.length) found.push([at[0] + one, at[1] + other]);
    before = [one, other];
  }
  return found;
};

const shownOf = (agent) => (agent.sections ?? []).filter(({ heading, text }) => heading !== null || words(text).length);

/** Rows of sections that are each other's counterparts, one a column for each agent, `null` where it has none.
    `english` are the words by which English is told. */
export const align = (agents, english) => {
  const spoken = agents.map((agent) => language((agent.sections ?? []).map(textOf).join(""), english));
  let rows = shownOf(agents[0]).map((section) => [section]);
  agents.slice(1).forEach((agent, at) => {
    const number = at + 1, ones = rows.map((row) => row.find(Boolean)), others = shownOf(agent);
    const foreign = spoken[0] !== null && spoken[number] !== null && spoken[0] !== spoken[number];
    const grown = [], none = Array(number).fill(null);
    let before = [-1, -1];
    for (const [one, other] of [...matched(ones, others, foreign ? FOREIGN : WAYS), [ones.length, others.length]]) {
      for (const row of rows.slice(before[0] + 1, one)) grown.push([...row, null]);
      for (const section of others.slice(before[1] + 1, other)) grown.push([...none, section]);
      if (one < rows.length) grown.push([...rows[one], others[other]]);
      before = [one, other];
    }
    rows = grown;
  });
  return rows;
};

/** Whether two sections, or none, are equal but for white space at the ends. */
export const isSame = (one, other) => (one && textOf(one).trim()) === (other && textOf(other).trim());

/* --- languages -------------------------------------------------------------------------------- */

const SAMPLE = 4000, GLANCE = 1000, ENOUGH = 0.04, WEIGHT = 3; // as converters.prose.tongue has them
const count = (text, sign) => (text.match(sign) ?? []).length;

/** The language of a prompt, told by its script and its commonest words; `null` where it cannot be told. */
export const language = (text, english) => {
  const signs = [...text.slice(0, 2 * SAMPLE)].slice(0, SAMPLE), sample = signs.join("");
  const share = (part) => {
    const said = words(part.toLowerCase()).filter((word) => /^\p{L}/u.test(word));
    return said.length ? said.filter((word) => english.has(word)).length / said.length : 0;
  };
  const latin = count(sample, /[A-Za-z\u00c0-\u024f]/g), kana = count(sample, /[\u3041-\u30ff]/g), han = count(sample, /[\u3400-\u9fff]/g);
  if ((kana + han) * WEIGHT > latin) return kana * 10 > han ? "ja" : "zh";
  const others = [["ko", count(sample, /[\uac00-\ud7a3]/g)], ["ru", count(sample, /[\u0400-\u04ff]/g)], ["ar", count(sample, /[\u0600-\u06ff]/g)]];
  const [name, most] = others.reduce((best, one) => (one[1] > best[1] ? one : best));
  if (most * (name === "ko" ? WEIGHT : 1) > latin) return name;
  return share(signs.slice(0, GLANCE).join("")) >= 2 * ENOUGH || share(sample) >= ENOUGH ? "en" : null;
};

/* --- words ------------------------------------------------------------------------------------ */

const MOST = 1_000_000; // lines, or words, of one side times those of the other that are looked at
const ALIKE = 0.4, GROWN = 0.9, FEW = 8; // as converters.comparison has them

/** Runs that stay and runs that go or come: `[same, ones, others]`, from the longest common row of equal members. */
const edits = (left, right) => {
  let start = 0, end = 0;
  const least = Math.min(left.length, right.length);
  while (start < least && left[start] === right[start]) start += 1;
  while (end < least - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end += 1;
  const found = start ? [[true, left.slice(0, start), right.slice(0, start)]] : [];
  const ones = left.slice(start, left.length - end), others = right.slice(start, right.length - end);
  if (ones.length * others.length > MOST || !ones.length || !others.length) {
    if (ones.length || others.length) found.push([false, ones, others]);
  } else {
    const columns = others.length + 1, best = new Uint16Array((ones.length + 1) * columns);
    for (let i = ones.length - 1; i >= 0; i -= 1) for (let j = others.length - 1; j >= 0; j -= 1) {
      best[i * columns + j] = ones[i] === others[j] ? best[(i + 1) * columns + j + 1] + 1 : Math.max(best[(i + 1) * columns + j], best[i * columns + j + 1]);
    }
    let i = 0, j = 0;
    const put = (same, one, other) => {
      if (found.at(-1)?.[0] !== same) found.push([same, [], []]); // what the ends have in common never meets what is alike between
      found.at(-1)[1].push(...one);
      found.at(-1)[2].push(...other);
    };
    while (i < ones.length || j < others.length) {
      if (i < ones.length && j < others.length && ones[i] === others[j]) { put(true, [ones[i]], [others[j]]); i += 1; j += 1; }
      else if (j >= others.length || (i < ones.length && best[(i + 1) * columns + j] >= best[i * columns + j + 1])) { put(false, [ones[i]], []); i += 1; }
      else { put(false, [], [others[j]]); j += 1; }
    }
  }
  if (end) found.push([true, left.slice(left.length - end), right.slice(right.length - end)]);
  return found;
};

const reworded = (one, other) => {
  const ones = words(one), others = words(other), found = edits(ones, others);
  const kept = found.reduce((sum, [same, stayed]) => sum + (same ? stayed.length : 0), 0);
  const [shorter, longer] = [ones.length, others.length].sort((a, b) => a - b);
  if (kept < ALIKE * longer && (kept < GROWN * shorter || shorter < FEW)) return [["first", one], ["second", other]].filter(([, text]) => text);
  return found.flatMap(([same, left, right]) => (same ? [["same", left.join(" ")]] : [["first", left.join(" ")], ["second", right.join(" ")]].filter(([, text]) => text)));
};

/** Two texts as passages, in order: `{ same: lines }` for what stays, line by line as the second has it, and
    `{ pieces: [[sign, text]] }` for what is worded otherwise, a sign being `same`, `first` or `second`.
    Lines that differ in white space alone are the same. */
export const passages = (one, other) => {
  const lines = (text) => text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/u).filter((line) => words(line).length);
  const ones = lines(one), others = lines(other), folded = (line) => words(line).join(" ");
  let at = 0;
  return edits(ones.map(folded), others.map(folded)).map(([same, left, right]) => {
    const own = others.slice(at, at += right.length);
    return same ? { same: own } : { pieces: reworded(left.join(" "), right.join(" ")), lines: [left, right] };
  });
};
