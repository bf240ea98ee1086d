// Makes ready the browser that the pages are tested in: the one named by CHROMIUM, or else Debian's, installed if it is missing.
import { existsSync } from 'node:fs';
import { debian } from './debian.mjs';

const wanted = process.env.CHROMIUM;
if (wanted !== undefined && !existsSync(wanted)) throw new Error(`CHROMIUM: there is no ${wanted}`);
if (wanted === undefined && !existsSync('/usr/bin/chromium')) {
  try {
    debian(['chromium']);
  } catch (error) {
    throw new Error('Chromium is missing and apt-get cannot install it. Set CHROMIUM to the path of one.', {
      cause: error,
    });
  }
}
