// Installs Debian packages, only those that are missing.
import { execFileSync } from 'node:child_process';

function isInstalled(name) {
  try {
    const status = execFileSync('dpkg-query', ['-Wf', '${Status}', name], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return status.toString().endsWith('ok installed');
  } catch {
    return false; // unknown to dpkg, or no dpkg
  }
}

/** @param {readonly string[]} names */
export function debian(names) {
  const missing = names.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  console.error(`Installing ${missing.join(', ')} (apt-get) ...`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 2, 2] };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], options);
}
