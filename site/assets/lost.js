/* On the page for addresses that lead nowhere: the agents whose own address is nearest. */
(async () => {
  "use strict";
  const box = document.querySelector("[data-as-lost]");
  if (!box || !window.agentSpecs) return;
  const { make, index } = window.agentSpecs;
  const root = box.dataset.root === "." ? "./" : `${box.dataset.root.replace(/\/$/, "")}/`;

  /** An address as words apart: what stands between signs, without case, accents, endings of files and `agents`. */
  const parts = (address) => {
    let plain = address;
    try { plain = decodeURIComponent(address); } catch { /* As it was typed. */ }
    return plain.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\.(html?|md|ya?ml|json)$/, "").split("/")
      .filter((part) => part && part !== "index" && part !== "agent" && part !== "agents");
  };
  /** Runs of two letters; how many two texts share says how near they are, whatever was left out or swapped. */
  const pairs = (text) => {
    const found = new Map();
    for (let at = 0; at < text.length - 1; at += 1) found.set(text.slice(at, at + 2), (found.get(text.slice(at, at + 2)) ?? 0) + 1);
    return found;
  };
  const alike = (one, other) => {
    let common = 0, all = 0;
    for (const [pair, times] of one) { common += Math.min(times, other.get(pair) ?? 0); all += times; }
    for (const times of other.values()) all += times;
    return all ? (2 * common) / all : 0;
  };

  const base = new URL(root, location.href).pathname;
  const asked = parts(location.pathname.startsWith(base) ? location.pathname.slice(base.length) : location.pathname);
  if (!asked.length) return;
  const last = asked.at(-1), lastPairs = pairs(last), wholePairs = pairs(asked.join("/"));
  const input = document.getElementById("lost-q");
  if (input) input.value = last.replace(/[-_]+/g, " ");
  let data;
  try { data = await index(root); } catch { return; }
  const wanted = last.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const near = (url) => {
    const own = parts(url), name = own.at(-1) ?? "", said = new Set(name.split(/[^\p{L}\p{N}]+/u));
    const held = wanted.length && wanted.every((word) => said.has(word)) ? 0.6 : 0;
    return 2 * Math.max(held, alike(lastPairs, pairs(name))) + alike(wholePairs, pairs(own.join("/")));
  };
  const all = [
    ...data.agents.map((agent) => ({ url: agent.url, title: agent.title, note: agent.collection })),
    ...data.collections.map((one) => ({ url: one.url, title: one.title, note: "collection" })),
  ];
  const found = all.map((one) => [near(one.url), one]).filter(([much]) => much >= 1.2).sort((a, b) => b[0] - a[0] || (a[1].url < b[1].url ? -1 : 1));
  if (!found.length) return;
  box.querySelector("ul").replaceChildren(...found.slice(0, 5).map(([, one]) =>
    make("li", {}, make("a", { href: root + one.url }, one.title), " ", make("span", { class: "as-quiet" }, one.note))));
  box.hidden = false;
})();
