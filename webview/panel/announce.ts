/** Says a sentence through assistive technology, without moving the focus. */
const region = document.createElement('div');
region.className = 'hidden';
region.role = 'status';
region.ariaLive = 'polite';

export function announce(sentence: string): void {
  if (!region.isConnected) document.body.append(region);
  region.textContent = sentence;
}
