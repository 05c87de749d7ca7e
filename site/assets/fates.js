/* What becomes of an agent's fields and of what it may touch, in the words of the guide's page on the conversion report. */

export const FATES = ["kept", "changed", "added", "lost"];

/** The fields of one fate, each with its reason. */
export const fields = (report, fate) => report[fate].map(({ field, note }) => (note ? `${field} (${note})` : field)).join(", ");

/** What becomes of the access: the same, narrower, or wider and by what. */
export const access = ({ access: { before, after, wider }, phrases }) => {
  if (wider.length) return `wider: ${wider.map((kind) => phrases[kind] ?? kind).join(", ")}`;
  return before.every((kind) => after.includes(kind)) ? "the same" : "narrower";
};
