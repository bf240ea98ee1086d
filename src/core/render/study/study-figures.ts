import { AGREEMENT_COURSE_FIGURE } from './agreement-course-figure';
import { ALLUVIAL_FIGURE } from './alluvial-figure';
import type { StudyFigure } from './figure-options';
import { DEPTH_FIGURE } from './depth-figure';
import { AGREEMENT_BY_VALUE_FIGURE, MEAN_AGREEMENT_FIGURE } from './mean-agreement-figures';
import { EXAMPLES_FIGURE, ORDER_FIGURE } from './example-figures';
import { MEASURES_FIGURE } from './measures-figure';
import { METRICS_FIGURE } from './metrics-figure';
import { NULL_FIGURE } from './null-figure';
import { PERFORMANCE_FIGURE } from './performance-figure';
import { PERSISTENCE_FIGURE } from './persistence-figure';
import { REGULARIZATION_FIGURE } from './regularization-figure';
import { TRAJECTORY_FIGURE } from './trajectory-figure';

/** The figures of a study, in the order in which they are shown: what the command line, the report and a page draw alike. */
export const STUDY_FIGURES: readonly StudyFigure[] = [
  PERFORMANCE_FIGURE,
  ORDER_FIGURE,
  NULL_FIGURE,
  REGULARIZATION_FIGURE,
  DEPTH_FIGURE,
  EXAMPLES_FIGURE,
  MEASURES_FIGURE,
  METRICS_FIGURE,
  MEAN_AGREEMENT_FIGURE,
  AGREEMENT_BY_VALUE_FIGURE,
  TRAJECTORY_FIGURE,
  AGREEMENT_COURSE_FIGURE,
  ALLUVIAL_FIGURE,
  PERSISTENCE_FIGURE,
];
