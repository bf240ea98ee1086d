import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CompletionList } from 'vscode';
import { useWorkbench } from './harness/fixture';
import { MODULARITY, panel } from './harness/panel';
import { choose, runCommand } from './harness/palette';
import { tab } from './harness/parts';

describe('for those who begin', () => {
  const workbench = useWorkbench();

  test('the walkthrough analyzes the bundled sample and shows its modules', async () => {
    const { page } = workbench();
    await runCommand(page, 'Welcome: Open Walkthrough...');
    await choose(page, 'Get Started with Modscope');
    await page.getByText('Analyze a checkpoint', { exact: true }).first().click();
    await workbench().screenshot('walkthrough');
    await page.getByRole('button', { name: 'Analyze Sample' }).click();
    const frame = await panel(page);
    await frame.getByRole('grid', { name: MODULARITY }).waitFor();
    await workbench().screenshot('walkthrough done');
  });

  test('modscope.json is made with comments, completed and checked by its schema', async () => {
    const { folder, page } = workbench();
    await runCommand(page, 'Modscope: Open Settings File');
    await tab(page, 'modscope.json').waitFor();
    const { text, keys, values, problems } = await workbench().inHost(
      async (vscode, file) => {
        const uri = vscode.Uri.file(file);
        const document = await vscode.workspace.openTextDocument(uri);
        const made = document.getText();
        const replace = async (content: string): Promise<void> => {
          const edit = new vscode.WorkspaceEdit();
          const end = document.positionAt(document.getText().length);
          edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), end), content);
          await vscode.workspace.applyEdit(edit);
        };
        const offered = async (content: string): Promise<string[]> => {
          await replace(content.replace('|', ''));
          const list = await vscode.commands.executeCommand<CompletionList>(
            'vscode.executeCompletionItemProvider',
            uri,
            document.positionAt(content.indexOf('|')),
          );
          return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
        };
        const until = async <T>(ask: () => T | Promise<T>, holds: (answer: T) => boolean): Promise<T> => {
          for (let i = 0; i < 100; i++) {
            const answer = await ask();
            if (holds(answer)) return answer;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          return ask();
        };
        const keys = await until(
          () => offered('{ | }'),
          (found) => found.length > 3,
        );
        const values = await offered('{ "solver": | }');
        await replace('{ "solver": "guess" }');
        const problems = await until(
          () => vscode.languages.getDiagnostics(uri).map(({ message }) => message),
          (found) => found.some((message) => message.includes('louvain')),
        );
        await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        return { text: made, keys, values, problems };
      },
      join(folder, 'modscope.json'),
    );
    expect(text).toContain('// "nulls": {');
    expect(keys).toEqual(expect.arrayContaining(['data', 'model', 'methods', 'nulls', 'solver']));
    expect(values.join(' ')).toContain('louvain');
    expect(problems.join(' ')).toContain('louvain');
  });
});
