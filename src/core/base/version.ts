import { version } from '../../../package.json';

/** This program's version, as package.json gives it. */
export const VERSION = version;

/**
 * Version of the numbers: stored results are found by it. Raise it with every change after which the same checkpoint, data and
 * settings give another number in a report.
 */
export const NUMERICS = 2;
