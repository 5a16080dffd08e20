// Which pages may open without the server; the worker, a script of another sort, has to agree.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

import { opensOffline, workerUrl } from "../../static/js/task_pages.js";

const PAGES = [{ path: "/receiving", name: "Receipts" }, { path: "/picks", name: "Picks & packs" }];
const SOURCE = readFileSync(new URL("../../static/js/worker.js", import.meta.url), "utf8");

/** The worker's functions, as it runs under this address. */
function worker(url) {
  const self = { location: new URL(url, "https://scanner.example"), addEventListener() {} };
  const context = createContext({ self, URL });
  runInContext(SOURCE, context);
  return context;
}

const PATHS = [
  { why: "home", path: "/", opens: true },
  { why: "a list of tasks", path: "/receiving", opens: true },
  { why: "a task", path: "/receiving/PO-1", opens: true },
  { why: "a task of one letter", path: "/receiving/P", opens: true },
  { why: "a kind that no script was written for", path: "/picks/S-9", opens: true },
  { why: "a task with a slash in its reference", path: "/receiving/PO/1", opens: true },
  { why: "a task that is called finish", path: "/receiving/finish", opens: true },
  { why: "finishing needs the server", path: "/receiving/PO-1/finish", opens: false },
  { why: "so does linking", path: "/receiving/PO-1/link", opens: false },
  { why: "and a photo", path: "/receiving/PO-1/photo", opens: false },
  { why: "no task behind the slash", path: "/receiving/", opens: false },
  { why: "another page whose name begins so", path: "/receiving-report", opens: false },
  { why: "a kind that this server does not have", path: "/returns/RMA-1", opens: false },
  { why: "a page of the desk", path: "/items", opens: false },
];

for (const { why, path, opens } of PATHS) {
  test(`${opens ? "opens" : "does not open"} without the server: ${why}`, () => {
    assert.equal(opensOffline(path, PAGES), opens);
    assert.equal(worker(workerUrl("/worker.js", PAGES)).opensOffline(path), opens, "in the worker");
  });
}

test("a worker that was registered without kinds keeps home alone", () => {
  const { opensOffline: opens } = worker("/worker.js");
  assert.deepEqual([opens("/"), opens("/receiving")], [true, false]);
});

const NAMES = [
  { why: "home", path: "/", name: "Home" },
  { why: "a list by the name that the server gives it", path: "/picks", name: "Picks & packs" },
  { why: "a task by its reference", path: "/picks/S%209", name: "S 9" },
];

for (const { why, path, name } of NAMES) {
  test(`kept pages are called: ${why}`, () => assert.equal(worker(workerUrl("/worker.js", PAGES)).nameOf(path), name));
}

test("links in the page that stands in for others are safe to show", () => {
  const link = worker(workerUrl("/worker.js", PAGES)).linkTo(new URL("https://scanner.example/picks?a=1&b=2"));
  assert.equal(link, '<li><a class="card" href="/picks?a=1&#38;b=2"><span class="card__title">Picks &#38; packs</span></a></li>');
});
