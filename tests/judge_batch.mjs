// Asks one loader judge about many files in one process: node judge_batch.mjs JUDGE.mjs FILE...  -> JSON lines.
// The verdict is the judge's own; its module is run again for each file. Beside it stands what the loader holds.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname } from "node:path";
import { pathToFileURL } from "node:url";

const [judge, ...files] = process.argv.slice(2);
const root = `${process.env.JUDGES_HOME}/node/node_modules`;
const load = createRequire(`${root}/x.js`);
const print = console.log;

const looks = {
  "m365.mjs": async (file) => {
    const { name, description, instructions, capabilities } = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
    return { name, description, tools: (capabilities ?? []).map((each) => each.name), prompt: instructions };
  },
  "dotprompt.mjs": async (file) => {
    const dotprompt = new (load("dotprompt").Dotprompt)();
    const { name, description, model, tools, messages } = await dotprompt.render(readFileSync(file, "utf8"), { input: {} });
    const prompt = messages.flatMap((message) => message.content.map((part) => part.text ?? "")).join("");
    return { name, description, model, tools, prompt: prompt.trim() };
  },
  "gitagent.mjs": async (file) => {
    const { name, description, model } = load("js-yaml").load(readFileSync(file, "utf8"));
    let prompt = null;
    try {
      prompt = readFileSync(`${dirname(file)}/SOUL.md`, "utf8").trim();
    } catch {}
    return { name, description, model, prompt };
  },
};

async function judged(file, number) {
  let words = "";
  let status = 0;
  const exit = process.exit;
  process.argv[2] = file;
  process.exit = (code) => (status = code ?? 0);
  console.log = (...said) => (words += said.join(" "));
  try {
    await import(`${pathToFileURL(judge)}?${number}`);
  } catch (error) {
    [status, words] = [1, String(error)];
  } finally {
    process.exit = exit;
    console.log = print;
  }
  if (status === 2) {
    console.error(words);
    process.exit(2);
  }
  const line = { file, ok: status === 0, error: status ? words : null };
  if (!status) Object.assign(line, await looks[basename(judge)](file));
  line.prompt_sha256 = line.prompt == null ? null : createHash("sha256").update(line.prompt).digest("hex");
  delete line.prompt;
  return line;
}

for (const [number, file] of files.entries()) print(JSON.stringify(await judged(file, number)));
