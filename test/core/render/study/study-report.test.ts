import { describe, expect, it } from 'vitest';
import { FIGURE_DEFAULTS } from '../../../../src/core/render/study/figure-options';
import {
  drawStudyFigures,
  studyHtml,
  studyMarkdown,
  type StudyReport,
} from '../../../../src/core/render/study/study-report';
import { syntheticExamples } from './synthetic-matrices';
import { syntheticStudy, syntheticTrajectory } from './synthetic-study';

const HOSTILE = '<script>alert(1)</script> ](x) |`';
const data = syntheticStudy(3);
const figures = drawStudyFigures(data, { ...FIGURE_DEFAULTS, examples: syntheticExamples(data) });
const report: StudyReport = {
  title: HOSTILE,
  data,
  findings: [`Q rises. ${HOSTILE}`],
  assumptions: [HOSTILE],
  failures: Array.from({ length: 25 }, (_, index) => ({ path: `${index}.pt`, reason: HOSTILE })),
  made: [['Data', HOSTILE]],
  notDrawn: [],
  figures,
};

describe('the figures of a study', () => {
  it('are all drawn, each into a file of its own', () => {
    const numbers = new Set(figures.flatMap(({ figure }) => figure.number ?? []));
    expect([...numbers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(figures.map(({ file }) => file)).size).toBe(figures.length);
  });

  it.each(figures.map(({ file, svg }) => [file, svg] as const))('%s has numbers alone', (_, svg) => {
    expect(svg).toMatch(/^<svg [^]*<\/svg>\s*$/);
    // Pictures inside are base64, which may spell anything.
    expect(svg.replaceAll(/data:image[^"]*/g, '')).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('follow training where runs have several checkpoints', () => {
    const drawn = drawStudyFigures(syntheticTrajectory(), FIGURE_DEFAULTS);
    expect(drawn.map(({ figure }) => figure.id)).toContain('trajectory');
    expect(figures.map(({ figure }) => figure.id)).not.toContain('trajectory');
  });

  it('are the same bytes for the same study', () => {
    const again = drawStudyFigures(syntheticStudy(3), {
      ...FIGURE_DEFAULTS,
      examples: syntheticExamples(data),
    });
    expect(again.map(({ svg }) => svg)).toEqual(figures.map(({ svg }) => svg));
  });
});

describe("a study's report", () => {
  it('shows every figure and what was found, in Markdown and in one HTML file', () => {
    const [markdown, html] = [studyMarkdown(report), studyHtml(report)];
    for (const { file, svg } of figures) {
      expect(markdown).toContain(`](${file})`);
      expect(html).toContain(svg);
    }
    expect(markdown).toContain('Q rises.');
    expect(html).toContain('Q rises.');
    expect(markdown).toContain('And 5 more.');
    expect(html).toContain('And 5 more.');
  });

  it('runs nothing of what files say', () => {
    expect(studyHtml(report)).not.toContain('<script>');
    expect(studyMarkdown(report)).not.toMatch(/(?<!\\)(<script|\]\(x\))/);
  });

  it('says how much is done', () => {
    const half = { ...data, planned: data.checkpoints.length + 3, failed: 1 };
    const counts = `${data.checkpoints.length} of ${half.planned} checkpoints, 1 failed, 2 still to do.`;
    expect(studyMarkdown({ ...report, data: half })).toContain(counts);
  });
});
