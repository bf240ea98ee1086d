/**
 * Perceptually even colour maps that also read in grey and with any colour vision. Never red–green.
 *
 * Viridis: Smith, van der Walt and Firing (2015), CC0. Cividis: Nuñez, Anderton and Renslow (2018), PLoS ONE 13(7).
 * The 256 published colours of each, rounded to bytes.
 */
export type PaletteName = 'viridis' | 'cividis';

/**
 * Also what has a middle: PuOr of Brewer (colorbrewer2.org, Apache 2.0), purple below, white in the middle, orange above,
 * for correlations and differences.
 */
export type ColourMap = PaletteName | 'puor';

// Without Buffer: the panel's page draws with these as well.
const decode = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));

/** 256 colours on straight lines between a few. */
function between(stops: Uint8Array): Uint8Array {
  const last = stops.length / 3 - 1;
  return Uint8Array.from({ length: 768 }, (_, i) => {
    const at = (Math.floor(i / 3) / 255) * last;
    const from = Math.min(last - 1, Math.floor(at));
    const [low, high] = [stops[3 * from + (i % 3)]!, stops[3 * from + 3 + (i % 3)]!];
    return Math.round(low + (at - from) * (high - low));
  });
}

/** 256 colours each, three bytes a colour, low values first. */
const PALETTES: Readonly<Record<ColourMap, Uint8Array>> = {
  puor: between(decode('2d004b5427888073acb2abd2d8daebf7f7f7fee0b6fdb863e08214b358067f3b08')),
  viridis: decode(
    '44015444025645045745055946075a46085c460a5d460b5e470d60470e61471063471164471365481467481668481769' +
      '48186a481a6c481b6d481c6e481d6f481f70482071482173482374482475482576482677482878482979472a7a472c7a' +
      '472d7b472e7c472f7d46307e46327e46337f463480453581453781453882443983443a83443b84433d84433e85423f85' +
      '4240864241864142874144874045884046883f47883f48893e49893e4a893e4c8a3d4d8a3d4e8a3c4f8a3c508b3b518b' +
      '3b528b3a538b3a548c39558c39568c38588c38598c375a8c375b8d365c8d365d8d355e8d355f8d34608d34618d33628d' +
      '33638d32648e32658e31668e31678e31688e30698e306a8e2f6b8e2f6c8e2e6d8e2e6e8e2e6f8e2d708e2d718e2c718e' +
      '2c728e2c738e2b748e2b758e2a768e2a778e2a788e29798e297a8e297b8e287c8e287d8e277e8e277f8e27808e26818e' +
      '26828e26828e25838e25848e25858e24868e24878e23888e23898e238a8d228b8d228c8d228d8d218e8d218f8d21908d' +
      '21918c20928c20928c20938c1f948c1f958b1f968b1f978b1f988b1f998a1f9a8a1e9b8a1e9c891e9d891f9e891f9f88' +
      '1fa0881fa1881fa1871fa28720a38620a48621a58521a68522a78522a88423a98324aa8325ab8225ac8226ad8127ad81' +
      '28ae8029af7f2ab07f2cb17e2db27d2eb37c2fb47c31b57b32b67a34b67935b77937b87838b9773aba763bbb753dbc74' +
      '3fbc7340bd7242be7144bf7046c06f48c16e4ac16d4cc26c4ec36b50c46a52c56954c56856c66758c7655ac8645cc863' +
      '5ec96260ca6063cb5f65cb5e67cc5c69cd5b6ccd5a6ece5870cf5773d05675d05477d1537ad1517cd2507fd34e81d34d' +
      '84d44b86d54989d5488bd6468ed64590d74393d74195d84098d83e9bd93c9dd93ba0da39a2da37a5db36a8db34aadc32' +
      'addc30b0dd2fb2dd2db5de2bb8de29bade28bddf26c0df25c2df23c5e021c8e020cae11fcde11dd0e11cd2e21bd5e21a' +
      'd8e219dae319dde318dfe318e2e418e5e419e7e419eae51aece51befe51cf1e51df4e61ef6e620f8e621fbe723fde725',
  ),
  cividis: decode(
    '00224e00234f00245100255300255400265600275800285900285b00295d002a5f002a61002b62002c64002c66002d68' +
      '002e6a002e6c002f6d00306f0030700031700031710132710533710833700c34700f357012357014367016377018376f' +
      '1a386f1c396f1e3a6f203a6f213b6e233c6e243c6e263d6e273e6e293f6e2a3f6d2b406d2d416d2e416d2f426d31436d' +
      '32436d33446d34456c35456c36466c38476c39486c3a486c3b496c3c4a6c3d4a6c3e4b6c3f4c6c404c6c414d6c424e6c' +
      '434e6c444f6c45506c46516c47516c48526c49536c4a536c4b546c4c556c4d556c4e566c4f576c50576c51586d52596d' +
      '535a6d545a6d555b6d555c6d565c6d575d6d585e6d595e6e5a5f6e5b606e5c616e5d616e5e626e5e636f5f636f60646f' +
      '61656f62656f636670646770656870656870666970676a71686a71696b716a6c716b6d726c6d726c6e726d6f726e6f73' +
      '6f70737071737172747272747273747374757474757575757676767777767777777878777979777a7a787b7a787c7b78' +
      '7d7c787e7c787e7d787f7e78807f78817f788280798381798482798582798683798784788885788985788a86788b8778' +
      '8c88788d88788e89788f8a78908b78918b78928c78928d78938e78948e77958f779690779791779892779992779a9376' +
      '9b94769c95769d95769e96769f9775a09875a19975a29975a39a74a49b74a59c74a69c74a79d73a89e73a99f73aaa073' +
      'aba072aca172ada272aea371afa471b0a571b1a570b3a670b4a76fb5a86fb6a96fb7a96eb8aa6eb9ab6dbaac6dbbad6d' +
      'bcae6cbdae6cbeaf6bbfb06bc0b16ac1b26ac2b369c3b369c4b468c5b568c6b667c7b767c8b866c9b965cbb965ccba64' +
      'cdbb63cebc63cfbd62d0be62d1bf61d2c060d3c05fd4c15fd5c25ed6c35dd7c45cd9c55cdac65bdbc75adcc859ddc858' +
      'dec958dfca57e0cb56e1cc55e2cd54e4ce53e5cf52e6d051e7d150e8d24fe9d34eead34cebd44bedd54aeed649efd748' +
      'f0d846f1d945f2da44f3db42f5dc41f6dd3ff7de3ef8df3cf9e03afbe138fce236fde334fee434fee535fee636fee838',
  ),
};

/** @param position 0 (low) … 1 (high) */
function bytesAt(palette: ColourMap, position: number): Uint8Array {
  const index = Math.round(Math.min(1, Math.max(0, position)) * 255);
  return PALETTES[palette].subarray(3 * index, 3 * index + 3);
}

/** The colour at a position 0…1, as "#rrggbb". */
export function colourAt(palette: ColourMap, position: number): string {
  const hex = Array.from(bytesAt(palette, position), (byte) => byte.toString(16).padStart(2, '0'));
  return `#${hex.join('')}`;
}

/** The same colours at another count, for an image with a limited colour table. */
export function resample(palette: PaletteName, count: number): Uint8Array {
  const colours = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) colours.set(bytesAt(palette, i / (count - 1)), 3 * i);
  return colours;
}

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: Uint8Array): number {
  return 0.2126 * linear(rgb[0]!) + 0.7152 * linear(rgb[1]!) + 0.0722 * linear(rgb[2]!);
}

function linear(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/** White or black text, whichever has more contrast on the colour at a position (at least 4.5 : 1 everywhere). */
export function inkAt(palette: ColourMap, position: number): '#ffffff' | '#000000' {
  const y = luminance(bytesAt(palette, position));
  return 1.05 / (y + 0.05) >= (y + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

export interface Tick {
  /** 0 at the low end … 1 at the high end. */
  readonly at: number;
  readonly label: string;
}

/** From values to positions on a colour bar, with the bar's labels. */
export interface Scale {
  /** value → 0…1; what lies outside takes the end's colour. */
  position(value: number): number;
  readonly ticks: readonly Tick[];
  /** Power of ten taken out of the labels: "2" with exponent −6 means 2e-6. */
  readonly exponent: number;
  /** Whether there are values above the high end. */
  readonly clipped: boolean;
}

/** Steps of 1, 2 or 5 times a power of ten, three to seven of them. */
export function linearScale(low: number, high: number, clipped = false): Scale {
  const span = high - low;
  const step = niceStep(span / 6.5);
  const exponent = tidyExponent(Math.max(Math.abs(low), Math.abs(high)));
  const decimals = Math.max(0, exponent - Math.floor(Math.log10(step) + 1e-9));
  const ticks: Tick[] = [];
  // Whole multiples: adding up steps would drift.
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k++) {
    ticks.push({
      at: (k * step - low) / span,
      label: (k === 0 ? 0 : (k * step) / 10 ** exponent).toFixed(decimals).replace('-', '−'),
    });
  }
  return { position: (value) => clip((value - low) / span), ticks, exponent, clipped };
}

/** Whole decades, every one labelled, or every second or third where there are many. `low` must be above 0. */
export function logScale(low: number, high: number): Scale {
  const from = Math.floor(Math.log10(low) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9));
  const step = Math.ceil((to - from) / 7);
  const ticks: Tick[] = [];
  for (let k = from; k <= to; k += step) {
    ticks.push({ at: (k - from) / (to - from), label: `10${superscript(k)}` });
  }
  return {
    position: (value) => (value > 0 ? clip((Math.log10(value) - from) / (to - from)) : 0),
    ticks,
    exponent: 0,
    clipped: false,
  };
}

/** The next of 1, 2, 5, 10, … times a power of ten at or above a positive value. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export function superscript(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (digit) =>
    digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(digit)),
  );
}

/** 0 while plain decimals are short enough to read. */
function tidyExponent(size: number): number {
  const exponent = Math.floor(Math.log10(size) + 1e-9);
  return exponent < -2 || exponent > 3 ? exponent : 0;
}

function clip(position: number): number {
  return Math.min(1, Math.max(0, position));
}
