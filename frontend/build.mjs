// Builds everything the browser loads into dist/: one style sheet, one script per entry, one sheet of icons.
//
// Entries are src/<package>/<name>.ts and become dist/<name>.js; files they import lie one folder deeper.
// A package's own styles are src/<package>/<name>.css; they are added to the one style sheet.

import { build, transform } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileAsync } from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "dist");
const scriptTarget = ["es2020"]; // naming safari14 here makes esbuild refuse destructuring
const styleTargets = ["chrome87", "firefox90", "safari14"];

async function filesOf(extension) {
  const found = [];
  for (const folder of await readdir(join(here, "src"), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of await readdir(join(here, "src", folder.name))) {
      if (name.endsWith(extension) && !name.endsWith(".d.ts")) found.push(join(here, "src", folder.name, name));
    }
  }
  return found.sort();
}

async function buildScripts() {
  const entries = await filesOf(".ts");
  const names = entries.map((entry) => basename(entry));
  const doubled = names.filter((name, index) => names.indexOf(name) !== index);
  if (doubled.length) throw new Error(`two entries would write the same file: ${doubled.join(", ")}`);
  await build({
    entryPoints: Object.fromEntries(entries.map((entry) => [basename(entry, ".ts"), entry])),
    outdir: dist,
    bundle: true,
    minify: true,
    format: "iife",
    target: scriptTarget,
    legalComments: "inline",
    logLevel: "warning",
  });
}

async function buildStyles() {
  const main = await compileAsync(join(here, "styles", "main.scss"), {
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const parts = [main.css];
  for (const file of await filesOf(".css")) parts.push(await readFile(file, "utf8"));
  const made = await transform(parts.join("\n"), { loader: "css", minify: true, target: styleTargets });
  await writeFile(join(dist, "main.css"), made.code);
}

async function buildIcons() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = [await symbolOf("seal", join(here, "icons", "seal.svg"))];
  for (const name of names) {
    symbols.push(await symbolOf(name, join(here, "node_modules", "bootstrap-icons", "icons", `${name}.svg`)));
  }
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function symbolOf(name, file) {
  const drawn = (await readFile(file, "utf8")).match(/viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
  return `<symbol id="${name}" viewBox="${drawn[1]}">${drawn[2].replace(/\s*\n\s*/g, "")}</symbol>`;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([buildScripts(), buildStyles(), buildIcons()]);
