import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Arrows run one way: core <- (settings, compute) <- (host, cli) <- extension. See CONTRIBUTING.md. */
const layer = (files, forbidden, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }] },
});

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'samples/', 'test/fixtures/', '.vscode-test/'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/prefer-for-of': 'off',
      eqeqeq: 'error',
      // An index inside its loop's bounds may be asserted (`a[i]!`); nothing else may.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "TSNonNullExpression:not([expression.type='MemberExpression'][expression.computed=true])",
          message: 'Only an index inside known bounds may be asserted non-null.',
        },
      ],
      'no-console': 'error',
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.mjs', 'bench/**', 'test/**'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
  layer(
    ['src/core/**'],
    [
      'vscode',
      'node:worker_threads',
      'node:child_process',
      '**/settings/**',
      '**/compute/**',
      '**/cli/**',
      '**/host/**',
      '**/extension/**',
      '@tensorflow/*',
    ],
    'core/ knows no vscode, no DOM, no worker and no tensor backend.',
  ),
  layer(
    ['src/settings/**'],
    ['vscode', '**/compute/**', '**/cli/**', '**/host/**', '**/extension/**'],
    'settings/ builds on core/ alone.',
  ),
  layer(
    ['src/compute/**'],
    ['vscode', '**/settings/**', '**/cli/**', '**/host/**', '**/extension/**'],
    'compute/ builds on core/ alone.',
  ),
  layer(
    ['src/host/**'],
    ['vscode', '**/cli/**', '**/extension/**', '**/webview/**'],
    'the analysis host runs in a worker: it knows neither vscode nor the command line.',
  ),
  layer(['src/cli/**'], ['vscode', '**/extension/**'], 'the command line knows nothing of the extension.'),
  layer(
    ['src/extension/**'],
    ['**/compute/**', '**/cli/**', '@tensorflow/*'],
    'the extension leaves what takes time to the analysis host.',
  ),
  layer(
    ['src/extension/model/**'],
    ['vscode', '**/compute/**', '**/cli/**', '@tensorflow/*'],
    'what the extension decides is told apart from VS Code, so that it can be tried without one.',
  ),
  {
    files: ['webview/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'src/(?!protocol$|rpc$|core/base/text$|core/measures$|core/agreement/|core/report/)',
              allowTypeImports: true,
              message:
                'A page knows the protocol, the names of methods, how partitions are compared and how a report is drawn: all that needs neither Node nor DOM.',
            },
          ],
        },
      ],
    },
  },
);
