// Draws the labels of a ZPL text: JSON on stdin (zpl, width and height in mm, dots a mm), PNGs in base64 as JSON on stdout.

import { readFileSync } from "node:fs";

import { ready } from "zpl-renderer-js";

const asked = JSON.parse(readFileSync(0, "utf8"));
const { api } = await ready;
const labels = await api.zplToBase64MultipleAsync(asked.zpl, asked.width, asked.height, asked.dots);
process.stdout.write(JSON.stringify(labels), () => process.exit(0));
