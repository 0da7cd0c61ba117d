// Writes the sprite of the Lucide icons named in icons.json; run with `npm run icons` after adding a name.
import { readFileSync, writeFileSync } from "node:fs";

const names = JSON.parse(readFileSync(new URL("icons.json", import.meta.url)));
const symbols = names.toSorted().map((name) => {
  const svg = readFileSync(new URL(`node_modules/lucide-static/icons/${name}.svg`, import.meta.url), "utf8");
  const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>")}</symbol>`;
});
const out = new URL("../allmende/web/static/web/icons.svg", import.meta.url);
writeFileSync(out, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
