import type { HostMethods } from '../protocol';

export const studyOverview = (_: HostMethods['studyOverview']['input']): HostMethods['studyOverview']['output'] => ({ figures: [], metrics: ['element_sim'] });
export const studyFindings = (_: HostMethods['studyFindings']['input']): HostMethods['studyFindings']['output'] => [];
export const studyFigure = (_: HostMethods['studyFigure']['input']): HostMethods['studyFigure']['output'] => ({ svg: '', checkpoints: new Uint32Array(), revision: '' });
export const writeStudyReport = (_: HostMethods['writeStudyReport']['input']): string => { throw new Error('not yet'); };
