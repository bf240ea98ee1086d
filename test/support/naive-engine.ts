import { type Engine, outputLength } from '../../src/core/tensor/engine';

/** The engine by its definition, summed in float64. */
export const naiveEngine: Engine = {
  name: 'naive',
  multiply(a, b, m, k, n, out) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += a[i * k + l]! * b[l * n + j]!;
        out[i * n + j] = sum;
      }
    }
  },
  convolve(x, filter, rows, of, out) {
    const { height, width, channels, filters, kernel, strides, dilations, pads } = of;
    if (Math.max(...strides) > 1 && Math.max(...dilations) > 1)
      throw new Error('strides or dilations must be 1');
    if (Math.min(...pads) < 0) throw new Error('pads must not be negative');
    const [top, left, bottom, right] = pads;
    const oh = outputLength(height, kernel[0], top + bottom, strides[0], dilations[0]);
    const ow = outputLength(width, kernel[1], left + right, strides[1], dilations[1]);
    for (let row = 0, to = 0; row < rows; row++) {
      for (let oy = 0; oy < oh; oy++) {
        for (let ox = 0; ox < ow; ox++) {
          for (let f = 0; f < filters; f++, to++) {
            let sum = 0;
            for (let ky = 0; ky < kernel[0]; ky++) {
              const y = oy * strides[0] - top + ky * dilations[0];
              if (y < 0 || y >= height) continue;
              for (let kx = 0; kx < kernel[1]; kx++) {
                const at = ox * strides[1] - left + kx * dilations[1];
                if (at < 0 || at >= width) continue;
                for (let c = 0; c < channels; c++) {
                  const tap = ((ky * kernel[1] + kx) * channels + c) * filters + f;
                  sum += x[((row * height + y) * width + at) * channels + c]! * filter[tap]!;
                }
              }
            }
            out[to] = sum;
          }
        }
      }
    }
  },
};
