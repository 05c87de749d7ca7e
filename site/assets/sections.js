/* The sections of a prompt, out of an agent's canonical document. Our own writer spells that, always in the same way
   (converters/syntax/blocks.py), so this reads its spelling and no other YAML: where it meets another, it says so. */

const ESCAPES = { n: "\n", t: "\t", r: "\r", 0: "\0" };
const ESCAPED = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y, BARE = /[^,[\]{}"][^,[\]{}]*/y, KEY = /([a-z]+): /y;

const unknown = (what) => { throw new SyntaxError(`not our spelling: ${String(what).slice(0, 60)}`); };

const unescaped = (text) => text.replace(ESCAPED, (_, two, four, eight, char) => {
  const point = two ?? four ?? eight;
  return point === undefined ? ESCAPES[char] ?? char : String.fromCodePoint(parseInt(point, 16));
});

/** A value on one line that is not in brackets. */
const scalar = (text) => {
  QUOTED.lastIndex = 0;
  if (text[0] !== '"') return text;
  const found = QUOTED.exec(text);
  return found && QUOTED.lastIndex === text.length ? unescaped(found[1]) : unknown(text);
};

/** A list or mapping in brackets, which are the whole of `text`. */
const bracketed = (text) => {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const value = () => {
    if (text[at] === "{") return inside("}", (held) => { const key = take(KEY) ?? unknown(text.slice(at)); held[key[1]] = value(); }, Object.create(null));
    if (text[at] === "[") return inside("]", (held) => { held.push(value()); }, []);
    const quoted = take(QUOTED);
    return quoted ? unescaped(quoted[1]) : (take(BARE) ?? unknown(text.slice(at)))[0];
  };
  const inside = (end, one, held) => {
    at += 1;
    while (text[at] !== end) {
      one(held);
      if (text.startsWith(", ", at)) at += 2; else if (text[at] !== end) unknown(text.slice(at));
    }
    at += 1;
    return held;
  };
  const all = value();
  return at === text.length ? all : unknown(text.slice(at));
};

/** A literal block whose lines begin after `header`, and the line after it. */
const literal = (lines, start, header, pad) => {
  const [, , chomp] = /^\|(2?)([-+]?)$/.exec(header) ?? unknown(header);
  let end = start;
  while (end < lines.length && (lines[end] === "" || lines[end].startsWith(pad))) end += 1;
  const held = lines.slice(start, end).map((line) => line.slice(pad.length)).join("\n");
  return [chomp === "-" ? held : chomp === "+" ? (end > start ? `${held}\n` : "") : `${held}\n`, end];
};

const section = ({ heading = null, title = null, kind = null, level = null, slot = null, text }) =>
  ({ heading, title, kind, level: level === null ? null : Number(level), slot, text: text ?? unknown("a section without text") });

/** The sections of a canonical document: `heading`, `title`, `kind`, `level`, `slot`, `text`, as its schema has them. */
export const read = (document) => {
  const lines = document.split("\n");
  if (lines.pop() !== "") unknown("no line break at the end");
  let at = lines.findIndex((line) => /^sections:(?: |$)/.test(line));
  if (at < 0) return [];
  if (lines[at] !== "sections:") return bracketed(lines[at].slice(10)).map(section);
  const found = [];
  for (at += 1; at < lines.length && lines[at].startsWith("- ");) {
    if (lines[at].startsWith("- {")) { found.push(bracketed(lines[at].slice(2))); at += 1; continue; }
    const held = Object.create(null);
    found.push(held);
    for (let first = true; at < lines.length && (first || lines[at].startsWith("  ")); first = false) {
      const [, key, said] = /^(?:- | {2})([a-z]+):(?: (.*))?$/s.exec(lines[at]) ?? unknown(lines[at]);
      at += 1;
      if (key === "edits") while (at < lines.length && (lines[at] === "" || /^ {2}(?:- | )/.test(lines[at]))) at += 1;
      else if (said?.[0] === "|") [held[key], at] = literal(lines, at, said, "    ");
      else held[key] = scalar(said ?? unknown(key));
    }
  }
  return found.map(section);
};

const fetched = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
};

/** The sections that an agent's document holds, its record or the canonical one. */
export const sectionsAt = async (address) => {
  const answer = await fetched(address);
  return /\.yaml$/.test(address) ? read(await answer.text()) : (await answer.json()).sections ?? [];
};

/** The sections of an agent by its record; that of a large library says where they are. `null` where they are not published. */
export const sectionsOf = async (record, root) => (record.sections_in ? sectionsAt(root + record[record.sections_in]) : record.sections ?? null);

/** The prompt to the character. */
export const joined = (sections) => (sections ?? []).map(({ heading, text }) => (heading ?? "") + text).join("");
