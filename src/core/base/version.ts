import { version } from '../../../package.json';

/** This program's version, as package.json gives it. */
export const VERSION = version;
