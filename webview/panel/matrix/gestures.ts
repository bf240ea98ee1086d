import { type Camera, panned, zoomed } from './camera';

/** Where gestures happen and what they move. */
export interface Stage {
  /** The matrix' view on the screen. */
  bounds(): DOMRect;
  readonly units: () => number;
  readonly camera: () => Camera;
  look(camera: Camera): void;
  /** Whether it has the focus: only then does plain scrolling zoom, lest the page could not be scrolled past it. */
  active(): boolean;
  hover(at: { readonly x: number; readonly y: number } | null): void;
  press(at: { readonly x: number; readonly y: number }): void;
}

/** Movement below this is a click, in pixels. */
const SLACK = 4;
const WHEEL_STEP = 0.0018;
/** Firefox and some mice count lines. */
const LINE = 20;

/** Wheel zooms, dragging pans, a press without moving selects. */
export function listen(element: HTMLElement, stage: Stage): void {
  let drag: { x: number; y: number; moved: boolean } | null = null;
  const shares = ({ clientX, clientY }: MouseEvent): { x: number; y: number } => {
    const { left, top, width, height } = stage.bounds();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };

  element.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && !stage.active()) return;
      event.preventDefault();
      const delta = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
      // A pinch arrives as a wheel with Ctrl, in small steps.
      const speed = event.ctrlKey && Math.abs(delta) < 50 ? 5 * WHEEL_STEP : WHEEL_STEP;
      const { x, y } = shares(event);
      stage.look(zoomed(stage.camera(), stage.units(), Math.exp(delta * speed), x, y));
      stage.hover({ x, y });
    },
    { passive: false },
  );
  element.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, moved: false };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener('pointermove', (event) => {
    if (drag === null) {
      stage.hover(shares(event));
      return;
    }
    const [x, y] = [drag.x - event.clientX, drag.y - event.clientY];
    if (!drag.moved && Math.hypot(x, y) < SLACK) return;
    const { width, height } = stage.bounds();
    stage.look(panned(stage.camera(), stage.units(), x / width, y / height));
    drag = { x: event.clientX, y: event.clientY, moved: true };
  });
  const end = (event: PointerEvent): void => {
    if (drag !== null && !drag.moved && event.type === 'pointerup') stage.press(shares(event));
    drag = null;
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  element.addEventListener('pointerleave', () => {
    stage.hover(null);
  });
}
