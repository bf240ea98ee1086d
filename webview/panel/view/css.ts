import { noChange } from 'lit';
import { Directive, directive, type ElementPart, PartType, type PartInfo } from 'lit/directive.js';

/** Sets styles by script: the page's policy allows no style attributes, which is how lit's own styleMap begins. */
class Css extends Directive {
  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('css() stands in the tag itself');
  }

  override render(_styles: Readonly<Record<string, string>>): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [styles]: [Readonly<Record<string, string>>]): typeof noChange {
    if (part.element instanceof HTMLElement) {
      for (const [name, value] of Object.entries(styles)) part.element.style.setProperty(name, value);
    }
    return noChange;
  }
}

export const css = directive(Css);
