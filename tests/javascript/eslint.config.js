// Run from the repository's root, so that static/js lies below it.

import js from "@eslint/js";
import globals from "globals";

const STRICT = {
  "array-callback-return": "error",
  "consistent-return": "error",
  "default-param-last": "error",
  "eqeqeq": "error",
  "no-else-return": "error",
  "no-eval": "error",
  "no-implicit-globals": "error",
  "no-implied-eval": "error",
  "no-shadow": "error",
  "no-throw-literal": "error",
  "no-unused-expressions": "error",
  "no-unused-vars": ["error", { args: "after-used" }],
  "no-use-before-define": ["error", { functions: false, classes: false }],
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
};

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  { rules: STRICT },
  {
    // The oldest browsers that the pages have to run in know ECMAScript 2020.
    files: ["static/js/*.js"],
    languageOptions: { ecmaVersion: 2020, sourceType: "module", globals: globals.browser },
  },
  {
    files: ["static/js/early.js"],
    languageOptions: { sourceType: "script" },
  },
  {
    // A worker has its globals to itself.
    files: ["static/js/worker.js"],
    languageOptions: { sourceType: "script" },
    rules: { "no-implicit-globals": "off" },
  },
  {
    files: ["tests/javascript/*.js"],
    languageOptions: { sourceType: "module", globals: globals.node },
  },
];
