import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { MEASURES } from '../../../src/core/measures';
import { fileNames } from '../../../src/core/render/report-files';
import { writeReport } from '../../../src/core/render/write';
import type { Report } from '../../../src/core/report';
import { exampleLayer, exampleMatrix, exampleReport, HOSTILE_NAMES } from './example';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'modscope-report-'));
});

const matrixOf = (report: Report) => (layer: string) =>
  exampleMatrix(report.layers.find(({ name }) => name === layer)?.units ?? 0);

describe('writeReport', () => {
  it('writes every file, and no temporary one stays', async () => {
    const report = exampleReport();
    const written = await writeReport(dir, report, matrixOf(report), { matrices: true });
    const { json, markdown, html, csv, figures, matrices } = written;
    const paths = [json, markdown, html, csv, ...figures, ...matrices];
    const found = await readdir(dir, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.sort()).toEqual(paths.sort());
    expect(written.matrices).toHaveLength(2 + MEASURES.length);
  });

  it('names each matrix in report.json, or null where none was written', async () => {
    const report = exampleReport();
    const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Report;
    const methods = (of: Report) => of.layers.flatMap((layer) => Object.values(layer.methods));
    const withMatrices = await writeReport(dir, report, matrixOf(report), { matrices: true });
    for (const { matrix } of methods(await read(withMatrices.json))) {
      const npy = await readFile(join(dir, matrix ?? ''));
      expect(npy.subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
    }
    const without = await writeReport(dir, report, matrixOf(report), { matrices: false });
    expect(methods(await read(without.json)).every(({ matrix }) => matrix === null)).toBe(true);
  });

  it('refers in report.md to every figure it wrote, and to nothing else', async () => {
    const report = exampleReport();
    const { markdown, figures } = await writeReport(dir, report, matrixOf(report), { matrices: false });
    const images = [...(await readFile(markdown, 'utf8')).matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(
      (match) => match[1],
    );
    expect(images.sort()).toEqual(figures.map((path) => relative(dir, path)).sort());
  });

  it('stays in its folder and tells layers apart, whatever they are called', async () => {
    const names = [...HOSTILE_NAMES, 'CON', 'nul.weight', 'a/b', 'A/b', 'a:b', '.hidden', 'dots...'];
    const report = exampleReport({ layers: names.map((name) => exampleLayer(name, 4)) });
    const written = await writeReport(dir, report, matrixOf(report), { matrices: true });
    const paths = [...written.figures, ...written.matrices];
    for (const path of paths) {
      expect(basename(path)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,120}$/);
      expect(relative(dir, path)).toMatch(/^(figures|matrices)\/[^/]+$/);
    }
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
  });

  it('leaves nothing of an earlier report, and all that is not of one', async () => {
    const earlier = exampleReport();
    await writeReport(dir, earlier, matrixOf(earlier), { matrices: true });
    const mine = ['figures/my own.svg', 'matrices/mine.npy', 'figures/fc.9.forward_cov.svg', 'notes.md'];
    for (const file of mine) await writeFile(join(dir, file), 'mine');
    const report = exampleReport({ layers: [exampleLayer('Conv', 4)] });
    const written = await writeReport(dir, report, matrixOf(report), { matrices: false });
    const found = await readdir(dir, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const { json, markdown, html, csv, figures } = written;
    const expected = [json, markdown, html, csv, ...figures, ...mine.map((file) => join(dir, file))];
    expect(files.sort()).toEqual(expected.sort());
  });

  it('touches nothing in a folder whose report.json is of something else', async () => {
    await mkdir(join(dir, 'figures'));
    await writeFile(join(dir, 'report.json'), JSON.stringify({ layers: [{ name: '../../fc' }] }));
    await writeFile(join(dir, 'figures/modularity.svg'), 'mine');
    await writeReport(dir, exampleReport({ layers: [] }), () => undefined, { matrices: false });
    expect(await readFile(join(dir, 'figures/modularity.svg'), 'utf8')).toBe('mine');
  });

  it('writes nothing when a result is not finite', async () => {
    const broken = exampleReport({ stats: { ...exampleReport().stats, l1Norm: NaN } });
    await expect(writeReport(dir, broken, matrixOf(broken), { matrices: true })).rejects.toThrow(
      'stats.l1Norm',
    );
    expect(await readdir(dir)).toEqual([]);
  });

  it('does without matrices', async () => {
    const { figures } = await writeReport(dir, exampleReport(), () => undefined, { matrices: true });
    expect(figures.map((path) => basename(path))).not.toContain('fc.0.forward_cov.svg');
  });
});

describe('fileNames', () => {
  it('keeps ordinary names', () => {
    expect(fileNames(['fc_layers.0', 'encoder.layers.11-fc1', 'combined'])).toEqual([
      'fc_layers.0',
      'encoder.layers.11-fc1',
      'combined',
    ]);
  });

  it('numbers names that fall together, letter case aside', () => {
    expect(fileNames(['a/b', 'a:b', 'A_B', 'a_b-2'])).toEqual(['a_b', 'a_b-2', 'A_B-3', 'a_b-2-2']);
  });
});
