import { parentPort } from 'node:worker_threads';
import type { HostMethods } from '../protocol';
import { portOf, serve } from '../rpc';
import { evictResults } from '../store/evict';
import { copyReport, matrixOf, readValues, withMatrix } from '../store/results';
import { AnalysisRunner, WarmCompute } from './analysis-runner';
import { comparedPictures, compareResults } from './compare';
import { checkpointInfo, datasets, tensorPieces, tensorStatistics, withCheckpoint } from './inspect';
import { matrixPicture } from './picture';
import { planStudy, readStudy } from './study-plans';
import { StudyResults } from './study-results';

// The entry of the analysis host, a worker of the extension host: whatever takes time happens here or in threads of its own.
const thread = parentPort;
if (thread === null) throw new Error('the analysis host runs in a worker thread');

/** The next checkpoint of a training run often comes within a few minutes. */
const IDLE = 120_000;

/** The other bundles lie beside this one. */
const compute = new WarmCompute(__dirname, IDLE);
const analyses = new AnalysisRunner(compute);
const studies = new StudyResults();

serve<HostMethods>(portOf(thread), {
  analyze: (request, call) => analyses.run(request, call),
  datasets,
  inspect: ({ path }) => checkpointInfo(path),
  tensorStatistics: ({ path, tensor }, { signal }) =>
    withCheckpoint(path, (checkpoint) => tensorStatistics(tensorPieces(checkpoint, tensor, signal))),
  picture: ({ folder, layer, method, scale, widest }, { transfer }) =>
    withMatrix(folder, layer, method, async (stored) => {
      const picture = matrixPicture(await matrixOf(stored), stored.result.clusters, { scale, widest });
      transfer(...picture.levels.map(({ bytes }) => bytes.buffer));
      return picture;
    }),
  values: ({ folder, layer, method, rows, columns }, { transfer }) =>
    withMatrix(folder, layer, method, async (stored) => {
      const values = await readValues(stored, rows, columns);
      transfer(values.buffer);
      return values;
    }),
  compare: compareResults,
  comparedPictures,
  evict: ({ cache, keep, limit }) => evictResults(cache, keep, limit),
  writeReport: ({ folder, to }) => copyReport(folder, to),
  planStudy,
  readStudy: ({ folder }) => readStudy(folder),
  studyOverview: (source) => studies.overview(source),
  studyFindings: (wanted) => studies.findings(wanted),
  studyFigure: (wanted) => studies.figure(wanted),
  writeStudyReport: (wanted) => studies.writeReport(wanted),
});
