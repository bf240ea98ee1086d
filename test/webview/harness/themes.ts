/** The colours that VS Code's four default themes give a page, as far as it uses them. */
const common = {
  'font-family': "system-ui, 'Ubuntu', 'Droid Sans', sans-serif",
  'font-size': '13px',
  'font-weight': 'normal',
};

const DARK = {
  ...common,
  'editor-background': '#1f1f1f',
  'editor-foreground': '#cccccc',
  foreground: '#cccccc',
  descriptionForeground: '#9d9d9d',
  'icon-foreground': '#cccccc',
  focusBorder: '#0078d4',
  'panel-border': '#2b2b2b',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'dropdown-border': '#3c3c3c',
  'settings-dropdownBackground': '#313131',
  'settings-dropdownForeground': '#cccccc',
  'settings-dropdownBorder': '#3c3c3c',
  'toolbar-hoverBackground': 'rgba(90, 93, 94, 0.31)',
  'inputOption-activeBackground': 'rgba(36, 137, 219, 0.51)',
  'inputOption-activeForeground': '#ffffff',
  'inputOption-activeBorder': '#2488db',
  'textBlockQuote-background': '#2b2b2b',
  'editorInfo-foreground': '#3794ff',
  'editorWarning-foreground': '#cca700',
  'editorError-foreground': '#f14c4c',
  'progressBar-background': '#0078d4',
};

const LIGHT = {
  ...common,
  'editor-background': '#ffffff',
  'editor-foreground': '#3b3b3b',
  foreground: '#3b3b3b',
  descriptionForeground: '#3b3b3b',
  'icon-foreground': '#3b3b3b',
  focusBorder: '#005fb8',
  'panel-border': '#e5e5e5',
  'button-background': '#005fb8',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'dropdown-border': '#cecece',
  'settings-dropdownBackground': '#ffffff',
  'settings-dropdownForeground': '#3b3b3b',
  'settings-dropdownBorder': '#cecece',
  'toolbar-hoverBackground': 'rgba(184, 184, 184, 0.31)',
  'inputOption-activeBackground': '#bed6ed',
  'inputOption-activeForeground': '#000000',
  'inputOption-activeBorder': '#005fb8',
  'textBlockQuote-background': '#f8f8f8',
  'editorInfo-foreground': '#1a85ff',
  'editorWarning-foreground': '#bf8803',
  'editorError-foreground': '#e51400',
  'progressBar-background': '#005fb8',
};

const HIGH_CONTRAST = {
  ...common,
  'editor-background': '#000000',
  'editor-foreground': '#ffffff',
  foreground: '#ffffff',
  descriptionForeground: 'rgba(255, 255, 255, 0.7)',
  'icon-foreground': '#ffffff',
  focusBorder: '#f38518',
  contrastBorder: '#6fc3df',
  contrastActiveBorder: '#f38518',
  'panel-border': '#6fc3df',
  'button-foreground': '#ffffff',
  'button-border': '#6fc3df',
  'button-secondaryForeground': '#ffffff',
  'dropdown-border': '#6fc3df',
  'settings-dropdownBackground': '#000000',
  'settings-dropdownForeground': '#ffffff',
  'settings-dropdownBorder': '#6fc3df',
  'inputOption-activeBackground': 'rgba(0, 0, 0, 0)',
  'inputOption-activeForeground': '#ffffff',
  'editorInfo-foreground': '#3794ff',
  'editorWarning-foreground': '#ffd370',
  'editorError-foreground': '#f48771',
  'progressBar-background': '#6fc3df',
};

const HIGH_CONTRAST_LIGHT = {
  ...common,
  'editor-background': '#ffffff',
  'editor-foreground': '#292929',
  foreground: '#292929',
  descriptionForeground: 'rgba(41, 41, 41, 0.7)',
  'icon-foreground': '#292929',
  focusBorder: '#006bbd',
  contrastBorder: '#0f4a85',
  contrastActiveBorder: '#006bbd',
  'panel-border': '#0f4a85',
  'button-background': '#0f4a85',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#ffffff',
  'button-secondaryForeground': '#292929',
  'button-border': '#0f4a85',
  'dropdown-border': '#0f4a85',
  'settings-dropdownBackground': '#ffffff',
  'settings-dropdownForeground': '#292929',
  'settings-dropdownBorder': '#0f4a85',
  'inputOption-activeBackground': 'rgba(0, 0, 0, 0)',
  'inputOption-activeForeground': '#292929',
  'editorInfo-foreground': '#1a85ff',
  'editorWarning-foreground': '#895503',
  'editorError-foreground': '#b5200d',
  'progressBar-background': '#0f4a85',
};

/** Body class → variables. */
export const THEMES = {
  'vscode-dark': DARK,
  'vscode-light': LIGHT,
  'vscode-high-contrast': HIGH_CONTRAST,
  'vscode-high-contrast-light': HIGH_CONTRAST_LIGHT,
} as const;
export type ThemeName = keyof typeof THEMES;

/** A style sheet with the variables, as VS Code sets them on the root. */
export function styleSheet(theme: ThemeName): string {
  const lines = Object.entries(THEMES[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${lines.join(' ')} }`;
}
