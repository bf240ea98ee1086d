import type { DirectiveResult } from 'lit/directive.js';
import { ref } from 'lit/directives/ref.js';

/** Sets styles by script: the page's policy allows no style attributes, which is how lit's own styleMap begins. */
export const css = (styles: Readonly<Record<string, string>>): DirectiveResult =>
  ref((element) => {
    if (!(element instanceof HTMLElement)) return;
    for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value);
  });
