/**
 * Draws what is described, by changing as little as possible of what is there: who reads, has focus or has
 * selected something is not disturbed. Text is only ever put in as text, so nothing that comes from the
 * platform can be markup.
 *
 * @module
 */
// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * @typedef {string | number | false | null | undefined | Picture} Child
 * @typedef {{
 *   tag: string,
 *   attributes: Record<string, string | boolean | undefined>,
 *   onclick: (() => void) | undefined,
 *   children: Child[],
 * }} Picture
 */

/**
 * Describes an element. `onclick` is called when it is clicked; all other attributes are set as they are.
 *
 * @param {string} tag
 * @param {Record<string, string | boolean | undefined | (() => void)>} attributes
 * @param {...Child} children
 * @returns {Picture}
 */
// deno-lint-ignore house/max-params -- children come last, however many
export function h(tag, attributes, ...children) {
  const { onclick, ...rest } = attributes;
  return {
    tag,
    attributes: /** @type {Picture["attributes"]} */ (rest),
    onclick: typeof onclick === "function" ? onclick : undefined,
    children,
  };
}

/**
 * Makes the children of `parent` what is described.
 *
 * @param {Element} parent
 * @param {Child[]} children
 */
export function draw(parent, children) {
  const wanted = children.filter((child) =>
    child !== false && child !== null && child !== undefined
  );
  wanted.forEach((child, at) => {
    const there = parent.childNodes[at];
    if (typeof child === "object") drawElement(parent, there, child);
    else drawText(parent, there, String(child));
  });
  while (parent.childNodes.length > wanted.length) parent.lastChild?.remove();
}

/** @param {Element} parent @param {ChildNode | undefined} there @param {string} text */
function drawText(parent, there, text) {
  if (there?.nodeType === Node.TEXT_NODE) {
    if (there.nodeValue !== text) there.nodeValue = text;
    return;
  }
  replace(parent, there, document.createTextNode(text));
}

/** @param {Element} parent @param {ChildNode | undefined} there @param {Picture} picture */
function drawElement(parent, there, picture) {
  const fits = there instanceof HTMLElement && there.localName === picture.tag;
  const element = fits ? there : document.createElement(picture.tag);
  setAttributes(element, picture.attributes);
  element.onclick = picture.onclick ?? null;
  draw(element, picture.children);
  if (!fits) replace(parent, there, element);
}

/** @param {HTMLElement} element @param {Picture["attributes"]} attributes */
function setAttributes(element, attributes) {
  for (const { name } of [...element.attributes]) {
    if (!(name in attributes)) element.removeAttribute(name);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) {
      element.setAttribute(name, String(value));
    }
  }
}

/** @param {Element} parent @param {ChildNode | undefined} there @param {Node} node */
function replace(parent, there, node) {
  if (there === undefined) parent.append(node);
  else there.replaceWith(node);
}

/**
 * The element with this id, which index.html has.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`There is no element "${id}"`);
  return element;
}
