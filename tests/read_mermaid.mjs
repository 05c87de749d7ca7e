// Reads flowcharts with Mermaid's own parser: node read_mermaid.mjs FOLDER FILE...  -> one line of JSON each.
// FOLDER is where `npm i mermaid jsdom` was run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { resolve } = createRequire(`${folder}/x.js`);
const { JSDOM } = (await import(pathToFileURL(resolve("jsdom")))).default;
const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import(pathToFileURL(`${folder}/node_modules/mermaid/dist/mermaid.core.mjs`));
mermaid.initialize({ maxEdges: 1e9, maxTextSize: 1e9 });

// As Mermaid's renderer does after reading.
const decoded = (text) =>
  text.replaceAll("ﬂ°°", "&#").replaceAll("ﬂ°", "&").replaceAll("¶ß", ";").replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));

for (const file of files) {
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(readFileSync(file, "utf8"));
    const nodes = [...db.getVertices().values()].map(({ id, text, classes }) => ({ id, text: decoded(text), classes }));
    const edges = db.getEdges().map(({ start, end, text }) => ({ start, end, text: decoded(text) }));
    console.log(JSON.stringify({ nodes, edges }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
