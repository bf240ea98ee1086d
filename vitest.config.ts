import { defineConfig } from 'vitest/config';

/**
 * `unit` mirrors src/ and is quick; `commands` runs whole commands and analyses; `golden` compares with ../shared/golden, `hostile` tries bad files, `slurm` submits to a
 * real Slurm, `webview` opens the panel's page in Chromium, `vscode` drives a real VS Code.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    maxWorkers: '100%', // by default a core is left idle, of two that is half
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{core,settings,store,compute,extension}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'commands',
          include: ['test/{cli,host,reproduce}/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: 'golden', include: ['test/golden/**/*.test.ts'], testTimeout: 180_000 },
      },
      {
        extends: true,
        test: { name: 'hostile', include: ['test/hostile/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'slurm',
          include: ['test/slurm/**/*.test.ts'],
          globalSetup: ['test/slurm/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'webview',
          include: ['test/webview/**/*.test.ts'],
          globalSetup: ['test/webview/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 }, // after the others: frames are counted
        },
      },
      {
        extends: true,
        test: {
          name: 'vscode',
          include: ['test/vscode/**/*.test.ts'],
          globalSetup: ['test/vscode/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          retry: 1, // a browser now and then loses a click; what fails twice has failed
          fileParallelism: false,
          sequence: { groupOrder: 2 }, // after all others: a VS Code needs the processor for itself
        },
      },
    ],
  },
});
