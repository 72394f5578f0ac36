/**
 * Applies the theme that was chosen last before anything is drawn, so that no night is lit up by a flash.
 * A script of its own, since modules run too late for that.
 *
 * @module
 */
// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />

(() => {
  const chosen = localStorage.getItem("hm9000-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
})();
