import { version } from '../../../package.json';

/** Of this program, as package.json says. */
export const VERSION = version;
