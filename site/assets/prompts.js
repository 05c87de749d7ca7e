/* Searching inside prompts: the words of all prompts lie in files by the alphabet, of which a question needs one or two a word.
   What stands around the words comes from the agents' own files. */

import { Index } from "./search.js";
import { joined, sectionsOf } from "./sections.js";

const fetched = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
};

export class Prompts {
  constructor(root, language, factors, agents) {
    this.root = root;
    this.index = new Index(language, factors, agents);
    this.files = new Map();
    this.starts = null;
  }

  /** What answers a text; the files it needs are fetched first. */
  async answer(text) {
    this.starts ??= fetched(`${this.root}api/prompts/index.json`).then(({ starts }) => starts);
    const starts = await this.starts.catch((error) => { this.starts = null; throw error; });
    const { language } = this.index, said = language.words(text);
    const wanted = new Set(said.map((word) => language.stem(word)).filter((stem) => !language.quiet.has(stem)).map((stem) => at(starts, stem)));
    if (said.length) for (let file = at(starts, said.at(-1)), most = file + 2; file <= at(starts, `${said.at(-1)}\uffff`) && file < most; file += 1) wanted.add(file);
    await Promise.all([...wanted].filter((file) => file >= 0).map((file) => this.load(file)));
    return this.index.answer(text, true);
  }

  load(file) {
    if (!this.files.has(file)) {
      const loading = fetched(`${this.root}api/prompts/${file}.json`).then((part) => { this.index.add(part); });
      loading.catch(() => this.files.delete(file));
      this.files.set(file, loading);
    }
    return this.files.get(file);
  }
}

/** The last file that begins at or before a word. */
const at = (starts, word) => {
  let low = 0, high = starts.length;
  while (low < high) { const middle = (low + high) >> 1; if (starts[middle] <= word) low = middle + 1; else high = middle; }
  return low - 1;
};

const AROUND = 220;

/** The part of a prompt where most of the terms stand together, as pieces of text; every second piece is one of the words. */
export const passage = (text, language, terms) => {
  const found = [];
  for (const { index, 0: word } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    const stem = language.stem(word.toLowerCase());
    if (terms.has(stem)) found.push({ from: index, to: index + word.length, stem });
  }
  if (!found.length) return null;
  let best = 0, most = 0;
  found.forEach((start, first) => {
    const near = new Set();
    for (let i = first; i < found.length && found[i].to - start.from < AROUND; i += 1) near.add(found[i].stem);
    if (near.size > most) { most = near.size; best = first; }
  });
  const open = Math.max(0, text.lastIndexOf(" ", Math.max(0, found[best].from - 60)) + 1, text.lastIndexOf("\n\n", found[best].from) + 2);
  const close = Math.min(text.length, open + AROUND + 40);
  const pieces = [];
  let last = open;
  for (const { from, to } of found.slice(best)) {
    if (to > close) break;
    pieces.push(text.slice(last, from), text.slice(from, to));
    last = to;
  }
  const rest = text.slice(last, close);
  pieces.push(close < text.length ? rest.slice(0, Math.max(rest.lastIndexOf(" "), 0)) : rest);
  const tidy = (piece) => piece.replace(/\s*\n[\s#>*|•-]*(?:\d+[.)]\s)?/g, " · ").replace(/[#*`_|]+/g, " ").replace(/\s+/g, " ");
  return [open > 0 ? "… " : "", ...pieces.map(tidy), close < text.length ? " …" : ""].reduce((all, piece, place, every) => {
    if (place === 1) all[0] += piece; // the dots and the words before the first hit are one piece
    else if (place === every.length - 1) all[all.length - 1] += piece;
    else all.push(piece);
    return all;
  }, []);
};

/** The whole prompt of an agent, from its file; empty where it is not shown. */
export const promptOf = async (root, agent) => joined(await sectionsOf(await fetched(root + agent.api), root));
