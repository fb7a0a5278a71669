// Generates the files of the folders named as arguments again and fails when git sees a difference.
import { execFileSync } from 'node:child_process';

const folders = process.argv.slice(2);
for (const folder of folders) execFileSync('npm', ['run', '-s', 'generate'], { cwd: folder, stdio: 'inherit' });
const changed = execFileSync('git', ['status', '--porcelain', '--', ...folders], { encoding: 'utf8' });
if (changed !== '') {
  process.stderr.write(`Generated files differ from what is committed; run "npm run generate" there and commit:\n${changed}`);
  process.exit(1);
}
