/* Finding agents by what people call things. It ranks as converters/search does, from the index the build made:
   the tables that decide which words are the same, the terms, and for each the agents it stands for. No page is touched here. */

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
const VALUES = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const LAST = 32, FULL = 15, LONGEST = 40;
const CHARACTERS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff";
const CHARACTER = new RegExp(`[${CHARACTERS}]`);
const RUNS = new RegExp(`[${CHARACTERS}]+|(?:(?![${CHARACTERS}])[\\p{L}\\p{N}])+`, "gu");

/** In lower case, without accents. */
export const fold = (text) => (/^[\0-\x7f]*$/.test(text) ? text : text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").normalize("NFC")).toLowerCase();

/** Each key once, the first value kept. */
const putDefault = (map, key, value) => { if (!map.has(key)) map.set(key, value); };

export class Language {
  /** What decides which words are the same. */
  constructor(tables) {
    this.spelled = Object.entries(tables.spelled);
    this.steps = tables.steps;
    this.kept = new Map(Object.entries(tables.kept));
    this.quiet = new Set(tables.quiet);
    this.faint = new Set(tables.faint);
    this.joined = new Map(Object.entries(tables.joined));
    this.same = new Map(Object.entries(tables.same));
    this.leads = new Map(Object.entries(tables.leads));
    this.stems = new Map();
  }

  /** The words of a text, folded, in order. */
  words(text) {
    let folded = ` ${fold(text)}`;
    for (const [sign, word] of this.spelled) folded = folded.replaceAll(sign, ` ${word} `);
    const found = [];
    for (const run of folded.match(RUNS) ?? []) {
      if (!CHARACTER.test(run[0]) || run.length === 1) found.push(run);
      else for (let at = 0; at < run.length - 1; at += 1) found.push(run.slice(at, at + 2));
    }
    return found.filter((word) => [...word].length <= LONGEST);
  }

  /** What all forms of a folded word have in common. */
  stem(word) {
    let found = this.stems.get(word);
    if (found === undefined) this.stems.set(word, found = this.kept.get(word) ?? this.steps.reduce((left, step) => {
      const fits = step.find(([ending]) => left.endsWith(ending));
      return fits && left.length - fits[0].length >= fits[2] ? left.slice(0, left.length - fits[0].length) + fits[1] : left;
    }, word));
    return found;
  }

  /** The stems of one piece of a text, most often one. */
  stemsOf(piece) {
    return /^[\p{L}\p{N}]+$/u.test(piece) && !CHARACTER.test(piece) ? [this.stem(fold(piece))] : this.words(piece).map((word) => this.stem(word));
  }

  /** The terms of stems in order, each with how many stems it stands for. */
  rows(stems) {
    const found = [];
    for (let at = 0; at < stems.length;) {
      let length = Math.min(3, stems.length - at), term;
      while (length && (term = this.joined.get(stems.slice(at, at + length).join(" "))) === undefined) length -= 1;
      found.push(length ? [term, length] : [stems[at], 1]);
      at += length || 1;
    }
    return found;
  }
}

/** From a text of postings the agents' numbers and weights, each number followed by its weight. */
export const unpack = (text) => {
  const found = [];
  let number = 0, distance = 0, scale = 1;
  for (let at = 0; at < text.length; at += 1) {
    const digit = VALUES.get(text.charCodeAt(at));
    if (digit >= LAST) { distance += (digit - LAST) * scale; scale *= LAST; continue; }
    number += distance + digit * scale;
    distance = 0; scale = 1; at += 1;
    found.push(number, VALUES.get(text.charCodeAt(at)));
  }
  return found;
};

export class Index {
  /** `agents` says of each its `name`, its `group` and how well `known` it is; `terms` and `postings` are as the build wrote them. */
  constructor(language, factors, agents) {
    this.language = language;
    this.factors = factors;
    this.agents = agents;
    this.vocabulary = [];
    this.packed = new Map();
    this.unpacked = new Map();
  }

  /** Takes in terms and their postings; to be called for each part in the order of the terms, or for some parts only. */
  add({ terms, postings }) {
    if (!terms) return this;
    const names = terms.split(" "), found = postings.split(" ");
    names.forEach((term, at) => { if (!this.packed.has(term)) this.packed.set(term, found[at]); });
    this.vocabulary = this.vocabulary.length ? [...this.packed.keys()].sort((a, b) => (a < b ? -1 : 1)) : names;
    return this;
  }

  has(term) { return this.packed.has(term); }

  postings(term) {
    let found = this.unpacked.get(term);
    if (!found) this.unpacked.set(term, found = unpack(this.packed.get(term)));
    return found;
  }

  /** How well the terms of a row, all of them known, tell one agent from another. */
  rarity(row) {
    return row.reduce((sum, term) => sum + Math.log2(1 + 1 / (this.postings(term).length / 2 / this.agents.length + this.factors.common)), 0) / row.length;
  }

  /** What a text asks for: for each thing the words, what they weigh, and the rows that answer them, each with how well. */
  asked(text, literal = false) {
    const { language } = this, said = language.words(text), stems = said.map((word) => language.stem(word));
    const taken = literal ? stems.map((stem) => [stem, 1]) : language.rows(stems);
    const ends = said.length > 0 && /[\p{L}\p{N}]$/u.test(text);
    const found = new Map();
    for (let at = 0, start = 0; at < taken.length;) {
      const length = literal ? 1 : this.rowAt(taken, at);
      const row = taken.slice(at, at + length).map(([term]) => term);
      const stop = start + taken.slice(at, at + length).reduce((sum, [, size]) => sum + size, 0);
      const told = said.slice(start, stop).join(" ");
      if (length > 1 || !language.quiet.has(row[0])) putDefault(found, told, this.term(told, row, ends && stop === said.length ? told : "", literal));
      at += length; start = stop;
    }
    if (!found.size && !literal) for (const word of said) putDefault(found, word, this.term(word, [language.stem(word)], word, true));
    return [...found.values()];
  }

  rowAt(taken, at) {
    for (let length = Math.min(this.factors.longest, taken.length - at); length > 1; length -= 1) {
      const row = taken.slice(at, at + length).map(([term]) => term).join(" ");
      if (this.language.same.has(row) || this.language.leads.has(row)) return length;
    }
    return 1;
  }

  term(said, row, unfinished, literal) {
    const { factors, language } = this, key = row.join(" "), meant = new Map([[key, 1]]);
    if (!literal) {
      for (const other of language.same.get(key) ?? []) putDefault(meant, other, factors.same);
      for (const other of language.leads.get(key) ?? []) putDefault(meant, other, factors.leads);
    }
    if (row.length > 1) { for (const part of row) if (!language.quiet.has(part)) putDefault(meant, part, factors.part); }
    else if (unfinished && !this.isWhole(key)) for (const term of this.beginning(unfinished)) putDefault(meant, term, this.has(row[0]) ? factors.begins_known : factors.begins);
    let answers = [...meant].map(([other, much]) => [other.split(" "), much]).filter(([other]) => other.every((term) => this.has(term)));
    const misspelt = !answers.length && row.length === 1 && !literal;
    if (misspelt) answers = this.nearly(row[0]).map((term) => [[term], factors.misspelt]);
    else if (row.every((term) => this.has(term))) {
      const own = this.rarity(row); // no other word tells more than the one that was typed
      answers = answers.map(([other, much]) => [other, much * Math.min(1, own / this.rarity(other))]);
    } else {
      const scale = factors.understood / Math.max(...answers.map(([, much]) => much));
      answers = answers.map(([other, much]) => [other, much * scale]);
    }
    const faint = !literal && row.every((term) => language.faint.has(term) || language.quiet.has(term));
    return { said, weight: !faint ? 1 : row.length === 1 ? factors.faint : factors.phrase, meant: answers, misspelt };
  }

  /** Whether the tables know a word, which then is no beginning of others: "app" of "approach". */
  isWhole(term) {
    const { same, leads, faint, quiet } = this.language;
    return same.has(term) || leads.has(term) || faint.has(term) || quiet.has(term);
  }

  beginning(start) {
    if ([...start].length < 2) return [];
    let low = 0, high = this.vocabulary.length;
    while (low < high) { const middle = (low + high) >> 1; if (this.vocabulary[middle] < start) low = middle + 1; else high = middle; }
    const found = [];
    for (; low < this.vocabulary.length && this.vocabulary[low].startsWith(start); low += 1) found.push(this.vocabulary[low]);
    return this.commonest(found);
  }

  commonest(found) {
    return found.sort((a, b) => this.postings(b).length - this.postings(a).length || (a < b ? -1 : 1)).slice(0, this.factors.most);
  }

  /** The terms spelled most like a word: one letter off, two in a long word; none for a short one. */
  nearly(word) {
    if (word.length < 4) return [];
    const most = word.length > 7 ? 2 : 1;
    let least = most, found = [];
    for (const term of this.vocabulary) {
      if (Math.abs(term.length - word.length) > most || term[0] !== word[0]) continue;
      const off = apart(word, term, most);
      if (off < least) { least = off; found = []; }
      if (off === least) found.push(term);
    }
    return this.commonest(found);
  }

  /** How well each agent answers, by number; those that answer too little are left out. */
  scores(request, literal = false) {
    const { factors, agents } = this;
    const weights = request.map((term) => term.weight * Math.max(0, ...term.meant.map(([row, much]) => much * this.rarity(row))));
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    const sums = new Map(), shares = new Map(), found = new Map();
    if (literal && weights.includes(0)) return found;
    request.forEach((term, at) => {
      const best = new Map();
      for (const [row, much] of term.meant) for (const [agent, there] of this.having(row)) best.set(agent, Math.max(best.get(agent) ?? 0, much * there));
      for (const [agent, much] of best) {
        sums.set(agent, (sums.get(agent) ?? 0) + term.weight * much);
        shares.set(agent, (shares.get(agent) ?? 0) + weights[at] / whole);
      }
    });
    let least = 0;
    for (const share of shares.values()) if (share > least) least = share;
    least = literal ? 1 : factors.share * least;
    for (const [agent, much] of sums) {
      const share = shares.get(agent);
      if (share > least - 1e-9) found.set(agent, Math.round(much * (factors.floor + (1 - factors.floor) * share ** 2) * (1 + factors.known * agents[agent].known) * 1e6) / 1e6);
    }
    return found;
  }

  having(row) {
    const sums = new Map(), counts = new Map();
    for (const term of row) {
      const postings = this.postings(term), rarity = this.rarity([term]) / FULL;
      for (let at = 0; at < postings.length; at += 2) {
        sums.set(postings[at], (sums.get(postings[at]) ?? 0) + postings[at + 1] * rarity);
        counts.set(postings[at], (counts.get(postings[at]) ?? 0) + 1);
      }
    }
    return row.length === 1 ? sums : [...sums].filter(([agent]) => counts.get(agent) === row.length).map(([agent, sum]) => [agent, sum / row.length]);
  }

  /** The scores of all who answer a text, by number, and what was understood of it. */
  answer(text, literal = false) {
    const request = this.asked(text, literal), scores = this.scores(request, literal), name = this.language.words(text).join(" ");
    for (const [agent, score] of scores) if (this.nameOf(agent) === name) scores.set(agent, score * this.factors.named);
    return { request, scores };
  }

  nameOf(agent) {
    const one = this.agents[agent];
    return (one.words ??= this.language.words(one.name).join(" "));
  }

  /** As converters.search.find: lists of agents' numbers, the likeliest first, those of one name together. */
  find(text, literal = false) {
    return grouped(this.answer(text, literal).scores, this.agents);
  }
}

/** Names parted: those that answer well, and those that say little of what several words ask for. */
export const parted = (groups, request, scores, factors) => {
  if (request.reduce((sum, { said }) => sum + said.split(" ").length, 0) < 2) return [groups, []];
  const best = (same) => Math.max(...same.map((agent) => scores.get(agent)));
  const sorted = groups.map(best).sort((a, b) => b - a);
  const least = Math.min(factors.likely * sorted[0], sorted[Math.min(factors.first, sorted.length) - 1]);
  return [groups.filter((same) => best(same) >= least), groups.filter((same) => best(same) < least)];
};

const NEARLY = 0.8; // as converters.search.query
/** Agents of one name, the best first: who stands for the name leads, unless another answers much better. */
export const led = (same, agents, scores) => {
  const at = same.findIndex((agent) => agent === agents[agent].group && scores.get(agent) >= NEARLY * scores.get(same[0]));
  return at > 0 ? [same[at], ...same.slice(0, at), ...same.slice(at + 1)] : same;
};

/** Agents by name, and the names in the order of their best. */
export const grouped = (scores, agents) => {
  const groups = new Map(), order = (a, b) => scores.get(b) - scores.get(a) || a - b;
  for (const agent of scores.keys()) {
    const same = groups.get(agents[agent].group);
    if (same) same.push(agent); else groups.set(agents[agent].group, [agent]);
  }
  for (const same of groups.values()) same.sort(order);
  return [...groups.values()].sort((a, b) => order(a[0], b[0])).map((same) => led(same, agents, scores));
};

/** How many letters are put in, left out, changed or swapped between two words; `most` + 1 where it is more. */
const apart = (one, other, most) => {
  let last, before = [], row = Array.from({ length: other.length + 1 }, (_, j) => j);
  for (let i = 1; i <= one.length; i += 1) {
    [last, before, row] = [before, row, [i]];
    for (let j = 1; j <= other.length; j += 1) {
      row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], last[j - 2] + 1);
    }
    if (Math.min(...row) > most) return most + 1;
  }
  return row[other.length];
};
