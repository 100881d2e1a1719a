let installed = false;

/**
 * Lets xterm 6 style itself under a Content-Security-Policy without 'unsafe-inline'.
 *
 * It writes styles in two ways that such a policy forbids: text put into <style> elements, and the
 * attribute `style` on the spans of 24-bit and contrast-corrected colours. The policy allows the same
 * through the object model, so elements that are made for these two purposes go that way: a <style> keeps its
 * text in a constructed style sheet, and setAttribute('style', …) becomes style.cssText.
 * xterm's own `documentOverride` does not reach these places (its row factory uses the global document).
 */
export function allowStylesUnderPolicy() {
  if (installed) return;
  installed = true;
  const create = document.createElement;
  document.createElement = function createElement(name, ...rest) {
    if (name === 'style') return constructed(create.call(document, 'template'));
    const element = create.call(document, name, ...rest);
    if (name === 'span') element.setAttribute = setAttribute;
    return element;
  };
}

function setAttribute(name, value) {
  if (name === 'style') this.style.cssText = value;
  else Element.prototype.setAttribute.call(this, name, value);
}

/** Stands in for a <style>, which even empty would offend the policy; its rules live in a sheet of the document's. */
function constructed(element) {
  const sheet = new CSSStyleSheet();
  let text = '';
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', {
    get: () => text,
    set(value) {
      text = value;
      sheet.replaceSync(value);
    },
  });
  element.remove = () => {
    Element.prototype.remove.call(element);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
  return element;
}
